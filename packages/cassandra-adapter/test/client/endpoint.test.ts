import cassandra from 'cassandra-driver';
import { describe, expect, test } from 'vitest';
import { hostOfEndpoint, isAmong } from '../../src/client/endpoint.ts';
import { peer } from './host-views.ts';

describe('an endpoint of the driver', () => {
  test.each([
    { endpoint: '10.0.0.1:9042', host: '10.0.0.1' },
    { endpoint: 'Cass-0.cass.db.svc.cluster.local:9042', host: 'cass-0.cass.db.svc.cluster.local' },
    { endpoint: '[::1]:9042', host: '::1' },
    { endpoint: '::1:9042', host: '::1' },
    { endpoint: 'FD00:0:0:0:0:0:0:5:9042', host: 'fd00::5' },
    { endpoint: 'fe80::1%eth0:9042', host: 'fe80::1%eth0' },
  ])('$endpoint is of $host', ({ endpoint, host }) => {
    expect(hostOfEndpoint(endpoint)).toBe(host);
  });

  test.each(['fd00:10:244:0:abcd:1234:5678:9abc', 'fd00:10:244::5', '2001:db8:85a3::8a2e:370:7334', '::ffff:10.0.0.1'])(
    'is of the peer at %s, as the driver writes it',
    (address) => {
      const written = cassandra.types.InetAddress.fromString(address).toString();
      expect(isAmong(peer(0, address), new Set([hostOfEndpoint(`${written}:9042`)]))).toBe(true);
    },
  );
});
