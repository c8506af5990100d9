import type { Pod } from '../../src/index.ts';
import type { DnsQuestion } from './ask-dns.ts';
import { ipv4Sizes, ipv6Sizes, sized, type ConformanceWorld } from './conformance-world.ts';
import { reverseName } from './reverse-name.ts';

type Types = readonly DnsQuestion['type'][];

/** Questions of one kind, and what CoreDNS makes of them. */
export interface ConformanceRow {
  readonly name: string;
  /** Below `default.svc.cluster.local`, unless it ends with a dot. */
  readonly ask: string | ((world: ConformanceWorld) => string);
  readonly types: Types;
  readonly expected: 'records' | 'NODATA' | 'NXDOMAIN' | 'REFUSED';
}

/** Two types for which dns-packet has no name, or no type. */
const any = 255;
const https = 65;
const ipv4: Types = ['A'];
const ipv6: Types = ['AAAA'];
const srv: Types = ['SRV'];
const ptr: Types = ['PTR'];
const addresses: Types = ['A', 'AAAA'];
const mainTypes: Types = ['A', 'AAAA', 'SRV'];
const otherTypes: Types = ['TXT', 'MX', 'NS', 'CNAME', 'NAPTR', 'CAA', 'PTR', 'SOA', any, https];
const otherTypesButSoa: Types = otherTypes.filter((type) => type !== 'SOA');

const serviceRows: readonly ConformanceRow[] = [
  { name: 'a headless Service has the addresses of its ready members', ask: 'color-svc', types: ipv4, expected: 'records' },
  { name: 'a headless Service of one family has no addresses of the other', ask: 'color-svc', types: ipv6, expected: 'NODATA' },
  { name: 'a headless Service of IPv6 alone has IPv6 addresses', ask: 'six-svc', types: ['AAAA', 'SRV'], expected: 'records' },
  { name: 'a headless Service of IPv6 alone has no IPv4 addresses', ask: 'six-svc', types: ipv4, expected: 'NODATA' },
  { name: 'a headless Service of both families has both', ask: 'both-svc', types: mainTypes, expected: 'records' },
  { name: 'a headless Service with no ready member does not exist', ask: 'unready-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'a headless Service with no member does not exist', ask: 'nobody-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'a Service that publishes unready members has them all', ask: 'published-svc', types: ['A', 'SRV'], expected: 'records' },
  { name: 'a Service that is not there does not exist', ask: 'absent-svc', types: mainTypes, expected: 'NXDOMAIN' },
  {
    name: 'a Service in an absent namespace does not exist',
    ask: 'color-svc.absent.svc.cluster.local.',
    types: mainTypes,
    expected: 'NXDOMAIN',
  },
  { name: 'a namespace exists', ask: 'default.svc.cluster.local.', types: mainTypes, expected: 'NODATA' },
  { name: 'an absent namespace does not exist', ask: 'absent.svc.cluster.local.', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'the parent of all namespaces exists', ask: 'svc.cluster.local.', types: mainTypes, expected: 'NODATA' },
  { name: 'the cluster domain exists', ask: 'cluster.local.', types: mainTypes, expected: 'NODATA' },
  { name: 'the version has no other record', ask: 'dns-version.cluster.local.', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'a ClusterIP Service has its virtual address', ask: 'web', types: ['A', 'SRV'], expected: 'records' },
  { name: 'a ClusterIP Service of one family has no address of the other', ask: 'web', types: ipv6, expected: 'NODATA' },
  { name: 'a ClusterIP Service without members has its virtual address', ask: 'idle', types: ['A', 'SRV'], expected: 'records' },
  { name: 'a name of a search list does not exist', ask: 'color-svc.default.svc.cluster.local', types: mainTypes, expected: 'NXDOMAIN' },
];

