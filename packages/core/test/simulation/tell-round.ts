import type { Lookup } from '../../src/lookup/outcome.ts';
import type { Round } from './sync-watcher.ts';

/** As many members, addresses or questions are told of one round. */
const MOST_TOLD = 12;

/** A round on a few lines, for a person who looks for the cause of a violation. */
export function tellRound({ number, startedAtMs, isProbeOnly, wasSettling, observation, before, after }: Round): string {
  const kind = isProbeOnly ? 'probe' : wasSettling ? 'settling' : 'settled';
  const asked = observation.lookups.map((lookup) => tellLookup(lookup, after.service.host));
  const doubts = after.members.flatMap(({ peer, doubt }) =>
    doubt === undefined ? [] : [`${peer.name} since ${Math.round(doubt.sinceMs)} in ${doubt.rounds}`],
  );
  const unowned = [...after.unownedSinceMs.keys()];
  return [
    `#${number} ${Math.round(startedAtMs)} ms, ${kind}: ${few(asked) || 'nothing asked'}`,
    ...(before.snapshot === after.snapshot
      ? []
      : [
          `  revision ${after.snapshot.revision}: ${few(after.snapshot.peers.map(({ name, addresses }) => [name, ...addresses].join(' ')))}`,
        ]),
    ...(doubts.length > 0 ? [`  in doubt: ${few(doubts)}`] : []),
    ...(unowned.length > 0 ? [`  unowned: ${few(unowned)}`] : []),
  ].join('\n');
}

/** The first few of many. */
function few(words: readonly string[]): string {
  return words.length > MOST_TOLD ? `${words.slice(0, MOST_TOLD).join(', ')} and ${words.length - MOST_TOLD} more` : words.join(', ');
}

function tellLookup({ question: { name, type }, outcome }: Lookup, host: string): string {
  const label = name === host ? type : `${type} ${name.endsWith(host) ? name.slice(0, -host.length - 1) : name}`;
  switch (outcome.kind) {
    case 'found':
      return `${label} = ${few([...outcome.addresses, ...outcome.targets.map((target) => target.host.slice(0, target.host.indexOf('.')))])} (TTL ${outcome.ttlSeconds ?? '?'})`;
    case 'absent':
      return `${label} ${outcome.reason}`;
    case 'unknown':
      return `${label} ${outcome.code}`;
    default:
      return outcome satisfies never;
  }
}
