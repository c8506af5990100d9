import { mayStillSend } from '../../../src/replica-set/plan/may-still-send.ts';
import type { LocalView, ReplicaSetObservation } from '../../../src/replica-set/plan/observation.ts';
import { isIdle } from '../../../src/replica-set/plan/replica-set-plan.ts';
import type { MutatingPlan, ReplicaSetPlan } from '../../../src/replica-set/plan/replica-set-plan.ts';
import type { Reply } from './commands.ts';
import { initiate, reconfigure, stepDown } from './commands.ts';
import type { Dice } from './dice.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';

/** After these the same document is not sent again. */
const REFUSED_FOR_GOOD = [93, 103, 110];

/** What stands beside a server: looks, plans, and sends what was planned if the configuration has not moved since. */
export class Sidecar {
  readonly ordinal: number;
  readonly server: Server;
  replicas: number;
  /** Documents that were sent although the configuration was another one by then. */
  sentStale = 0;
  rejected: { readonly config: NonNullable<ReplicaSetObservation['local']['config']>; readonly code: number }[] = [];

  constructor(server: Server, ordinal: number, replicas: number) {
    this.server = server;
    this.ordinal = ordinal;
    this.replicas = replicas;
  }

  /** Sends a plan; a reply may be lost, and what was done be told as an error. */
  send(world: World, dice: Dice, observation: ReplicaSetObservation, plan: ReplicaSetPlan, faults: number): string {
    if (isIdle(plan)) return plan.kind;
    if (dice.chance(faults / 4)) return `${plan.kind}: lost on the way (${[10_107, 109, 11_602][dice.roll(3)]})`;
    if (!mayStillSend(plan, observation.local, this.#lookAgain())) return `${plan.kind}: dropped, what it was made from has moved`;
    if (plan.kind === 'reconfig' && this.#hasMoved(observation)) this.sentStale += 1;
    const reply = this.#command(world, observation, plan);
    if (reply === 0 && dice.chance(faults / 4)) return `${plan.kind}: done, told as ${[50, 189][dice.roll(2)]}`;
    if (REFUSED_FOR_GOOD.includes(reply) && 'config' in plan) this.rejected.push({ config: plan.config, code: reply });
    return `${plan.kind}: ${reply === 0 ? 'done' : `code ${reply}`}`;
  }

  /** What is read right before sending. */
  #lookAgain(): LocalView {
    const { role, isUp, bootSteps, volume } = this.server;
    const { config } = volume;
    if (!isUp) return { state: 'unreachable', isPrimary: false };
    if (bootSteps > 0 || config === undefined) return { state: 'uninit', isPrimary: false };
    return { state: role === 'removed' ? 'removed' : 'member', isPrimary: role === 'primary', config };
  }

  #hasMoved({ local: { config } }: ReplicaSetObservation): boolean {
    const now = this.server.volume.config;
    return now?.version !== config?.version || now?.term !== config?.term;
  }

  #command(world: World, { wireVersion }: ReplicaSetObservation, plan: MutatingPlan): Reply {
    if (plan.kind === 'initiate') return initiate(world, this.server, plan.config, wireVersion);
    if (plan.kind === 'reconfig') return reconfigure(world, this.server, plan.config, wireVersion);
    return stepDown(world, this.server);
  }
}