const memberRows: readonly ConformanceRow[] = [
  { name: 'a ready member has its address', ask: 'color-ss-0.color-svc', types: ['A', 'SRV'], expected: 'records' },
  { name: 'a member has no address of the other family', ask: 'color-ss-0.color-svc', types: ipv6, expected: 'NODATA' },
  { name: 'a member of both families has both', ask: 'both-ss-1.both-svc', types: mainTypes, expected: 'records' },
  { name: 'an unready member does not exist', ask: 'color-ss-1.color-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'an unready member that is published has its address', ask: 'published-ss-1.published-svc', types: ipv4, expected: 'records' },
  { name: 'an unknown ordinal does not exist', ask: 'color-ss-3.color-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'a member of a Service without ports has its address', ask: 'portless-ss-0.portless-svc', types: ipv4, expected: 'records' },
  { name: 'a member of a Service without ports has no SRV', ask: 'portless-ss-0.portless-svc', types: srv, expected: 'NODATA' },
  { name: 'a member behind a ClusterIP has its address', ask: 'web-ss-0.web', types: ['A', 'SRV'], expected: 'records' },
  { name: 'a second Service knows a member by its dashed IPv4 address', ask: dashed(0), types: ['A', 'SRV'], expected: 'records' },
  { name: 'a second Service knows a member by its dashed IPv6 address', ask: dashed(1), types: ['AAAA', 'SRV'], expected: 'records' },
  { name: 'a dashed IPv4 name has no IPv6 address', ask: dashed(0), types: ipv6, expected: 'NODATA' },
  { name: 'a dashed IPv6 name has no IPv4 address', ask: dashed(1), types: ipv4, expected: 'NODATA' },
  { name: 'a second Service does not know the ordinals', ask: 'both-ss-0.shadow-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'a member with a hostname has no dashed name', ask: dashed(0, 'both-svc'), types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'nothing exists below a member', ask: 'deep.color-ss-0.color-svc', types: mainTypes, expected: 'NXDOMAIN' },
];

const portRows: readonly ConformanceRow[] = [
  { name: 'SRV of the bare name has a single unnamed port', ask: 'color-svc', types: srv, expected: 'records' },
  { name: 'SRV of a second Service has every dashed name with every port', ask: 'shadow-svc', types: mainTypes, expected: 'records' },
  { name: 'a named port has SRV and addresses', ask: '_db._tcp.both-svc', types: mainTypes, expected: 'records' },
  { name: 'a named port has the port of the pods', ask: '_metrics._tcp.both-svc', types: srv, expected: 'records' },
  { name: 'a named UDP port is below _udp', ask: '_gossip._udp.both-svc', types: srv, expected: 'records' },
  { name: 'a named UDP port is not below _tcp', ask: '_gossip._tcp.both-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'an unknown port does not exist', ask: '_absent._tcp.both-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'an unnamed port has no name', ask: '_27017._tcp.color-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'a port of a Service with no ready member does not exist', ask: '_db._tcp.unready-svc', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'a Service without ports has no SRV', ask: 'portless-svc', types: srv, expected: 'NODATA' },
  { name: 'a Service without ports has addresses', ask: 'portless-svc', types: ipv4, expected: 'records' },
  { name: 'a port of a ClusterIP Service has the port of the Service', ask: '_http._tcp.web', types: ['A', 'SRV'], expected: 'records' },
];

const reverseRows: readonly ConformanceRow[] = [
  { name: 'a ready member is found by its address', ask: reverse(({ color }) => color.pod(0)), types: ptr, expected: 'records' },
  { name: 'an unready member is not found by its address', ask: reverse(({ color }) => color.pod(1)), types: ptr, expected: 'NXDOMAIN' },
  {
    name: 'an unready member that is published is found',
    ask: reverse(({ published }) => published.pod(1)),
    types: ptr,
    expected: 'records',
  },
  { name: 'a member of two Services is found twice', ask: reverse(({ both }) => both.pod(0)), types: ptr, expected: 'records' },
  { name: 'a member is found by its IPv6 address', ask: reverse(({ both }) => both.pod(1), 1), types: ptr, expected: 'records' },
  { name: 'a member behind a ClusterIP is found by its address', ask: reverse(({ web }) => web.pod(0)), types: ptr, expected: 'records' },
  { name: 'a virtual address is found', ask: ({ webAddress }) => reverseName(webAddress), types: ptr, expected: 'records' },
  { name: 'an unknown address is not found', ask: reverseName('203.0.113.7'), types: ptr, expected: 'NXDOMAIN' },
  { name: 'an unknown IPv6 address is not found', ask: reverseName('2001:db8:ffff::7'), types: ptr, expected: 'NXDOMAIN' },
  { name: 'half an address is not found', ask: '19.198.in-addr.arpa.', types: ptr, expected: 'NXDOMAIN' },
  { name: 'an address has no other record', ask: reverse(({ color }) => color.pod(0)), types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'an address has no SOA, but no error either', ask: reverseName('203.0.113.7'), types: ['SOA'], expected: 'NODATA' },
  { name: 'the zones of addresses have an SOA', ask: 'ip6.arpa.', types: ['SOA'], expected: 'records' },
  { name: 'the zones of addresses exist', ask: 'in-addr.arpa.', types: [...mainTypes, 'PTR'], expected: 'NODATA' },
  { name: 'the zones of addresses do not exist by TXT', ask: 'in-addr.arpa.', types: ['TXT'], expected: 'NXDOMAIN' },
  { name: 'the parents of names exist below them', ask: 'svc.in-addr.arpa.', types: [...mainTypes, 'PTR'], expected: 'NODATA' },
  { name: 'no namespace exists below them', ask: 'default.svc.in-addr.arpa.', types: [...mainTypes, 'PTR'], expected: 'NXDOMAIN' },
  {
    name: 'an upper-case address is found',
    ask: (world) => reverse(({ both }) => both.pod(1), 1)(world).toUpperCase(),
    types: ptr,
    expected: 'records',
  },
  { name: 'an upper-case unknown address is not found', ask: '7.113.0.203.In-Addr.ARPA.', types: ptr, expected: 'NXDOMAIN' },
];

const versionRows: readonly ConformanceRow[] = [
  { name: 'the cluster domain tells the version of its schema', ask: 'dns-version.cluster.local.', types: ['TXT'], expected: 'records' },
  { name: 'the version is told in any case', ask: 'DNS-Version.Cluster.local.', types: ['TXT'], expected: 'records' },
  { name: 'the zones of addresses tell it too', ask: 'dns-version.in-addr.arpa.', types: ['TXT'], expected: 'records' },
];

const typeRows: readonly ConformanceRow[] = [
  { name: 'a headless Service has no records of other types', ask: 'color-svc', types: otherTypes, expected: 'NODATA' },
  { name: 'a member has no records of other types', ask: 'color-ss-0.color-svc', types: otherTypes, expected: 'NODATA' },
  { name: 'a ClusterIP Service has no records of other types', ask: 'web', types: otherTypes, expected: 'NODATA' },
  { name: 'an absent Service does not exist by any type', ask: 'absent-svc', types: otherTypesButSoa, expected: 'NXDOMAIN' },
  { name: 'an absent member does not exist by any type', ask: 'color-ss-3.color-svc', types: otherTypesButSoa, expected: 'NXDOMAIN' },
  { name: 'a Service with no ready member does not exist by any type', ask: 'unready-svc', types: otherTypesButSoa, expected: 'NXDOMAIN' },
  { name: 'an absent Service has no SOA, but no error either', ask: 'absent-svc', types: ['SOA'], expected: 'NODATA' },
  {
    name: 'a namespace has no records of other types',
    ask: 'default.svc.cluster.local.',
    types: otherTypes.filter((type) => type !== 'TXT'),
    expected: 'NODATA',
  },
  { name: 'a namespace does not exist by TXT', ask: 'default.svc.cluster.local.', types: ['TXT'], expected: 'NXDOMAIN' },
];

const spellingRows: readonly ConformanceRow[] = [
  { name: 'an upper-case Service is the same', ask: 'COLOR-svc.Default.SVC.Cluster.LOCAL.', types: ['A', 'SRV'], expected: 'records' },
  {
    name: 'an upper-case member is the same',
    ask: 'Color-SS-0.color-svc.DEFAULT.svc.cluster.local.',
    types: ['A', 'SRV'],
    expected: 'records',
  },
  { name: 'an upper-case port is the same', ask: '_DB._TCP.both-svc.default.svc.cluster.local.', types: srv, expected: 'records' },
  { name: 'an upper-case absent Service is absent', ask: 'ABSENT-svc.Default.SVC.Cluster.LOCAL.', types: ipv4, expected: 'NXDOMAIN' },
  { name: 'an upper-case virtual Service is the same', ask: 'WEB.Default.svc.CLUSTER.local.', types: ['A', 'SRV'], expected: 'records' },
  { name: 'an upper-case set of 150 is the same', ask: 'SET-4-150.default.svc.CLUSTER.local.', types: ['A', 'SRV'], expected: 'records' },
  { name: 'an upper-case zone is the same', ask: 'Cluster.LOCAL.', types: ['SOA'], expected: 'records' },
  { name: 'a public name is refused', ask: 'example.com.', types: ['A', 'SRV', 'TXT'], expected: 'REFUSED' },
  { name: 'the name without its domain is refused', ask: 'color-svc.default.svc.', types: addresses, expected: 'REFUSED' },
  {
    name: 'a domain that only ends like the zone is refused',
    ask: 'color-svc.default.svc.mycluster.local.',
    types: addresses,
    expected: 'REFUSED',
  },
];

const leniencyRows: readonly ConformanceRow[] = [
  { name: 'a port may be written without underscores', ask: 'db.tcp.both-svc', types: mainTypes, expected: 'records' },
  { name: 'an empty port stands for every port of the protocol', ask: '_._tcp.both-svc', types: mainTypes, expected: 'records' },
  { name: 'a port and a protocol may both be empty', ask: '_._.both-svc', types: mainTypes, expected: 'records' },
  { name: 'an empty port stands for an unnamed one', ask: '_._tcp.color-svc', types: ['A', 'SRV'], expected: 'records' },
  { name: 'an empty protocol stands for every protocol', ask: 'gossip._.both-svc', types: mainTypes, expected: 'records' },
  { name: 'an empty port of a virtual Service is any', ask: '_._tcp.web', types: ['A', 'SRV'], expected: 'records' },
  { name: 'any IPv4 address has a name', ask: '192-0-2-7.default.pod.cluster.local.', types: ['A', 'SRV'], expected: 'records' },
  { name: 'any IPv6 address has a name', ask: '2001-db8--7.default.pod.cluster.local.', types: ['AAAA', 'SRV'], expected: 'records' },
  { name: 'an address has none of the other family', ask: '192-0-2-7.default.pod.cluster.local.', types: ipv6, expected: 'NODATA' },
  { name: 'an address has no other type', ask: '192-0-2-7.default.pod.cluster.local.', types: otherTypes, expected: 'NODATA' },
  { name: 'an upper-case address is the same', ask: '2001-DB8--7.Default.POD.Cluster.LOCAL.', types: ['AAAA', 'SRV'], expected: 'records' },
  { name: 'anything exists below an address', ask: 'a.b.192-0-2-7.default.pod.cluster.local.', types: ['A', 'SRV'], expected: 'records' },
  { name: 'not everything exists below an address', ask: 'a.b.c.192-0-2-7.default.pod.cluster.local.', types: ipv4, expected: 'NXDOMAIN' },
  { name: 'a bad address has no name', ask: '192-0-2-256.default.pod.cluster.local.', types: mainTypes, expected: 'NXDOMAIN' },
  { name: 'no address of an absent namespace has a name', ask: '192-0-2-7.absent.pod.cluster.local.', types: ipv4, expected: 'NXDOMAIN' },
  { name: 'a namespace exists among the names of addresses', ask: 'default.pod.cluster.local.', types: mainTypes, expected: 'NODATA' },
  { name: 'the cluster domain does not exist by TXT', ask: 'cluster.local.', types: ['TXT'], expected: 'NXDOMAIN' },
];

const sizeRows: readonly ConformanceRow[] = [
  ...ipv4Sizes.map((size): ConformanceRow => ({
    name: `${size} IPv4 members`,
    ask: sized('4', size),
    types: ['A', 'SRV'],
    expected: 'records',
  })),
  ...ipv6Sizes.map((size): ConformanceRow => ({ name: `${size} IPv6 members`, ask: sized('6', size), types: ipv6, expected: 'records' })),
];

/** What is compared, by subject. */
export const conformanceRows: Readonly<Record<string, readonly ConformanceRow[]>> = {
  'names of Services': serviceRows,
  'names of members': memberRows,
  ports: portRows,
  addresses: reverseRows,
  'the version': versionRows,
  'other types': typeRows,
  'spelling and zones': spellingRows,
  leniency: leniencyRows,
  sizes: sizeRows,
};

/** The name of the first pod of both families under a Service for which it has no hostname. */
function dashed(addressIndex: 0 | 1, service = 'shadow-svc'): (world: ConformanceWorld) => string {
  return ({ both }) => `${addressOf(both.pod(0), addressIndex).replaceAll(/[.:]/g, '-')}.${service}`;
}

function reverse(podOf: (world: ConformanceWorld) => Pod, addressIndex: 0 | 1 = 0): (world: ConformanceWorld) => string {
  return (world) => reverseName(addressOf(podOf(world), addressIndex));
}

function addressOf({ name, addresses: all }: Pod, index: 0 | 1): string {
  const address = all[index];
  if (address === undefined) throw new Error(`pod ${name} has no address number ${index}`);
  return address;
}
