import { demand } from './command-error.ts';
import { hasVote } from './config-document.ts';
import type { Fabric } from './fabric.ts';
import type { Mongod } from './mongod.ts';
import { demandPrimary } from './reconfigure.ts';
import { settle } from './settle.ts';
import { demandConfig } from './status-reply.ts';
import type { Fields } from './wire-message.ts';

/** `replSetStepDown`: leaves the lead to another member and does not stand for election for some seconds. */
export function stepDownCommand(mongod: Mongod, fabric: Fabric, command: Fields): Fields {
  demandConfig(mongod);
  demandPrimary(mongod);
  const hasHeir = fabric
    .colleagues(mongod)
    .some(({ entry, mongod: other }) => other.canStand && hasVote(entry) && other.volume.log === mongod.volume.log);
  demand(hasHeir || command['force'] === true, 'ExceededTimeLimit', 'No electable secondaries caught up');
  const seconds = typeof command['replSetStepDown'] === 'number' ? command['replSetStepDown'] : 60;
  mongod.frozenUntilMs = Date.now() + seconds * 1_000;
  mongod.isPrimary = false;
  settle(fabric);
  return { ok: 1 };
}
