import { readFileSync } from 'node:fs';
import { normalName } from './dns-names.ts';
import { hostnameLabel, placeFromHosts, placeFromResolvConf } from './pod-files.ts';
import type { PodPlace } from './pod-files.ts';

/** Where a fact about the pod was found. `default` is a guess. */
export type PodFactSource = 'option' | 'env' | 'service-account' | 'hosts' | 'resolv.conf' | 'default';

/** One fact about the pod, and who says so. */
export interface PodFact {
  readonly value: string;
  readonly from: PodFactSource;
}

/** What a pod knows about itself without asking anyone. */
export interface PodEnvironment {
  /** Undefined where nothing says it, as on a laptop. */
  readonly namespace?: PodFact | undefined;
  readonly clusterDomain: PodFact;
  /** The pod's own name; undefined where nothing says it. */
  readonly podName?: PodFact | undefined;
}

/** What to take instead of what the pod says, and other places to read from. */
export interface PodEnvironmentOverrides {
  /** Wins over everything the pod says; is then `from: 'option'`. */
  readonly namespace?: string | undefined;
  readonly clusterDomain?: string | undefined;
  readonly podName?: string | undefined;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The text of a file, undefined if it cannot be read. Default: from the disk. */
  readonly readText?: ((path: string) => string | undefined) | undefined;
}

/** Where a pod's files are. The first is mounted unless `automountServiceAccountToken` is false. */
export const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const HOSTS_FILE = '/etc/hosts';
const RESOLV_CONF_FILE = '/etc/resolv.conf';

/** What clusters are called unless someone chose another name. */
const USUAL_CLUSTER_DOMAIN = 'cluster.local';

/**
 * What this pod knows about itself, in normal form but not validated. The first that says something wins:
 * the namespace from the override, `POD_NAMESPACE`, the service-account file, the search list of resolv.conf, its own line in /etc/hosts;
 * the cluster domain from the override, its own line in /etc/hosts, the search list, else `cluster.local` (`from: 'default'`);
 * the pod's name from the override, `POD_NAME`, `HOSTNAME` (its first label).
 * A file that is missing or makes no sense says nothing.
 */
export function readPodEnvironment(overrides: PodEnvironmentOverrides = {}): PodEnvironment {
  const { env = process.env, readText = readTextFile } = overrides;
  const hostname = hostnameLabel(env['HOSTNAME'] ?? '');
  const podName =
    fact(overrides.podName, 'option') ?? fact(env['POD_NAME'], 'env') ?? (hostname === undefined ? undefined : fact(hostname, 'env'));
  // Files are read only for what nothing before them has said.
  const hostnames = new Set([podName?.value, hostname].filter((name) => name !== undefined));
  const hosts = once(() => placeFromHosts(readText(HOSTS_FILE) ?? '', [...hostnames]));
  const resolvConf = once(() => placeFromResolvConf(readText(RESOLV_CONF_FILE) ?? ''));
  return Object.freeze({
    namespace:
      fact(overrides.namespace, 'option') ??
      fact(env['POD_NAMESPACE'], 'env') ??
      fact(readText(NAMESPACE_FILE), 'service-account') ??
      fact(resolvConf()?.namespace, 'resolv.conf') ??
      fact(hosts()?.namespace, 'hosts'),
    clusterDomain:
      fact(overrides.clusterDomain, 'option') ??
      fact(hosts()?.clusterDomain, 'hosts') ??
      fact(resolvConf()?.clusterDomain, 'resolv.conf') ??
      Object.freeze({ value: USUAL_CLUSTER_DOMAIN, from: 'default' }),
    podName,
  });
}

/** Empty text says nothing: that is what an unset variable in a manifest comes to. */
function fact(text: string | undefined, from: PodFactSource): PodFact | undefined {
  const value = normalName((text ?? '').trim());
  return value === '' ? undefined : Object.freeze({ value, from });
}

function once(read: () => PodPlace | undefined): () => PodPlace | undefined {
  let result: { readonly place: PodPlace | undefined } | undefined;
  return () => (result ??= { place: read() }).place;
}

function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Outside of a pod, on Windows, or not mounted: that is an answer too.
    return undefined;
  }
}
