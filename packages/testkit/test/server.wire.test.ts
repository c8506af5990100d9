import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type DecodedPacket, decode, encode, type RecordType, streamEncode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Cluster, type StatefulSet, startCluster } from '../src/index.ts';
import { reverseName } from '../src/ip-address.ts';
import { ZONE } from './ask.ts';

const NAME = `color-svc.${ZONE}`;

let cluster: Cluster;
let set: StatefulSet;
let resolver: Resolver;
let port: number;

beforeEach(async () => {
  cluster = await startCluster({ ttlSeconds: 17 });
  set = cluster
    .headlessService('color-svc', { ports: [{ name: 'db', port: 27_017, targetPort: 37_017 }] })
    .statefulSet('color-ss', { replicas: 3, families: ['ipv4', 'ipv6'], podManagementPolicy: 'Parallel' });
  resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers(cluster.servers);
  port = Number(cluster.servers[0]?.split(':')[1]);
});

afterEach(async () => {
  resolver.cancel();
  await cluster.close();
});

const addressesOf = (family: 0 | 1) => set.pods.map(({ addresses }) => addresses[family] ?? '').toSorted();

function question(name: string, type: RecordType, more: object = {}): Buffer {
  return encode({ type: 'query', id: 4_711, flags: 1 << 8, questions: [{ type, name, class: 'IN' }], ...more });
}

function replyOf(socket: UdpSocket): Promise<Buffer> {
  return new Promise((resolve) => socket.once('message', resolve));
}

/** Sends one message over UDP and waits for one reply. */
async function overUdp(message: Uint8Array): Promise<Buffer> {
  const socket = createSocket('udp4');
  try {
    socket.send(message, port, '127.0.0.1');
    return await replyOf(socket);
  } finally {
    socket.close();
  }
}

/** Reads so many replies from a TCP connection. */
async function repliesOf(connection: Socket, count: number): Promise<DecodedPacket[]> {
  const replies: DecodedPacket[] = [];
  let received = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    connection.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        replies.push(decode(received.subarray(2, end)));
        received = received.subarray(end);
      }
      if (replies.length >= count) resolve();
    });
  });
  connection.destroy();
  return replies;
}

