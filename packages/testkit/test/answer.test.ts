import { describe, expect, test } from 'vitest';
import { createWorld, type ResourceRecord } from '../src/index.ts';
import { dashedLabel, reverseName } from '../src/ip-address.ts';
import { ask, valueOf, valuesOf, ZONE } from './ask.ts';

const POD_ZONE = 'default.pod.cluster.local';

const world = createWorld({ namespace: 'default', ttlSeconds: 30 });
const ports = [
  { name: 'db', port: 27_017, targetPort: 37_017 },
  { name: 'metrics', port: 9_216 },
];
const colorSvc = world.headlessService('color-svc', { ports });
const colors = colorSvc.statefulSet('color-ss', { replicas: 3 });
colors.pod(2).setReady(false);
const [red, green, blue] = [0, 1, 2].map((ordinal) => colors.pod(ordinal).addresses[0] ?? '');
world.headlessService('everyone', { ports, publishNotReadyAddresses: true, selects: colors });

const duals = world
  .headlessService('dual-svc', { ports: [{ port: 9_042 }] })
  .statefulSet('dual-ss', { replicas: 2, families: ['ipv4', 'ipv6'] });
const [[dualFour = '', dualSix = ''], [otherFour = '', otherSix = '']] = [duals.pod(0).addresses, duals.pod(1).addresses];
const sixes = world
  .headlessService('six-svc', { ports: [{ name: 'cql', port: 9_042, protocol: 'TCP' }] })
  .deployment('six', { families: ['ipv6'] });
const six = sixes.pods[0]?.addresses[0] ?? '';
const portless = world.headlessService('portless').statefulSet('portless-ss', { replicas: 1 });
world.headlessService('nobody', { ports });
const web = world.clusterIpService('web', { ports: [{ name: 'http', port: 80, targetPort: 8_080 }], families: ['ipv4', 'ipv6'] });
const [webFour = '', webSix = ''] = web.addresses;
const webPods = web.statefulSet('web-ss', { replicas: 1 });
const apps = web.deployment('app', { replicas: 1 });
const appAddress = apps.pods[0]?.addresses[0] ?? '';
const idle = world.clusterIpService('idle');
const elsewhere = world.headlessService('color-svc', { namespace: 'staging', ports: [] }).statefulSet('color-ss', { replicas: 1 });

const addressOf = (set: { pod(ordinal: number): { addresses: readonly string[] } }) => set.pod(0).addresses[0] ?? '';

