import { type Cluster, type HeadlessService, startCluster, type StatefulSet } from '@peerset/testkit';
import type { LoggedCommand } from './command-log.ts';
import { Fabric } from './fabric.ts';
import { FakeMember } from './fake-member.ts';
import { hostFinder } from './find-host.ts';
import { initiate } from './initiate.ts';
import type { ServiceOptions } from './member-service.ts';
import { Mongod } from './mongod.ts';
import { reservePort } from './reserve-port.ts';
import { keysOf } from './scram.ts';
import { settle } from './settle.ts';

/*
 * A replica set without MongoDB: servers that speak its wire protocol on addresses of loopback, behind a simulated headless Service, and keep its
 * rules about configurations, elections and users. Made from written rules, not from a server: what it allows, a real one may still refuse. It
 * does not look at horizons, settings, and the rules about arbiters beside one data member and about default write concerns.
 *
 *   await using fake = await startFakeReplicaSet({ replicas: 3 });          // pods color-ss-0..2 in Service color-svc, one set, a primary
 *   fake.hosts, fake.port, fake.primary, fake.member(1).state               // what there is
 *   fake.cluster.servers, fake.service.host                                 // for watchPeers; clusterLookup(fake.cluster) for drivers
 *   new MongoClient(`mongodb://${fake.member(0).localAddress}/?directConnection=true`)  // a sidecar's way in
 *   await fake.scale(5); await fake.replaceAll(); fake.failOver();          // pods come and go; the configuration is for you to change
 *   await fake.member(2).stop() | kill() | start() | move() | wipe() | rename('other')
 *   fake.partition([[0], [1, 2]], { clientsReach: [1, 2] }); fake.heal();
 *   const release = fake.holdQuorumChecks(); release();                     // for changes at the same moment
 *   fake.member(1).hold('sync') | hold('config') | release(...)             // initial sync and installing take as long as you want
 *   fake.member(0).failNext('replSetReconfig', { code: 50, when: 'after' }) // done, and the client hears 50
 *   fake.mutations, fake.member(0).commands                                 // what was asked, by whom, and what came of it
 *
 * Everything that a real set does within seconds (heartbeats, elections, replication) is done at once.
 */

/** How a set begins. */
export interface FakeReplicaSetOptions {
  /** Pods, 0 and up. Default 3. */
  readonly replicas?: number;
  /** Name of the set. Default `rs0`. */
  readonly set?: string;
  /** Whether there is a set of all pods already. Default true; false: blank volumes. */
  readonly isInitiated?: boolean;
  /** Switches authentication on. The user is there from the start (role `root`) if the set is. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Switches authentication on without any user. Default: whether there are credentials. */
  readonly isAuthOn?: boolean;
  /** 21 (7.0) by default; below 13 (5.0) new members get their vote at once. */
  readonly wireVersion?: number;
  /** See `ServiceOptions`. Default `stream`. */
  readonly monitoring?: 'stream' | 'poll';
}

const mutating = new Set(['replSetInitiate', 'replSetReconfig', 'replSetStepDown']);

