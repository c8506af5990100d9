/** The three kinds of Kubernetes objects that CoreDNS reads, cut down to the fields that it looks at. */

interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Written by the store. */
  readonly resourceVersion?: string;
}

interface NamespaceObject {
  readonly apiVersion: 'v1';
  readonly kind: 'Namespace';
  readonly metadata: ObjectMeta;
}

interface ServiceObject {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly type: 'ClusterIP';
    /** `None` makes a Service headless. */
    readonly clusterIP: string;
    readonly clusterIPs: readonly string[];
    readonly publishNotReadyAddresses: boolean;
    readonly ports: readonly { readonly name?: string; readonly port: number; readonly protocol: Protocol }[];
  };
}

export interface EndpointSliceObject {
  readonly apiVersion: 'discovery.k8s.io/v1';
  readonly kind: 'EndpointSlice';
  readonly metadata: ObjectMeta;
  readonly addressType: 'IPv4' | 'IPv6';
  readonly endpoints: readonly Endpoint[];
  /** The port numbers here are those of the pods (`targetPort`), not those of the Service. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: Protocol }[];
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean };
  readonly hostname?: string;
}

export type Protocol = 'TCP' | 'UDP';
export type KubernetesObject = NamespaceObject | ServiceObject | EndpointSliceObject;
export type Kind = KubernetesObject['kind'];

/** A slice belongs to the Service named by this label; its own name means nothing. */
export const serviceNameLabel = 'kubernetes.io/service-name';
