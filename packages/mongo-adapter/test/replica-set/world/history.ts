import type { ReplicaSetConfig } from '../../../src/replica-set/replica-set-document.ts';
import { planReplicaSet } from '../../../src/replica-set/plan/plan-replica-set.ts';
import type { ReplicaSetPlan } from '../../../src/replica-set/plan/replica-set-plan.ts';
import { converge } from './converge.ts';
import { declareAttributes } from './declared-attributes.ts';
import type { Dice } from './dice.ts';
import { seededDice } from './dice.ts';
import { happen } from './happenings.ts';
import { brokenBy } from './invariants.ts';
import type { Sight } from './observe.ts';
import { hostOf, observe } from './observe.ts';
import { foundBefore } from './older-set.ts';
import { Sidecar } from './sidecar.ts';
import { World } from './world.ts';

/** A history that was played: what happened, and what it broke. */
export interface Played {
  readonly seed: number;
  readonly ticks: number;
  readonly deeds: readonly string[];
  readonly broken: readonly string[];
  /** What it met, by the first words of each deed. */
  readonly met: readonly string[];
  /** What was planned, without names and numbers. */
  readonly planned: readonly string[];
}

/** A seeded history: pods, people, networks and sidecars at work, then quiet. */
export class History {
  readonly dice: Dice;
  readonly world: World;
  readonly sidecars = new Map<number, Sidecar>();
  readonly deeds: string[] = [];
  readonly met: string[] = [];
  readonly planned: string[] = [];
  readonly broken = new Set<string>();
  readonly hasAuth: boolean;
  readonly wireVersion: number;
  readonly single: boolean;
  readonly attributes: Sight['attributes'];
  readonly #foundedAtStart: number;
  replicas: number;
  pods: number;
  ticks = 0;

  constructor(seed: number) {
    this.dice = seededDice(seed);
    const { dice } = this;
    this.world = new World(dice);
    this.replicas = 1 + dice.roll(dice.chance(0.3) ? 12 : 6);
    this.pods = this.replicas;
    this.hasAuth = dice.chance(0.5);
    this.wireVersion = dice.chance(0.5) ? 9 : 21;
    this.single = this.replicas === 1;
    for (let ordinal = 0; ordinal < 12; ordinal += 1) {
      const server = this.world.add(`pod-${ordinal}`, ordinal, [hostOf(ordinal), hostOf(ordinal, 'old-svc')]);
      this.sidecars.set(ordinal, new Sidecar(server, ordinal, this.replicas));
      if (ordinal >= this.pods) this.world.stop(server);
    }
    if (dice.chance(0.4)) foundBefore(this);
    this.attributes = declareAttributes(dice, this.config !== undefined, this.single);
    this.#foundedAtStart = this.world.foundings.length;
    this.note(`${this.replicas} replicas, ${this.hasAuth ? 'with' : 'without'} users`, this.config ? 'an older set' : 'nothing founded');
  }

  note(deed: string, met = deed): void {
    this.deeds.push(deed);
    this.met.push(met);
  }

  /** The newest configuration anywhere. */
  get config(): ReplicaSetConfig | undefined {
    const configs = [...this.world.servers.values()].flatMap(({ volume: { config } }) => config ?? []);
    return configs.toSorted((a, b) => (b.term ?? 0) - (a.term ?? 0) || b.version - a.version)[0];
  }

  /** What all sidecars have in common. */
  get sight(): Pick<Sight, 'world' | 'dice' | 'single' | 'hasAuth' | 'wireVersion' | 'attributes'> {
    const { world, dice, single, hasAuth, wireVersion, attributes } = this;
    return { world, dice, single, hasAuth, wireVersion, attributes };
  }

  /** One tick of one sidecar, in one or two instances that look at the same time. */
  tick(sidecar: Sidecar, faults: number): readonly ReplicaSetPlan[] {
    const instances = this.dice.chance(faults / 2) ? 2 : 1;
    const { server, ordinal, replicas, rejected } = sidecar;
    const observation = observe({ ...this.sight, server, ordinal, replicas, rejected, faults });
    const plans = Array.from({ length: instances }, () => planReplicaSet(observation));
    for (const plan of plans) {
      this.ticks += 1;
      for (const invariant of brokenBy(observation, plan, this.dice)) this.break(invariant);
      const pause = this.dice.chance(faults) ? 1 + this.dice.roll(3) : 0;
      for (let step = 0; step < pause; step += 1) this.world.step();
      const { outcome, isStale = false } = sidecar.send(this.world, this.dice, observation, plan, faults);
      this.note(`pod ${sidecar.ordinal}: ${outcome} (${plan.reason})`, outcome);
      this.planned.push(planned(plan));
      if (isStale) this.break('R2');
    }
    return plans;
  }

  break(invariant: string): void {
    this.broken.add(invariant);
    this.note(`broke ${invariant}`, 'broken');
  }

  /** A second set, while a disk holds one: what is to be avoided above all. */
  checkFoundings(): void {
    const founded = this.world.foundings.slice(this.#foundedAtStart);
    if (founded.some(({ rivals }) => rivals > 0) && !this.broken.has('I1')) this.break('I1');
  }
}

/** Plays the history of a seed. */
export function play(seed: number): Played {
  const history = new History(seed);
  const { dice, world, sidecars } = history;
  const rounds = 20 + dice.roll(60);
  const faults = dice.chance(0.3) ? 0.05 : 0.3;
  for (let round = 0; round < rounds; round += 1) {
    if (dice.chance(0.35)) happen(history);
    const running = [...sidecars.values()].filter(({ ordinal, server }) => ordinal < history.pods && server.ordinal === ordinal);
    const sidecar = running[dice.roll(running.length)];
    if (sidecar) history.tick(sidecar, faults);
    for (const each of [...sidecars.values()].filter(({ server }) => server.role === 'primary')) history.tick(each, faults);
    world.step();
    history.checkFoundings();
  }
  converge(history);
  history.checkFoundings();
  return { seed, ticks: history.ticks, deeds: history.deeds, broken: [...history.broken], met: history.met, planned: history.planned };
}

/** The kind of a plan, and its step or its reason without names and numbers. */
function planned({ kind, reason }: ReplicaSetPlan): string {
  const [step = ''] = reason.split(' ');
  return kind === 'reconfig' || kind === 'step-down'
    ? `${kind}: ${step}`
    : `${kind}: ${reason.replaceAll(/\S+\.db\.\S+|[\w-]+\.\S+:\d+/g, 'X').replaceAll(/\d+/g, 'n')}`;
}