/** A set, its cluster, and what can be done to both. */
export class FakeReplicaSet implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly service: HeadlessService;
  readonly statefulSet: StatefulSet;
  readonly port: number;
  readonly #fabric: Fabric;
  readonly #options: ServiceOptions;
  readonly #make: (ordinal: number) => Mongod;
  readonly #releasePort: () => Promise<void>;
  readonly #members = new Map<number, FakeMember>();

  constructor(
    parts: Pick<FakeReplicaSet, 'cluster' | 'service' | 'statefulSet'>,
    options: ServiceOptions,
    make: (ordinal: number) => Mongod,
    releasePort: () => Promise<void>,
  ) {
    this.cluster = parts.cluster;
    this.service = parts.service;
    this.statefulSet = parts.statefulSet;
    this.port = options.port;
    this.#options = options;
    this.#make = make;
    this.#releasePort = releasePort;
    const findHost = hostFinder(parts.statefulSet, options.port, (ordinal) => this.#fabric.mongods.find((m) => m.ordinal === ordinal));
    this.#fabric = new Fabric(findHost);
  }

  /** `<fqdn>:<port>` of all pods, by ordinal. */
  get hosts(): readonly string[] {
    return this.statefulSet.pods.map(({ host }) => `${host}:${this.port}`);
  }

  /** Members of all pods there ever were; those whose pod is gone are `DOWN`. */
  get members(): readonly FakeMember[] {
    return [...this.#members.values()].toSorted((a, b) => a.ordinal - b.ordinal);
  }

  /** The one that takes writes; of two, in a partition, the one elected last. */
  get primary(): FakeMember | undefined {
    const [newest] = this.#fabric.mongods.filter(({ isPrimary }) => isPrimary).toSorted((a, b) => b.volume.term - a.volume.term);
    return newest && this.member(newest.ordinal);
  }

  /** All commands of all members, oldest first. */
  get commands(): readonly LoggedCommand[] {
    return this.#options.log;
  }

  /** Those that change the set: initiate, reconfigure, step down. Refused ones too. */
  get mutations(): readonly LoggedCommand[] {
    return this.#options.log.filter(({ name }) => mutating.has(name));
  }

  /** How long quorum checks take at least, in milliseconds. Where an order of events matters, hold them instead. */
  set quorumCheckMs(ms: number) {
    this.#fabric.quorumCheckMs = ms;
  }

  /** Quorum checks ask, and then wait until the function is called that this returns: meanwhile other changes meet code 109. */
  holdQuorumChecks(): () => void {
    let release: (() => void) | undefined;
    this.#fabric.quorumGate = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#fabric.quorumGate = Promise.resolve();
      release?.();
    };
  }

  member(ordinal: number): FakeMember {
    const member = this.#members.get(ordinal);
    if (member === undefined) throw new Error(`there is no member ${ordinal}`);
    return member;
  }

  /** Changes the number of pods. Volumes of pods that go are kept, and found again by the next pod of that name. */
  async scale(replicas: number): Promise<void> {
    const before = new Set(this.statefulSet.pods.map(({ ordinal }) => ordinal));
    const gone = this.members.filter(({ ordinal, state }) => ordinal >= replicas && state !== 'DOWN');
    await Promise.all(gone.map((member) => member.stop()));
    this.statefulSet.scale(replicas);
    for (const { ordinal } of this.statefulSet.pods.filter((pod) => !before.has(pod.ordinal))) await this.#memberOf(ordinal).start();
  }

  /** All pods at once come back on other addresses. */
  async replaceAll(): Promise<void> {
    const running = this.members.filter(({ state }) => state !== 'DOWN');
    await Promise.all(running.map((member) => member.stop()));
    for (const { ordinal } of running) this.statefulSet.pod(ordinal).restart();
    for (const member of running) await member.start();
  }

  /** The primary loses the lead to another member, and does not stand again for a minute. */
  failOver(): void {
    const primary = this.#fabric.mongods.find(({ isPrimary }) => isPrimary);
    if (primary === undefined) throw new Error('there is no primary to fail over from');
    Object.assign(primary, { isPrimary: false, frozenUntilMs: Date.now() + 60_000 });
    settle(this.#fabric);
  }

  /** Cuts members from each other: only those on one side hear each other. `clientsReach`: and clients reach only these. */
  partition(sides: readonly (readonly number[])[], { clientsReach }: { readonly clientsReach?: readonly number[] } = {}): void {
    this.#fabric.sides = sides;
    this.#fabric.openTo = clientsReach;
    this.members.forEach((member) => member.dropStrangers());
    settle(this.#fabric);
  }

  heal(): void {
    this.#fabric.sides = undefined;
    this.#fabric.openTo = undefined;
    settle(this.#fabric);
  }

  /** Resolves when it holds; looks after each change of the set. */
  async until(isMet: (fake: this) => boolean, timeoutMs = 10_000): Promise<void> {
    const isInTime = await this.#fabric.until(() => isMet(this), timeoutMs, new AbortController().signal);
    if (!isInTime) throw new Error(`the set did not become what the test waits for in ${timeoutMs} ms`);
  }

  /** Makes one set of all pods, as `replSetInitiate` on pod 0 does. */
  async initiate(): Promise<void> {
    const [first] = this.#fabric.mongods;
    if (first === undefined) throw new Error('there is no pod to initiate');
    const members = this.hosts.map((host, _id) => ({ _id, host, ...(_id >= 7 && { votes: 0, priority: 0 }) }));
    await initiate(first, this.#fabric, { _id: first.setName, version: 1, members }, this.port);
  }

  /** Adds a user on the primary, with the role `root` unless told otherwise. */
  addUser({ username, password }: { readonly username: string; readonly password: string }, roles: readonly string[] = ['root']): void {
    const document = { name: username, roles, keys: keysOf(password) };
    const { primary } = this;
    if (primary === undefined) throw new Error('there is no primary to add a user on');
    primary.plant('admin.system.users', document);
    settle(this.#fabric);
  }

  async close(): Promise<void> {
    this.#fabric.isClosing = true;
    await Promise.all(this.members.map((member) => member.close()));
    await this.cluster.close();
    await this.#releasePort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #memberOf(ordinal: number): FakeMember {
    const known = this.#members.get(ordinal);
    if (known !== undefined) return known;
    const mongod = this.#make(ordinal);
    this.#fabric.mongods.push(mongod);
    const findPod = () => this.statefulSet.pods.find((pod) => pod.ordinal === ordinal);
    const member = new FakeMember(mongod, this.#fabric, this.#options, findPod);
    this.#members.set(ordinal, member);
    return member;
  }
}

/** Starts a cluster with a headless Service and a StatefulSet, and a server in each pod. */
export async function startFakeReplicaSet(options: FakeReplicaSetOptions = {}): Promise<FakeReplicaSet> {
  const { replicas = 3, set = 'rs0', isInitiated = true, credentials, wireVersion = 21, monitoring = 'stream' } = options;
  const reserved = await reservePort();
  const { port } = reserved;
  const cluster = await startCluster({ addresses: 'loopback', seed: port });
  const service = cluster.headlessService('color-svc', { publishNotReadyAddresses: true, ports: [{ name: 'mongodb', port }] });
  const statefulSet = service.statefulSet('color-ss', { replicas: 0, podManagementPolicy: 'Parallel' });
  const isAuthOn = options.isAuthOn ?? credentials !== undefined;
  const make = (ordinal: number): Mongod => new Mongod({ ordinal, podName: `color-ss-${ordinal}`, setName: set, wireVersion });
  const fake = new FakeReplicaSet(
    { cluster, service, statefulSet },
    { port, domain: service.host, monitoring, isAuthOn, log: [] },
    make,
    () => reserved.release(),
  );
  await fake.scale(replicas);
  if (isInitiated && replicas > 0) await fake.initiate();
  if (isInitiated && credentials !== undefined) fake.addUser(credentials);
  return fake;
}
