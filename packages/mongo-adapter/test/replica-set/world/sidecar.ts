import { mayStillSend } from '../../../src/replica-set/plan/may-still-send.ts';
import type { LocalView, ReplicaSetObservation } from '../../../src/replica-set/plan/observation.ts';
import type { MutatingPlan, ReplicaSetPlan } from '../../../src/replica-set/plan/replica-set-plan.ts';
import { isIdle } from '../../../src/replica-set/plan/replica-set-plan.ts';
import type { Reply } from './commands.ts';
import { initiate, reconfigure, stepDown } from './commands.ts';
import type { Dice } from './dice.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';

/** After these the same document is not sent again. */
const REFUSED_FOR_GOOD = [93, 103, 110];

/** What became of a plan. */
export interface Sent {
  readonly outcome: string;
  /** It was sent although the configuration had moved since it was read. */
  readonly isStale?: boolean;
}

/** What stands beside a server: looks, plans, and sends what was planned if the configuration has not moved since. */
export class Sidecar {
  readonly ordinal: number;
  readonly server: Server;
  replicas: number;
  rejected: ReplicaSetObservation['memory']['rejected'] = [];

  constructor(server: Server, ordinal: number, replicas: number) {
    this.server = server;
    this.ordinal = ordinal;
    this.replicas = replicas;
  }

  /** Sends a plan; a reply may be lost, and what was done be told as an error. */
  send(world: World, dice: Dice, observation: ReplicaSetObservation, plan: ReplicaSetPlan, faults: number): Sent {
    if (isIdle(plan)) return { outcome: plan.kind };
    if (dice.chance(faults / 4)) return { outcome: `${plan.kind}: lost on the way (${[10_107, 109, 11_602][dice.roll(3)]})` };
    if (!mayStillSend(plan, observation.local, this.#now())) return { outcome: `${plan.kind}: dropped, it no longer fits` };
    const isStale = this.#hasMoved(observation, plan);
    // Between the last look and the command, only the server's own check of the version is left.
    if (dice.chance(faults / 4)) world.step();
    const reply = this.#command(world, observation, plan);
    if (REFUSED_FOR_GOOD.includes(reply) && 'config' in plan) this.rejected = [...this.rejected, { config: plan.config, code: reply }];
    if (reply === 0 && dice.chance(faults / 4)) return { outcome: `${plan.kind}: done, told as ${[50, 189][dice.roll(2)]}`, isStale };
    return { outcome: `${plan.kind}: ${reply === 0 ? 'done' : `code ${reply}`}`, isStale };
  }

  #now(): LocalView {
    const { volume, bootSteps, isUp, role } = this.server;
    if (!isUp) return { state: 'unreachable', isPrimary: false };
    if (bootSteps > 0 || !volume.config) return { state: 'uninit', isPrimary: false };
    return { state: role === 'removed' ? 'removed' : 'member', isPrimary: role === 'primary', config: volume.config };
  }

  #hasMoved({ local: { config } }: ReplicaSetObservation, { kind }: MutatingPlan): boolean {
    const now = this.server.volume.config;
    if (kind === 'initiate') return now !== undefined && this.server.bootSteps === 0;
    return now?.version !== config?.version || now?.term !== config?.term;
  }

  #command(world: World, { wireVersion }: ReplicaSetObservation, plan: MutatingPlan): Reply {
    if (plan.kind === 'initiate') return initiate(world, this.server, plan.config, wireVersion);
    if (plan.kind === 'reconfig') return reconfigure(world, this.server, plan.config, wireVersion);
    return stepDown(world, this.server);
  }
}
