import type { ReplicaSetConfig } from '../../../src/replica-set/replica-set-document.ts';
import { memberStates } from '../../../src/replica-set/replica-set-document.ts';
import type { Dice } from './dice.ts';
import type { Server } from './server.ts';
import { SetId, isElectable, isNewer, isVoting, newServer, newVolume, setIdOf } from './server.ts';

/** Steps after which a member that was not heard of counts as down. */
const TIMEOUT_STEPS = 3;
/** How likely a member stands in a step: servers wait for different times, or candidates would depose each other for ever. */
const STANDS = 0.2;

/** Servers of one replica set that talk, elect and synchronise by the server's rules. One step is about a heartbeat. */
export class World {
  readonly servers = new Map<string, Server>();
  /** `host:port` to the name of a server. Old names go on to work. */
  readonly names = new Map<string, string>();
  readonly dice: Dice;
  atStep = 0;
  /** Sets that were founded, with what other sets were still on a disk at that moment. */
  readonly foundings: { readonly id: SetId; readonly rivals: number }[] = [];

  constructor(dice: Dice) {
    this.dice = dice;
  }

  add(name: string, ordinal: number | undefined, hosts: readonly string[]): Server {
    const server = newServer(name, ordinal);
    this.servers.set(name, server);
    for (const host of hosts) this.names.set(host, name);
    return server;
  }

  at(host: string): Server | undefined {
    return this.servers.get(this.names.get(host) ?? '');
  }

  canTalk(a: Server, b: Server): boolean {
    return a.isUp && b.isUp && a.group === b.group;
  }

  /** The entry of a server in its own configuration. */
  ownEntry(server: Server, config: ReplicaSetConfig | undefined = server.volume.config): ReplicaSetConfig['members'][number] | undefined {
    return config?.members.find(({ host }) => this.at(host) === server);
  }

  stop(server: Server): void {
    server.isUp = false;
    server.role = 'none';
    server.heard.clear();
    delete server.initiating;
  }

  start(server: Server): void {
    if (server.isUp) return;
    server.isUp = true;
    server.bootSteps = 1 + this.dice.roll(3);
  }

  loseVolume(server: Server): void {
    this.stop(server);
    server.volume = newVolume();
    this.start(server);
  }

  /** A heartbeat of everybody, with what follows from it. */
  step(): void {
    this.atStep += 1;
    const servers = [...this.servers.values()].filter(({ isUp }) => isUp);
    for (const server of servers) this.#boot(server);
    for (const server of servers) this.#finishInitiate(server);
    for (const server of servers) this.#sendHeartbeats(server);
    for (const server of servers) this.#live(server);
  }

  hears(server: Server, id: number): boolean {
    const heard = server.heard.get(id);
    return heard !== undefined && this.atStep - heard.atStep < TIMEOUT_STEPS;
  }

  /** Whether a majority of the voters satisfies `test`; the server itself is asked too. */
  isMajority(config: ReplicaSetConfig, test: (id: number) => boolean): boolean {
    const voters = config.members.filter(isVoting);
    return voters.filter((member) => test(member._id)).length > voters.length / 2;
  }

  isReady(server: Server): boolean {
    return server.isUp && server.bootSteps === 0;
  }

  /** Takes over a configuration: from a command, a founding, or another server. */
  install(server: Server, config: ReplicaSetConfig): void {
    server.volume.config = config;
    const entry = this.ownEntry(server);
    if (!entry) server.role = 'removed';
    else if (entry.arbiterOnly === true) server.role = 'arbiter';
    else if (server.role === 'primary' && isElectable(entry)) return;
    else server.role = server.volume.hasData ? 'secondary' : 'syncing';
  }

