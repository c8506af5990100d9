import { isIPv6 } from 'node:net';

import { serviceNameLabel, type Endpoint, type EndpointSliceObject } from './kubernetes-objects.ts';

/** The EndpointSlice controller's default. */
const maxEndpointsPerSlice = 100;
const addressTypes = ['IPv4', 'IPv6'] as const;

export interface SliceRequest {
  readonly service: string;
  readonly namespace: string;
  readonly ports: EndpointSliceObject['ports'];
  /** An endpoint here may have addresses of both families. */
  readonly endpoints: readonly Endpoint[];
  /** The Service's slices as they are now. */
  readonly previous: readonly EndpointSliceObject[];
}

/**
 * The EndpointSlices of one Service: a slice has one family and a limited number of endpoints.
 *
 * As with the real controller an endpoint stays in the slice where it is: were it to move, it would be missing from DNS between the two writes.
 * Slices that have become empty are in the result too, without endpoints, which CoreDNS takes as if they were not there.
 */
export function endpointSlices(request: SliceRequest): EndpointSliceObject[] {
  return addressTypes.flatMap((addressType) => {
    const previous = request.previous.filter((slice) => slice.addressType === addressType);
    const wanted = endpointsOfFamily(request.endpoints, addressType);
    return distribute(wanted, previous).map((endpoints, index) => sliceObject(request, addressType, index, endpoints));
  });
}

function endpointsOfFamily(endpoints: readonly Endpoint[], addressType: EndpointSliceObject['addressType']): Endpoint[] {
  return endpoints.flatMap((endpoint) => {
    const addresses = endpoint.addresses.filter((address) => isIPv6(address) === (addressType === 'IPv6'));
    // One address each: the API allows several, but no controller writes them.
    return addresses.map((address) => ({ ...endpoint, addresses: [address] }));
  });
}

function distribute(wanted: readonly Endpoint[], previous: readonly EndpointSliceObject[]): Endpoint[][] {
  const waiting = new Map(wanted.map((endpoint) => [identityOf(endpoint), endpoint]));
  const slices = previous.map((slice) =>
    slice.endpoints.flatMap((endpoint) => {
      const identity = identityOf(endpoint);
      const stays = waiting.get(identity);
      waiting.delete(identity);
      return stays === undefined ? [] : [stays];
    }),
  );
  for (const endpoint of waiting.values()) {
    const slice = slices.find(({ length }) => length < maxEndpointsPerSlice);
    if (slice === undefined) slices.push([endpoint]);
    else slice.push(endpoint);
  }
  return slices;
}

/** A pod that comes back with another address keeps its hostname, and with it its place. */
function identityOf({ hostname, addresses }: Endpoint): string {
  return hostname ?? addresses.join();
}

function sliceObject(
  { service, namespace, ports }: SliceRequest,
  addressType: EndpointSliceObject['addressType'],
  index: number,
  endpoints: readonly Endpoint[],
): EndpointSliceObject {
  const metadata = { name: `${service}-${addressType.toLowerCase()}-${index}`, namespace, labels: { [serviceNameLabel]: service } };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType, endpoints, ports };
}
