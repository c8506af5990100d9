import { expect, test } from 'vitest';

import { endpointSlices, type SliceRequest } from './endpoint-slices.ts';
import type { Endpoint, EndpointSliceObject } from './kubernetes-objects.ts';

test('puts the two families into slices of their own', () => {
  const slices = slicesOf([endpoint('color-ss-0', ['10.0.0.1', 'fd00::1']), endpoint('color-ss-1', ['10.0.0.2'])]);

  expect(slices.map(({ addressType, endpoints }) => [addressType, endpoints.map(({ addresses }) => addresses)])).toEqual([
    ['IPv4', [['10.0.0.1'], ['10.0.0.2']]],
    ['IPv6', [['fd00::1']]],
  ]);
});

test('begins another slice after 100 endpoints', () => {
  expect(hostnames(slicesOf(members(0, 250))).map(({ length }) => length)).toEqual([100, 100, 50]);
});

test('leaves an endpoint in its slice when others go and come', () => {
  const before = slicesOf(members(0, 150));
  const after = slicesOf([...members(1, 150), ...members(200, 201)], before);

  const [first = [], second] = hostnames(before);
  expect(hostnames(after)).toEqual([[...first.slice(1), 'color-ss-200'], second]);
});

test('keeps the place of a pod that comes back with another address', () => {
  const before = slicesOf(members(0, 101));
  const after = slicesOf([endpoint('color-ss-0', ['10.9.9.9']), ...members(1, 101)], before);

  expect(hostnames(after)).toEqual(hostnames(before));
  expect(after[0]?.endpoints[0]?.addresses).toEqual(['10.9.9.9']);
});

test('keeps an empty slice of which the last endpoint went', () => {
  const after = slicesOf([], slicesOf(members(0, 1)));

  expect(after.map(({ endpoints }) => endpoints)).toEqual([[]]);
});

function slicesOf(endpoints: readonly Endpoint[], previous: readonly EndpointSliceObject[] = []): EndpointSliceObject[] {
  const request: SliceRequest = { service: 'color-svc', namespace: 'default', ports: [], endpoints, previous };
  return endpointSlices(request);
}

function members(first: number, end: number): Endpoint[] {
  return Array.from({ length: end - first }, (_, i) =>
    endpoint(`color-ss-${first + i}`, [`10.0.${Math.floor((first + i) / 250)}.${(first + i) % 250}`]),
  );
}

function endpoint(hostname: string, addresses: readonly string[]): Endpoint {
  return { hostname, addresses, conditions: { ready: true } };
}

function hostnames(slices: readonly EndpointSliceObject[]): (string | undefined)[][] {
  return slices.map(({ endpoints }) => endpoints.map(({ hostname }) => hostname));
}