  #boot(server: Server): void {
    if (server.bootSteps === 0) return;
    server.bootSteps -= 1;
    if (server.bootSteps === 0 && server.volume.config) this.install(server, server.volume.config);
  }

  #finishInitiate(server: Server): void {
    const { initiating } = server;
    if (!initiating) return;
    delete server.initiating;
    const id = new SetId(this.foundings.length + 1);
    const rivals = [...this.servers.values()].filter(({ volume }) => volume.config).length;
    this.foundings.push({ id, rivals });
    server.volume.hasData = true;
    this.install(server, { ...initiating, version: 1, term: 0, settings: { ...initiating.settings, replicaSetId: id } });
  }

  #sendHeartbeats(server: Server): void {
    if (!this.isReady(server) || !this.ownEntry(server)) return;
    for (const { _id, host } of server.volume.config?.members ?? []) {
      const other = this.at(host);
      if (other && other !== server && this.isReady(other) && this.canTalk(server, other)) this.#heartbeat(server, other, _id);
    }
  }

  #heartbeat(server: Server, other: Server, id: number): void {
    const [mine, theirs] = [server.volume.config, other.volume.config];
    if (!mine || other.initiating) return;
    if (theirs && setIdOf(theirs) !== setIdOf(mine)) return;
    this.learnTerm(other, server.volume.term);
    this.learnTerm(server, other.volume.term);
    // A server without configuration learns of one, and reads it with a later heartbeat.
    if (theirs ? isNewer(mine, theirs) : this.dice.chance(0.4)) this.install(other, mine);
    else if (theirs && isNewer(theirs, mine)) this.install(server, theirs);
    const { version = 0, term = -1 } = other.volume.config ?? {};
    server.heard.set(id, { atStep: this.atStep, state: stateOf(other), version, term });
    // Secondaries read from each other too.
    const isSource = server.role === 'primary' || server.role === 'secondary';
    if (other.role === 'secondary' && isSource) other.volume.writes = Math.max(other.volume.writes, server.volume.writes);
  }

  learnTerm(server: Server, term: number): void {
    if (term <= server.volume.term) return;
    server.volume.term = term;
    if (server.role === 'primary') server.role = 'secondary';
  }

  #live(server: Server): void {
    const { config } = server.volume;
    const entry = this.ownEntry(server);
    if (!config || !entry || !this.isReady(server)) return;
    const isWithMajority = this.isMajority(config, (id) => id === entry._id || this.hears(server, id));
    if (server.role === 'primary' && !isWithMajority) server.role = 'secondary';
    if (server.role === 'primary') server.volume.writes += this.dice.roll(2);
    if (server.role === 'syncing' && this.#hasSource(server))
      Object.assign(server, { role: 'secondary', volume: { ...server.volume, hasData: true } });
    const seesPrimary = config.members.some(({ _id }) => this.hears(server, _id) && server.heard.get(_id)?.state === memberStates.PRIMARY);
    const isCandidate = server.role === 'secondary' && isElectable(entry) && !seesPrimary && this.atStep >= server.noElectionBefore;
    if (isCandidate && isWithMajority && this.dice.chance(STANDS)) this.#runFor(server, config);
  }

  #hasSource(server: Server): boolean {
    // A secondary will do as well (initialSyncSourceReadPreference is `nearest` unless chaining is forbidden).
    const sources = (server.volume.config?.members ?? [])
      .flatMap(({ host }) => this.at(host) ?? [])
      .filter(({ role }) => role === 'primary' || role === 'secondary')
      .filter((other) => this.canTalk(server, other));
    const source = sources.find(({ role }) => role === 'primary') ?? sources[0];
    if (source) server.volume.writes = source.volume.writes;
    return source !== undefined && this.dice.chance(0.7);
  }

  /** An election: one vote a term and voter, for a candidate whose configuration and data are not older. */
  #runFor(server: Server, config: ReplicaSetConfig): void {
    const { volume } = server;
    const term = volume.term + 1;
    volume.term = term;
    volume.votedInTerm = term;
    const own = this.ownEntry(server)?._id;
    const hasWon = this.isMajority(config, (id) => id === own || this.#grants(this.#byId(config, id), server, term));
    if (!hasWon || volume.term !== term) return;
    server.role = 'primary';
    this.install(server, { ...config, term });
  }

  #grants(voter: Server | undefined, { volume, ...server }: Server, term: number): boolean {
    const theirs = voter?.volume.config;
    if (!voter || !theirs || !volume.config || !this.isReady(voter) || voter.group !== server.group || voter.role === 'removed')
      return false;
    if (setIdOf(theirs) !== setIdOf(volume.config) || isNewer(theirs, volume.config) || voter.volume.writes > volume.writes) return false;
    if (voter.volume.term > term || voter.volume.votedInTerm >= term) return false;
    this.learnTerm(voter, term);
    voter.volume.votedInTerm = term;
    return true;
  }

  #byId(config: ReplicaSetConfig, id: number): Server | undefined {
    const host = config.members.find((member) => member._id === id)?.host;
    return host === undefined ? undefined : this.at(host);
  }
}

/** What a server says of itself in a heartbeat. */
export function stateOf({ role, volume }: Server): number {
  if (role === 'primary') return memberStates.PRIMARY;
  if (role === 'secondary') return memberStates.SECONDARY;
  if (role === 'arbiter') return memberStates.ARBITER;
  if (role === 'syncing') return memberStates.STARTUP2;
  return volume.config ? memberStates.REMOVED : memberStates.STARTUP;
}
