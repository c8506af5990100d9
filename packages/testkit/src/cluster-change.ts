import type { AddressFamily } from './ip-address.ts';
import type { Endpoint, ServiceFace } from './service-zone.ts';

/** A change of the cluster as a watch on the API server tells it. Each one says all there is to know about its object. */
export type ClusterChange =
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'service'; readonly key: string; readonly face: ServiceFace }
  | { readonly kind: 'service-gone'; readonly key: string }
  | SliceChange;

/** What a Service's EndpointSlices of one family hold now. Both families are written, and seen, one by one. */
export interface SliceChange {
  readonly kind: 'slice';
  /** `<service>.<namespace>` */
  readonly key: string;
  readonly family: AddressFamily;
  readonly endpoints: readonly Endpoint[];
}

/** Whether a later change makes an earlier one pointless. */
export function isSameSlice(one: ClusterChange, other: ClusterChange): boolean {
  return one.kind === 'slice' && other.kind === 'slice' && one.key === other.key && one.family === other.family;
}
