import type { RecordType } from '../lookup/outcome.ts';
import type { ResolvedOptions } from '../options.ts';
import type { PeerIdentity } from '../membership/peer.ts';
import { LONGEST_NAME, peerHost, statefulSetOf } from '../service/dns-names.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';

/** What findings may use beside answers. */
export interface FindingContext {
  readonly service: ServiceIdentity;
  /** The option `statefulSet`. */
  readonly statefulSet: string | undefined;
  /** The names that must exist; empty when nobody declared any. */
  readonly declared: readonly PeerIdentity[];
  /** The option `portName`. */
  readonly portName: string | undefined;
  /** Nobody said what the cluster domain is. */
  readonly isDomainGuessed: boolean;
  /** The namespace of this pod, where it knows it. */
  readonly podNamespace: string | undefined;
  /** This pod's own name. Unless it is certain, it is expected among the members only if it looks like one of them. */
  readonly self: { readonly name: string; readonly isCertain: boolean } | undefined;
}

/** What a preflight asks by. */
export interface DiagnosisContext extends FindingContext {
  readonly family: ResolvedOptions['family'];
  /** The cluster IP of a Service of this name, where the pod's environment tells one. */
  readonly clusterIp: string | undefined;
  /** Cluster domains that may be the right one, should the Service's be wrong. */
  readonly otherDomains: readonly string[];
  /** `1.0.96.10.in-addr.arpa`: the name under which DNS tells what the API server is called. */
  readonly apiServerPointer: string | undefined;
  /** The type in which names are probed for existence. */
  readonly probe: RecordType;
}

/** Exists under every domain that a cluster DNS serves (DNS-Based Service Discovery, section 2.2). */
export function versionName(domain: string): string {
  return `dns-version.${domain}`;
}

/** Exists where the namespace does. */
export function namespaceName({ namespace, clusterDomain }: ServiceIdentity): string {
  return `${namespace}.svc.${clusterDomain}`;
}

/** A name that nobody has: whoever finds it finds everything. Undefined where it would not fit into the DNS. */
export function nobodysName(service: ServiceIdentity): string | undefined {
  const name = peerHost('peerset-nobody', service);
  return name.length > LONGEST_NAME ? undefined : name;
}

/** The Service of the same name in this pod's own namespace; undefined where that is the namespace asked, or is not known. */
export function nearbyName({ service, podNamespace }: FindingContext): string | undefined {
  if (podNamespace === undefined || podNamespace === service.namespace) return undefined;
  return `${service.name}.${podNamespace}.svc.${service.clusterDomain}`;
}

/** This pod's own name, where it should be among the members: `names` are those seen. */
export function expectedSelf({ self, statefulSet }: FindingContext, names: readonly string[]): string | undefined {
  if (self === undefined) return undefined;
  const own = statefulSetOf(self.name);
  const isOneOfThem = statefulSet === undefined ? names.some((name) => statefulSetOf(name) === own) : statefulSet === own;
  return self.isCertain || (own !== undefined && isOneOfThem) ? self.name : undefined;
}
