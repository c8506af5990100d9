import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, type CodeName } from './command-error.ts';
import { hasVote, majorityOf, priorityOf, setIdOf, type StoredConfig, type StoredMember } from './config-document.ts';
import type { Fabric } from './fabric.ts';
import type { Mongod } from './mongod.ts';

/** What a member answers to the one that proposes a configuration. */
interface Answer {
  readonly member: StoredMember;
  readonly isYes: boolean;
  /** A no that ends the matter, however many say yes. */
  readonly veto: CodeName | undefined;
  readonly text: string;
}

/** Asks all members of a first configuration. Each must answer, and have neither a configuration nor data. */
export async function checkForInitiate(asker: Mongod, config: StoredConfig, fabric: Fabric): Promise<void> {
  const answers = await ask(asker, config, fabric, (other) => {
    if (other.volume.config !== undefined && other.volume.config.version >= config.version) return 'NewReplicaSetConfigurationIncompatible';
    return other.volume.log.length > 0 ? 'CannotInitializeNodeWithData' : undefined;
  });
  const silent = answers.filter(({ isYes }) => !isYes);
  if (silent.length > 0) throw refusal(silent);
}

/** Asks all members of the next configuration. A majority of its voters must answer, one of them electable. */
export async function checkForReconfig(asker: Mongod, config: StoredConfig, fabric: Fabric): Promise<void> {
  const answers = await ask(asker, config, fabric, (other) => {
    const theirs = other.volume.config;
    if (theirs === undefined) return undefined;
    const isStranger = setIdOf(theirs) !== setIdOf(config) || theirs.version >= config.version;
    return isStranger ? 'NewReplicaSetConfigurationIncompatible' : undefined;
  });
  const yes = answers.filter(({ isYes }) => isYes).map(({ member }) => member);
  const isEnough = yes.filter(hasVote).length >= majorityOf(config) && yes.some((member) => priorityOf(member) > 0);
  if (!isEnough) throw refusal(answers.filter(({ isYes }) => !isYes));
}

async function ask(
  asker: Mongod,
  config: StoredConfig,
  fabric: Fabric,
  vetoOf: (other: Mongod) => CodeName | undefined,
): Promise<readonly Answer[]> {
  const answers = config.members.map((member) => answerOf(asker, member, fabric, vetoOf));
  // A check of a set that is closed meanwhile holds nobody.
  await Promise.all([fabric.quorumGate, sleep(fabric.quorumCheckMs, undefined, { ref: false })]);
  const veto = answers.find((answer) => answer.veto !== undefined);
  if (veto?.veto !== undefined) throw new CommandError(veto.veto, `${veto.member.host}: ${veto.text}`);
  return answers;
}

function answerOf(asker: Mongod, member: StoredMember, fabric: Fabric, vetoOf: (other: Mongod) => CodeName | undefined): Answer {
  const other = fabric.reach(asker, member.host);
  if (other === asker) return { member, isYes: true, veto: undefined, text: 'itself' };
  if (other === undefined) return { member, isYes: false, veto: undefined, text: 'no answer' };
  if (other.isLoading) return { member, isYes: false, veto: undefined, text: 'received a heartbeat before its config was loaded' };
  if (other.setName !== asker.setName)
    return {
      member,
      isYes: false,
      veto: 'NewReplicaSetConfigurationIncompatible',
      text: `belongs to the set ${other.setName ?? 'of nobody'}`,
    };
  const veto = vetoOf(other);
  return { member, isYes: veto === undefined, veto, text: veto === undefined ? 'yes' : 'has a configuration or data that does not fit' };
}

function refusal(answers: readonly Answer[]): CommandError {
  return new CommandError(
    'NodeNotFound',
    `Quorum check failed because not enough voting nodes responded: ${answers.map(({ member, text }) => `${member.host}: ${text}`).join(', ')}`,
  );
}