describe('Node’s Resolver', () => {
  test('finds addresses of both families, with their TTL', async () => {
    expect((await resolver.resolve4(NAME)).toSorted()).toEqual(addressesOf(0));
    expect((await resolver.resolve6(NAME)).toSorted()).toEqual(addressesOf(1));
    expect(await resolver.resolve4(set.pod(1).host, { ttl: true })).toEqual([{ address: set.pod(1).addresses[0], ttl: 17 }]);
  });

  test('finds SRV records under the bare name and the port', async () => {
    const expected = set.pods.map(({ host }) => ({ name: host, port: 37_017, priority: 0, weight: 16 }));
    expect(await resolver.resolveSrv(NAME)).toMatchObject(expected);
    expect(await resolver.resolveSrv(`_db._tcp.${NAME}`)).toMatchObject(expected);
  });

  test('finds names of addresses', async () => {
    for (const address of set.pod(2).addresses) {
      expect(await resolver.resolvePtr(reverseName(address))).toEqual([set.pod(2).host]);
    }
  });

  test('finds the version of the schema', async () => {
    expect(await resolver.resolveTxt('dns-version.cluster.local')).toEqual([['1.1.0']]);
  });

  test('reads the SOA of the zone', async () => {
    expect(await resolver.resolveSoa('cluster.local')).toMatchObject({
      nsname: 'ns.dns.cluster.local',
      hostmaster: 'hostmaster.cluster.local',
      refresh: 7_200,
      retry: 1_800,
      expire: 86_400,
      minttl: 17,
    });
  });

  test.each([
    { name: 'NXDOMAIN for ENOTFOUND', ask: () => resolver.resolve4(`missing.${ZONE}`), code: 'ENOTFOUND' },
    { name: 'NODATA for ENODATA', ask: () => resolver.resolve4(ZONE), code: 'ENODATA' },
    { name: 'REFUSED for EREFUSED', ask: () => resolver.resolve4('example.com'), code: 'EREFUSED' },
    { name: 'MX of a name that exists for ENODATA', ask: () => resolver.resolveMx(NAME), code: 'ENODATA' },
    { name: 'CAA of a name that exists for ENODATA', ask: () => resolver.resolveCaa(NAME), code: 'ENODATA' },
    { name: 'NAPTR of an absent name for ENOTFOUND', ask: () => resolver.resolveNaptr(`missing.${ZONE}`), code: 'ENOTFOUND' },
    { name: 'SOA of an absent name for ENODATA', ask: () => resolver.resolveSoa(`missing.${ZONE}`), code: 'ENODATA' },
  ])('takes $name', async ({ ask, code }) => {
    await expect(ask()).rejects.toMatchObject({ code });
  });

  test('sees a pod go and come back', async () => {
    set.pod(1).setReady(false);
    await expect(resolver.resolve4(set.pod(1).host)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(await resolver.resolve4(NAME)).toHaveLength(2);
    set.pod(1).restart();
    expect(await resolver.resolve4(set.pod(1).host)).toEqual([set.pod(1).addresses[0]]);
  });

  test.each([
    { count: 28, ask: () => resolver.resolve4(NAME), transports: ['udp'] },
    { count: 29, ask: () => resolver.resolve4(NAME), transports: ['udp', 'tcp'] },
    { count: 16, ask: () => resolver.resolve6(NAME), transports: ['udp'] },
    { count: 17, ask: () => resolver.resolve6(NAME), transports: ['udp', 'tcp'] },
    { count: 1_000, ask: () => resolver.resolve4(NAME), transports: ['udp', 'tcp'] },
  ])('gets all of $count addresses over $transports', async ({ count, ask, transports }) => {
    set.scale(count);
    expect(new Set(await ask()).size).toBe(count);
    expect(cluster.queries.map(({ transport }) => transport)).toEqual(transports);
  });

  test('gets no more than fits into 65,535 bytes', async () => {
    set.scale(4_100);
    expect(await resolver.resolve4(NAME)).toHaveLength(4_092);
  });

  test('gets many answers at once', async () => {
    const hosts = Array.from({ length: 60 }, (_, index) => set.pod(index % 3).host);
    const answers = await Promise.all(hosts.map((host) => resolver.resolve4(host)));
    expect(answers.map(([address]) => address)).toEqual(hosts.map((host) => set.pods.find((pod) => pod.host === host)?.addresses[0]));
    expect(cluster.queries).toHaveLength(60);
  });

  test('finds a ClusterIP Service', async () => {
    const web = cluster.clusterIpService('web');
    expect(await resolver.resolve4(web.host)).toEqual(web.addresses);
    cluster.clearQueries();
    expect(cluster.queries).toEqual([]);
  });

  test('uses a port that was asked for', async () => {
    await cluster.close();
    cluster = await startCluster({ port });
    expect(cluster.servers).toEqual([`127.0.0.1:${port}`]);
    await expect(resolver.resolve4(`missing.${ZONE}`)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('a message on the wire', () => {
  test('repeats id, question and its capitals, and says it is authoritative', async () => {
    const message = question('Color-SVC.default.svc.CLUSTER.local', 'A');
    const reply = await overUdp(message);
    expect(reply.subarray(12, message.length)).toEqual(message.subarray(12));
    expect(decode(reply)).toMatchObject({ id: 4_711, type: 'response', flag_aa: true, flag_tc: false, flag_rd: true, flag_ra: false });
    expect(decode(reply).answers?.map((record) => record.name)).toEqual(
      Array.from({ length: 3 }, () => 'Color-SVC.default.svc.CLUSTER.local'),
    );
    expect(cluster.queries).toMatchObject([{ name: NAME, type: 'A', transport: 'udp', rcode: 'NOERROR' }]);
  });

  test.each([
    { name: `missing.${ZONE}`, rcode: 'NXDOMAIN', isAuthoritative: true },
    { name: ZONE, rcode: 'NOERROR', isAuthoritative: true },
    { name: 'example.com', rcode: 'REFUSED', isAuthoritative: false },
    { name: `broken.${ZONE}`, rcode: 'SERVFAIL', isAuthoritative: false },
  ])('claims authority for data and denials, not for errors: $rcode', async ({ name, rcode, isAuthoritative }) => {
    cluster.fault({ kind: 'servfail', names: /^broken/ });
    expect(decode(await overUdp(question(name, 'A')))).toMatchObject({ rcode, flag_aa: isAuthoritative });
  });

  test('keeps lower-case glue below an upper-case question', async () => {
    const { answers, additionals } = decode(await overUdp(question('COLOR-SS-0.color-svc.default.svc.Cluster.LOCAL', 'SRV')));
    const inZone = 'color-ss-0.color-svc.default.svc.Cluster.LOCAL';
    expect(answers).toMatchObject([{ name: 'COLOR-SS-0.color-svc.default.svc.Cluster.LOCAL', data: { target: inZone } }]);
    expect(additionals?.map(({ name }) => name)).toEqual([inZone, inZone]);
  });

  test('compresses names and carries glue', async () => {
    const reply = await overUdp(question(NAME, 'SRV', { flags: 0 }));
    const { answers, additionals, flag_rd: isRecursionDesired } = decode(reply);
    expect(isRecursionDesired).toBe(false);
    expect(answers).toHaveLength(3);
    expect(additionals?.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual(
      set.pods.flatMap(({ host }) => [`A ${host}`, `AAAA ${host}`]).toSorted(),
    );
    // 53 bytes of header and question, 66 for each SRV record, 16 and 28 for its glue.
    expect(reply).toHaveLength(53 + 3 * (66 + 16 + 28));
  });

  test('carries the SOA in a denial', async () => {
    const { authorities } = decode(await overUdp(question(`missing.${ZONE}`, 'A')));
    expect(authorities).toMatchObject([
      { type: 'SOA', name: 'cluster.local', ttl: 17, data: { mname: 'ns.dns.cluster.local', minimum: 17 } },
    ]);
  });

  test.each([
    { name: 'of 512 bytes without OPT', udpPayloadSize: undefined, count: 28, longest: 512 },
    { name: 'as large as OPT says', udpPayloadSize: 1_232, count: 73, longest: 1_232 },
    { name: 'of 512 bytes when OPT says less', udpPayloadSize: 10, count: 28, longest: 512 },
    { name: 'whole when OPT allows it', udpPayloadSize: 4_096, count: 100, longest: 4_096 },
  ])('is $name', async ({ udpPayloadSize, count, longest }) => {
    set.scale(100);
    const opt = { type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
    const reply = await overUdp(question(NAME, 'A', udpPayloadSize === undefined ? {} : { additionals: [opt] }));
    const decoded = decode(reply);
    expect(reply.length).toBeLessThanOrEqual(longest);
    expect(decoded.answers).toHaveLength(count);
    expect(decoded.flag_tc).toBe(count < 100);
    expect(decoded.additionals?.map(({ type }) => type)).toEqual(udpPayloadSize === undefined ? [] : ['OPT']);
  });

  test('says TC over TCP when 65,535 bytes are not enough', async () => {
    set.scale(4_100);
    const connection = connect(port, '127.0.0.1');
    connection.write(streamEncode({ type: 'query', id: 1, questions: [{ type: 'A', name: NAME }] }));
    const [reply] = await repliesOf(connection, 1);
    expect(reply?.flag_tc).toBe(true);
    expect(reply?.answers).toHaveLength(4_092);
  });

  test.each([
    { code: 65, type: 'HTTPS' },
    { code: 64, type: 'SVCB' },
    { code: 255, type: 'ANY' },
    { code: 4_711, type: 'TYPE4711' },
  ])('may ask for type $code, logged as $type', async ({ code, type }) => {
    const message = question(NAME, 'A');
    message.writeUInt16BE(code, message.length - 4);
    const reply = await overUdp(message);
    expect(reply.readUInt16BE(message.length - 4)).toBe(code);
    expect(decode(reply)).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(cluster.queries).toMatchObject([{ type }]);
  });

  test('of another class than IN is refused', async () => {
    const message = question(NAME, 'A');
    message.writeUInt16BE(3, message.length - 2);
    expect(decode(await overUdp(message))).toMatchObject({ rcode: 'REFUSED', flag_aa: false, answers: [] });
    expect(cluster.queries).toEqual([]);
  });

  test.each([
    { name: 'without a question', message: question(NAME, 'A', { questions: [] }) },
    {
      name: 'with two questions',
      message: question(NAME, 'A', {
        questions: [
          { type: 'A', name: NAME },
          { type: 'A', name: NAME },
        ],
      }),
    },
    { name: 'that breaks off', message: question(NAME, 'A').subarray(0, 30) },
    {
      name: 'whose name is a pointer',
      message: Buffer.concat([question(NAME, 'A').subarray(0, 12), Buffer.from([0xc0, 0x00, 0, 1, 0, 1])]),
    },
  ])('$name is answered with FORMERR', async ({ message }) => {
    expect(decode(await overUdp(message))).toMatchObject({ id: 4_711, rcode: 'FORMERR', type: 'response' });
  });

  test.each([
    { name: 'a reply', message: encode({ type: 'response', id: 1, questions: [{ type: 'A', name: NAME }] }) },
    { name: 'less than a header', message: Buffer.from([1, 2, 3]) },
  ])('that is $name is ignored', async ({ message }) => {
    const socket = createSocket('udp4');
    socket.send(message, port, '127.0.0.1');
    socket.send(question(NAME, 'A'), port, '127.0.0.1');
    const reply = await replyOf(socket);
    socket.close();
    expect(decode(reply).id).toBe(4_711);
  });

  test('may come in pieces and in company over TCP', async () => {
    const connection = connect(port, '127.0.0.1');
    connection.setNoDelay();
    const messages = Buffer.concat(
      [1, 2, 3].map((id) => streamEncode({ type: 'query', id, questions: [{ type: 'A', name: set.pod(id - 1).host }] })),
    );
    for (const [from, to] of [
      [0, 1],
      [1, 20],
      [20, 90],
      [90, messages.length],
    ]) {
      connection.write(messages.subarray(from, to));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const replies = await repliesOf(connection, 3);
    expect(replies.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(cluster.queries.map(({ transport }) => transport)).toEqual(['tcp', 'tcp', 'tcp']);
  });
});

/** Listens there and says so to whoever connects. Port 0 takes a free one. */
async function listen(address: string, atPort: number): Promise<number> {
  const server = createServer((connection) => connection.end(address)).listen(atPort, address);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const bound = server.address();
  return typeof bound === 'object' ? (bound?.port ?? 0) : 0;
}

test('pods with loopback addresses can be served for real, all on one port', async () => {
  await using loopback = await startCluster({ addresses: 'loopback' });
  const pods = loopback
    .headlessService('real')
    .statefulSet('real', { replicas: 3 })
    .pods.map(({ addresses: [address = ''] }) => address);
  let sharedPort = 0;
  for (const address of pods) sharedPort = await listen(address, sharedPort);
  resolver.setServers(loopback.servers);
  const found = await resolver.resolve4(`real.${ZONE}`);
  expect(found).toHaveLength(3);
  for (const address of found) {
    const connection = connect(sharedPort, address);
    onTestFinished(() => void connection.destroy());
    expect(String((await once(connection, 'data'))[0])).toBe(address);
  }
});