describe('a question', () => {
  test.each([
    // Headless Services
    {
      name: 'A of a headless Service gives every ready pod once, however many ports',
      ask: `color-svc.${ZONE}`,
      type: 'A',
      want: [red, green],
    },
    { name: 'AAAA where all pods are IPv4 is NODATA', ask: `color-svc.${ZONE}`, type: 'AAAA', rcode: 'NOERROR' },
    { name: 'A where all pods are IPv6 is NODATA', ask: `six-svc.${ZONE}`, type: 'A', rcode: 'NOERROR' },
    { name: 'A of dual-stack pods gives IPv4', ask: `dual-svc.${ZONE}`, type: 'A', want: [dualFour, otherFour] },
    { name: 'AAAA of dual-stack pods gives IPv6', ask: `dual-svc.${ZONE}`, type: 'AAAA', want: [dualSix, otherSix] },
    { name: 'A of a headless Service without a ready pod is NXDOMAIN', ask: `nobody.${ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    { name: 'AAAA of a headless Service without a ready pod is NXDOMAIN', ask: `nobody.${ZONE}`, type: 'AAAA', rcode: 'NXDOMAIN' },
    { name: 'SRV of a headless Service without a ready pod is NXDOMAIN', ask: `nobody.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    { name: 'SRV of a named port without a ready pod is NXDOMAIN', ask: `_db._tcp.nobody.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    { name: 'A of a Service that does not exist is NXDOMAIN', ask: `missing.${ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    {
      name: 'A of a Service in a namespace that does not exist is NXDOMAIN',
      ask: 'color-svc.nowhere.svc.cluster.local',
      type: 'A',
      rcode: 'NXDOMAIN',
    },
    {
      name: 'A of a Service of the same name in another namespace gives its own pods',
      ask: 'color-svc.staging.svc.cluster.local',
      type: 'A',
      want: [addressOf(elsewhere)],
    },
    { name: 'A with publishNotReadyAddresses gives unready pods too', ask: `everyone.${ZONE}`, type: 'A', want: [red, green, blue] },
    // Own names
    { name: 'A of a ready pod gives its address', ask: `color-ss-1.color-svc.${ZONE}`, type: 'A', want: [green] },
    { name: 'AAAA of a ready IPv4 pod is NODATA', ask: `color-ss-1.color-svc.${ZONE}`, type: 'AAAA', rcode: 'NOERROR' },
    { name: 'AAAA of a dual-stack pod gives its IPv6 address', ask: `dual-ss-0.dual-svc.${ZONE}`, type: 'AAAA', want: [dualSix] },
    { name: 'A of an unready pod is NXDOMAIN', ask: `color-ss-2.color-svc.${ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    { name: 'A of an ordinal that never was is NXDOMAIN', ask: `color-ss-9.color-svc.${ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    {
      name: 'A of a pod under a Service it is not governed by is NXDOMAIN',
      ask: `color-ss-0.everyone.${ZONE}`,
      type: 'A',
      rcode: 'NXDOMAIN',
    },
    {
      name: 'A of a dashed name under such a Service gives the address',
      ask: `${dashedLabel(red ?? '')}.everyone.${ZONE}`,
      type: 'A',
      want: [red],
    },
    {
      name: 'A of a dashed name of a pod that has a hostname is NXDOMAIN',
      ask: `${dashedLabel(red ?? '')}.color-svc.${ZONE}`,
      type: 'A',
      rcode: 'NXDOMAIN',
    },
    { name: 'AAAA of a dashed IPv6 name gives the address', ask: `${dashedLabel(six)}.six-svc.${ZONE}`, type: 'AAAA', want: [six] },
    {
      name: 'SRV of a pod gives its ports',
      ask: `color-ss-0.color-svc.${ZONE}`,
      type: 'SRV',
      want: [`color-ss-0.color-svc.${ZONE}:37017`, `color-ss-0.color-svc.${ZONE}:9216`],
    },
    { name: 'SRV of an unready pod is NXDOMAIN', ask: `color-ss-2.color-svc.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    // SRV
    {
      name: 'SRV of the bare name gives every pod and target port',
      ask: `color-svc.${ZONE}`,
      type: 'SRV',
      want: [
        `color-ss-0.color-svc.${ZONE}:37017`,
        `color-ss-0.color-svc.${ZONE}:9216`,
        `color-ss-1.color-svc.${ZONE}:37017`,
        `color-ss-1.color-svc.${ZONE}:9216`,
      ],
    },
    {
      name: 'SRV of a named port gives that port',
      ask: `_metrics._tcp.color-svc.${ZONE}`,
      type: 'SRV',
      want: [`color-ss-0.color-svc.${ZONE}:9216`, `color-ss-1.color-svc.${ZONE}:9216`],
    },
    { name: 'SRV of a port under another protocol is NXDOMAIN', ask: `_db._udp.color-svc.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    { name: 'SRV of a port that does not exist is NXDOMAIN', ask: `_other._tcp.color-svc.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    { name: 'A of a named port gives the pods', ask: `_db._tcp.color-svc.${ZONE}`, type: 'A', want: [red, green] },
    {
      name: 'SRV of the bare name includes an unnamed port',
      ask: `dual-svc.${ZONE}`,
      type: 'SRV',
      want: [`dual-ss-0.dual-svc.${ZONE}:9042`, `dual-ss-1.dual-svc.${ZONE}:9042`],
    },
    { name: 'an unnamed port has no name of its own', ask: `_9042._tcp.dual-svc.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    {
      name: 'the underscores of a port are optional',
      ask: `metrics.tcp.color-svc.${ZONE}`,
      type: 'SRV',
      want: [`color-ss-0.color-svc.${ZONE}:9216`, `color-ss-1.color-svc.${ZONE}:9216`],
    },
    {
      name: 'an underscore alone stands for any port',
      ask: `_._tcp.dual-svc.${ZONE}`,
      type: 'SRV',
      want: [`dual-ss-0.dual-svc.${ZONE}:9042`, `dual-ss-1.dual-svc.${ZONE}:9042`],
    },
    { name: 'an underscore alone stands for any protocol', ask: `_http._.web.${ZONE}`, type: 'SRV', want: [`web.${ZONE}:80`] },
    { name: 'an underscore alone does not make another protocol', ask: `_._udp.dual-svc.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    { name: 'SRV of a Service without ports is NODATA', ask: `portless.${ZONE}`, type: 'SRV', rcode: 'NOERROR' },
    { name: 'SRV of a pod of a Service without ports is NODATA', ask: `portless-ss-0.portless.${ZONE}`, type: 'SRV', rcode: 'NOERROR' },
    { name: 'A of a Service without ports gives its pods', ask: `portless.${ZONE}`, type: 'A', want: [addressOf(portless)] },
    {
      name: 'SRV targets of pods without hostname are dashed',
      ask: `_db._tcp.everyone.${ZONE}`,
      type: 'SRV',
      want: [red, green, blue].map((address = '') => `${dashedLabel(address)}.everyone.${ZONE}:37017`),
    },
    {
      name: 'SRV targets of IPv6 pods without hostname are dashed',
      ask: `_cql._tcp.six-svc.${ZONE}`,
      type: 'SRV',
      want: [`${dashedLabel(six)}.six-svc.${ZONE}:9042`],
    },
    // ClusterIP Services
    { name: 'A of a ClusterIP Service gives the virtual address', ask: `web.${ZONE}`, type: 'A', want: [webFour] },
    { name: 'AAAA of a dual-stack ClusterIP Service gives the virtual address', ask: `web.${ZONE}`, type: 'AAAA', want: [webSix] },
    { name: 'A of a ClusterIP Service without pods still gives the virtual address', ask: `idle.${ZONE}`, type: 'A', want: idle.addresses },
    {
      name: 'SRV of a ClusterIP Service targets its own name with the Service port',
      ask: `web.${ZONE}`,
      type: 'SRV',
      want: [`web.${ZONE}:80`],
    },
    {
      name: 'SRV of a named port of a ClusterIP Service targets its own name',
      ask: `_http._tcp.web.${ZONE}`,
      type: 'SRV',
      want: [`web.${ZONE}:80`],
    },
    { name: 'SRV of a port a ClusterIP Service does not have is NXDOMAIN', ask: `_db._tcp.web.${ZONE}`, type: 'SRV', rcode: 'NXDOMAIN' },
    { name: 'A of a pod under a ClusterIP Service gives its address', ask: `web-ss-0.web.${ZONE}`, type: 'A', want: [addressOf(webPods)] },
    {
      name: 'A of a dashed name under a ClusterIP Service gives the address',
      ask: `${dashedLabel(appAddress)}.web.${ZONE}`,
      type: 'A',
      want: [appAddress],
    },
    { name: 'A of a pod that a ClusterIP Service does not have is NXDOMAIN', ask: `web-ss-7.web.${ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    // Names without records
    { name: 'A of a namespace that exists is NODATA', ask: ZONE, type: 'A', rcode: 'NOERROR' },
    { name: 'A of a namespace that was made for a Service is NODATA', ask: 'staging.svc.cluster.local', type: 'A', rcode: 'NOERROR' },
    { name: 'A of a namespace every cluster has is NODATA', ask: 'kube-system.svc.cluster.local', type: 'A', rcode: 'NOERROR' },
    { name: 'A of a namespace that does not exist is NXDOMAIN', ask: 'nowhere.svc.cluster.local', type: 'A', rcode: 'NXDOMAIN' },
    { name: 'TXT of a namespace is NXDOMAIN, unlike A', ask: ZONE, type: 'TXT', rcode: 'NXDOMAIN' },
    { name: 'A of svc is NODATA', ask: 'svc.cluster.local', type: 'A', rcode: 'NOERROR' },
    { name: 'A of the zone is NODATA', ask: 'cluster.local', type: 'A', rcode: 'NOERROR' },
    { name: 'a name with too many labels is NXDOMAIN', ask: `one.two.three.color-svc.${ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    { name: 'a name outside svc is NXDOMAIN', ask: 'color-svc.default.cluster.local', type: 'A', rcode: 'NXDOMAIN' },
    { name: 'TXT of the zone is NXDOMAIN, unlike A', ask: 'cluster.local', type: 'TXT', rcode: 'NXDOMAIN' },
    // Names of addresses
    { name: 'A of a dashed IPv4 address gives it, pod or not', ask: `192-0-2-7.${POD_ZONE}`, type: 'A', want: ['192.0.2.7'] },
    { name: 'AAAA of a dashed IPv6 address gives it', ask: `2001-db8--7.${POD_ZONE}`, type: 'AAAA', want: ['2001:db8::7'] },
    { name: 'AAAA of a dashed IPv4 address is NODATA', ask: `192-0-2-7.${POD_ZONE}`, type: 'AAAA', rcode: 'NOERROR' },
    { name: 'SRV of a dashed address has port 0', ask: `192-0-2-7.${POD_ZONE}`, type: 'SRV', want: [`192-0-2-7.${POD_ZONE}:0`] },
    { name: 'TXT of a dashed address is NODATA', ask: `192-0-2-7.${POD_ZONE}`, type: 'TXT', rcode: 'NOERROR' },
    { name: 'A below a dashed address gives it too', ask: `a.b.192-0-2-7.${POD_ZONE}`, type: 'A', want: ['192.0.2.7'] },
    { name: 'A three labels below a dashed address is NXDOMAIN', ask: `a.b.c.192-0-2-7.${POD_ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    { name: 'A of a dashed word that is no address is NXDOMAIN', ask: `192-0-2-256.${POD_ZONE}`, type: 'A', rcode: 'NXDOMAIN' },
    {
      name: 'A of a dashed address in a namespace that does not exist is NXDOMAIN',
      ask: '192-0-2-7.nowhere.pod.cluster.local',
      type: 'A',
      rcode: 'NXDOMAIN',
    },
    { name: 'A of a namespace among the names of addresses is NODATA', ask: POD_ZONE, type: 'A', rcode: 'NOERROR' },
    // dns-version
    { name: 'TXT of dns-version gives the version of the schema', ask: 'dns-version.cluster.local', type: 'TXT', want: ['1.1.0'] },
    { name: 'A of dns-version is NXDOMAIN', ask: 'dns-version.cluster.local', type: 'A', rcode: 'NXDOMAIN' },
    // PTR
    {
      name: 'PTR of a pod address gives one name per Service that lists it',
      ask: reverseName(red ?? ''),
      type: 'PTR',
      want: [`color-ss-0.color-svc.${ZONE}`, `${dashedLabel(red ?? '')}.everyone.${ZONE}`],
    },
    {
      name: 'PTR of an unready pod gives only the Service that publishes it',
      ask: reverseName(blue ?? ''),
      type: 'PTR',
      want: [`${dashedLabel(blue ?? '')}.everyone.${ZONE}`],
    },
    { name: 'PTR of an IPv6 pod address gives its name', ask: reverseName(dualSix), type: 'PTR', want: [`dual-ss-0.dual-svc.${ZONE}`] },
    { name: 'PTR of a virtual address gives the Service', ask: reverseName(webFour), type: 'PTR', want: [`web.${ZONE}`] },
    {
      name: 'PTR of a pod under a ClusterIP Service gives its name',
      ask: reverseName(addressOf(webPods)),
      type: 'PTR',
      want: [`web-ss-0.web.${ZONE}`],
    },
    { name: 'PTR of an address nobody has is NXDOMAIN', ask: '1.2.0.192.in-addr.arpa', type: 'PTR', rcode: 'NXDOMAIN' },
    { name: 'PTR of half an address is NXDOMAIN', ask: '18.198.in-addr.arpa', type: 'PTR', rcode: 'NXDOMAIN' },
    { name: 'A of a reverse name is NXDOMAIN', ask: reverseName(red ?? ''), type: 'A', rcode: 'NXDOMAIN' },
    { name: 'PTR of the reverse zone itself is NODATA', ask: 'in-addr.arpa', type: 'PTR', rcode: 'NOERROR' },
    { name: 'TXT of a reverse zone is NXDOMAIN', ask: 'in-addr.arpa', type: 'TXT', rcode: 'NXDOMAIN' },
    { name: 'TXT of dns-version in a reverse zone gives it', ask: 'dns-version.ip6.arpa', type: 'TXT', want: ['1.1.0'] },
    { name: 'A of svc in a reverse zone is NODATA', ask: 'svc.in-addr.arpa', type: 'A', rcode: 'NOERROR' },
    { name: 'A of a namespace in a reverse zone is NXDOMAIN', ask: 'default.svc.in-addr.arpa', type: 'A', rcode: 'NXDOMAIN' },
    { name: 'SOA of a reverse zone gives it', ask: 'ip6.arpa', type: 'SOA', want: ['ns.dns.ip6.arpa'] },
    // Foreign names
    { name: 'a name outside the zone is REFUSED', ask: 'example.com', type: 'A', rcode: 'REFUSED' },
    { name: 'a name that merely ends alike is REFUSED', ask: 'color-svc.default.svc.notcluster.local', type: 'A', rcode: 'REFUSED' },
    { name: 'the root is REFUSED', ask: '.', type: 'NS', rcode: 'REFUSED' },
    // Spelling
    { name: 'case and a final dot do not matter', ask: 'Color-SVC.Default.svc.CLUSTER.local.', type: 'a', want: [red, green] },
    {
      name: 'case does not matter in port names',
      ask: `_METRICS._TCP.color-svc.${ZONE}`,
      type: 'SRV',
      want: [`color-ss-0.color-svc.${ZONE}:9216`, `color-ss-1.color-svc.${ZONE}:9216`],
    },
    { name: 'SOA of the zone gives it', ask: 'cluster.local', type: 'SOA', want: ['ns.dns.cluster.local'] },
  ])('$name', ({ ask: asked, type, rcode = 'NOERROR', want = [] }) => {
    const reply = ask(world, asked, type);
    expect(reply.rcode).toBe(rcode);
    expect(valuesOf(reply)).toEqual(want.map((value) => value ?? '').toSorted());
  });

  test.each(['TXT', 'MX', 'NS', 'CNAME', 'NAPTR', 'CAA', 'PTR', 'HTTPS', 'ANY', 'TYPE4711'])(
    '%s of a name that exists is NODATA, of one that does not NXDOMAIN',
    (type) => {
      for (const there of [`color-svc.${ZONE}`, `color-ss-0.color-svc.${ZONE}`, `_db._tcp.color-svc.${ZONE}`, `web.${ZONE}`]) {
        expect(ask(world, there, type)).toMatchObject({ rcode: 'NOERROR', answers: [] });
      }
      for (const absent of [`color-ss-2.color-svc.${ZONE}`, `nobody.${ZONE}`, `missing.${ZONE}`]) {
        expect(ask(world, absent, type)).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
      }
    },
  );

  test.each([`color-svc.${ZONE}`, `color-ss-0.color-svc.${ZONE}`, `missing.${ZONE}`, ZONE])('SOA of %s is NODATA, there or not', (name) => {
    expect(ask(world, name, 'SOA')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });
});

const spelled = (record: ResourceRecord) => [record.name, 'target' in record ? record.target : ''].join(' ').trim();

describe('capitals of a question', () => {
  test.each([
    {
      name: 'come back in owners of answers, elsewhere only in the zone',
      ask: 'Color-SS-0.color-svc.DEFAULT.svc.Cluster.LOCAL.',
      type: 'SRV',
      want: {
        answers: Array.from(
          { length: 2 },
          () => 'Color-SS-0.color-svc.DEFAULT.svc.Cluster.LOCAL color-ss-0.color-svc.default.svc.Cluster.LOCAL',
        ),
        authority: [],
        additional: ['color-ss-0.color-svc.default.svc.Cluster.LOCAL'],
      },
    },
    {
      name: 'come back in the zone of a denial',
      ask: 'MISSING.default.svc.cluster.LOCAL',
      type: 'A',
      want: { answers: [], authority: ['cluster.LOCAL'], additional: [] },
    },
    {
      name: 'do not touch another zone',
      ask: reverseName(dualSix).toUpperCase(),
      type: 'PTR',
      want: { answers: [`${reverseName(dualSix).toUpperCase()} dual-ss-0.dual-svc.${ZONE}`], authority: [], additional: [] },
    },
  ])('$name', ({ ask: asked, type, want }) => {
    const { answers, authority, additional } = ask(world, asked, type);
    expect({ answers: answers.map(spelled), authority: authority.map(spelled), additional: additional.map(spelled) }).toEqual(want);
  });

  test('come back in the SOA of the zone', () => {
    expect(ask(world, 'Cluster.LOCAL', 'SOA').answers).toEqual([
      expect.objectContaining({ name: 'Cluster.LOCAL', primaryName: 'ns.dns.Cluster.LOCAL', mailbox: 'hostmaster.Cluster.LOCAL' }),
    ]);
  });
});

describe('a denial', () => {
  test.each([
    { name: 'NXDOMAIN', ask: `missing.${ZONE}`, type: 'A' },
    { name: 'NODATA', ask: `color-svc.${ZONE}`, type: 'AAAA' },
    { name: 'SOA of a name', ask: `color-svc.${ZONE}`, type: 'SOA' },
  ])('carries the SOA of the zone ($name)', ({ ask: asked, type }) => {
    expect(ask(world, asked, type).authority).toEqual([
      expect.objectContaining({
        type: 'SOA',
        name: 'cluster.local',
        ttlSeconds: 30,
        minimumSeconds: 30,
        mailbox: 'hostmaster.cluster.local',
      }),
    ]);
  });

  test('of an address carries the SOA of its reverse zone', () => {
    expect(ask(world, '1.2.0.192.in-addr.arpa', 'PTR').authority).toEqual([expect.objectContaining({ type: 'SOA', name: 'in-addr.arpa' })]);
  });

  test('has an SOA that lives 300 seconds at most, and a minimum of the zone TTL', () => {
    const slow = createWorld({ ttlSeconds: 3_600 });
    expect(ask(slow, `missing.${ZONE}`, 'A').authority).toEqual([expect.objectContaining({ ttlSeconds: 300, minimumSeconds: 3_600 })]);
  });

  test('has no SOA when refused', () => {
    expect(ask(world, 'example.com', 'A').authority).toEqual([]);
  });

  test('has another serial after every change', () => {
    const serialOf = () => JSON.stringify(ask(world, `missing.${ZONE}`, 'A').authority);
    const before = serialOf();
    expect(serialOf()).toBe(before);
    world.headlessService('newcomer');
    expect(serialOf()).not.toBe(before);
  });
});

/** What a world of this seed says to three questions. */
const told = (seed: number) => {
  const twin = createWorld({ seed });
  twin.headlessService('db', { ports: [{ port: 1 }] }).statefulSet('db', { replicas: 6 });
  return JSON.stringify([ask(twin, `db.${ZONE}`, 'A'), ask(twin, `db.${ZONE}`, 'SRV'), ask(twin, `db.${ZONE}`, 'A')]);
};

describe('an answer', () => {
  test('carries the TTL of the zone in every record, that of dns-version its own', () => {
    const records = [ask(world, `color-svc.${ZONE}`, 'SRV'), ask(world, `color-svc.${ZONE}`, 'A')].flatMap(({ answers, additional }) => [
      ...answers,
      ...additional,
    ]);
    expect(new Set(records.map(({ ttlSeconds }) => ttlSeconds))).toEqual(new Set([30]));
    expect(ask(world, 'dns-version.cluster.local', 'TXT').answers).toEqual([expect.objectContaining({ ttlSeconds: 28_800 })]);
  });

  test('carries the addresses of SRV targets as glue, once each', () => {
    const { additional } = ask(world, `color-svc.${ZONE}`, 'SRV');
    expect(additional.map((record) => `${record.name} ${record.type} ${valueOf(record)}`).toSorted()).toEqual([
      `color-ss-0.color-svc.${ZONE} A ${red}`,
      `color-ss-1.color-svc.${ZONE} A ${green}`,
    ]);
  });

  test('names a dual-stack pod once as SRV target, with A and AAAA as glue', () => {
    const { answers, additional } = ask(world, `dual-ss-0.dual-svc.${ZONE}`, 'SRV');
    expect(answers).toHaveLength(1);
    expect(additional.map((record) => `${record.type} ${valueOf(record)}`).toSorted()).toEqual([`A ${dualFour}`, `AAAA ${dualSix}`]);
  });

  test('names a dual-stack pod without hostname twice, dashed by family', () => {
    const both = createWorld();
    const pods = both.headlessService('app', { ports: [{ port: 80 }] }).deployment('app', { families: ['ipv6', 'ipv4'] });
    const [four = '', sixth = ''] = pods.pods[0]?.addresses ?? [];
    expect(valuesOf(ask(both, `app.${ZONE}`, 'SRV'))).toEqual(
      [`${dashedLabel(four)}.app.${ZONE}:80`, `${dashedLabel(sixth)}.app.${ZONE}:80`].toSorted(),
    );
  });

  test.each([
    { name: '3 pods of one port share 100', replicas: 3, families: ['ipv4'] as const, ports: 1, want: 33 },
    { name: '2 pods of 3 ports share 100', replicas: 2, families: ['ipv4'] as const, ports: 3, want: 16 },
    { name: 'both families of a pod count', replicas: 2, families: ['ipv4', 'ipv6'] as const, ports: 1, want: 25 },
    { name: 'one pod has all', replicas: 1, families: ['ipv4'] as const, ports: 1, want: 100 },
    { name: 'nobody gets less than 1', replicas: 150, families: ['ipv4'] as const, ports: 1, want: 1 },
  ])('shares 100 as SRV weight: $name', ({ replicas, families, ports: portCount, want }) => {
    const weighted = createWorld();
    const numbered = Array.from({ length: portCount }, (_, index) => ({ name: `p${index}`, port: 1_000 + index }));
    weighted.headlessService('db', { ports: numbered }).statefulSet('db', { replicas, families });
    const { answers } = ask(weighted, `db.${ZONE}`, 'SRV');
    expect(answers).toHaveLength(replicas * portCount);
    for (const record of answers) expect(record).toMatchObject({ priority: 0, weight: want });
  });

  test('deals addresses anew for every reply, and leaves SRV records in order', () => {
    const dealt = createWorld({ seed: 5 });
    dealt.headlessService('db', { ports: [{ port: 1 }] }).statefulSet('db', { replicas: 5 });
    const orders = (type: string) => new Set(Array.from({ length: 40 }, () => ask(dealt, `db.${ZONE}`, type).answers.map(valueOf).join()));
    expect(orders('A').size).toBeGreaterThan(20);
    expect(orders('SRV')).toEqual(new Set([[0, 1, 2, 3, 4].map((ordinal) => `db-${ordinal}.db.${ZONE}:1`).join()]));
  });

  test('is the same for the same seed and the same questions', () => {
    expect(told(9)).toBe(told(9));
    expect(told(9)).not.toBe(told(10));
  });

  test('comes from another zone when the cluster domain is another', () => {
    const renamed = createWorld({ clusterDomain: 'K8s.Example.org.', namespace: 'prod' });
    const set = renamed.headlessService('db').statefulSet('db', { replicas: 1 });
    expect(set.pod(0).host).toBe('db-0.db.prod.svc.k8s.example.org');
    expect(valuesOf(ask(renamed, set.pod(0).host, 'A'))).toEqual(set.pod(0).addresses);
    expect(ask(renamed, `db.${ZONE}`, 'A').rcode).toBe('REFUSED');
  });
});

describe('a Service', () => {
  test('that selects a set of another Service lists its pods under dashed names', () => {
    const two = createWorld();
    const set = two.headlessService('inner', { ports: [{ port: 1 }] }).statefulSet('db', { replicas: 2 });
    const other = two.headlessService('outer', { ports: [{ port: 2 }], selects: [set] });
    const dashed = set.pods.map((pod) => `${dashedLabel(pod.addresses[0] ?? '')}.${other.host}:2`);
    expect(valuesOf(ask(two, other.host, 'SRV'))).toEqual(dashed.toSorted());
    set.scale(3);
    expect(ask(two, other.host, 'A').answers).toHaveLength(3);
    set.pod(0).setReady(false);
    expect(ask(two, other.host, 'A').answers).toHaveLength(2);
  });

  test('leaves DNS when deleted, and its pods live on', () => {
    const gone = createWorld();
    const service = gone.headlessService('db', { ports: [{ port: 1 }] });
    const set = service.statefulSet('db', { replicas: 1 });
    service.delete();
    service.delete();
    expect(ask(gone, service.host, 'A').rcode).toBe('NXDOMAIN');
    expect(ask(gone, set.pod(0).host, 'A').rcode).toBe('NXDOMAIN');
    expect(ask(gone, ZONE, 'A').rcode).toBe('NOERROR');
    expect(set.pod(0).isReady).toBe(true);
    expect(() => service.statefulSet('more')).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
  });

  test('made again under its old name has its pods under their old names when it selects their set', () => {
    const again = createWorld();
    const service = again.headlessService('db');
    const set = service.statefulSet('db', { replicas: 1 });
    service.delete();
    again.headlessService('db', { selects: set });
    expect(valuesOf(ask(again, set.pod(0).host, 'A'))).toEqual(set.pod(0).addresses);
  });

  test('gives its virtual addresses back when deleted', () => {
    const small = createWorld({ addresses: 'loopback' });
    const service = small.clusterIpService('web');
    const [address] = service.addresses;
    expect(ask(small, reverseName(address ?? ''), 'PTR').rcode).toBe('NOERROR');
    service.delete();
    expect(ask(small, reverseName(address ?? ''), 'PTR').rcode).toBe('NXDOMAIN');
  });
});
