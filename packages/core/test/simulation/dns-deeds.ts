import type { FaultOptions } from '@peerset/testkit';
import { SET } from './arrangement.ts';
import type { Dice } from './seeded-random.ts';
import type { Stage } from './stage.ts';

const SECOND = 1_000;
/** Faults that no cache could keep. */
const ON_THE_WAY: ReadonlySet<string> = new Set(['silence', 'truncate', 'garbage', 'wrong-id', 'reply-twice']);
/** Kinds of faults, each as often as it stands here. */
const KINDS = [
  'nxdomain',
  'nxdomain',
  'nodata',
  'servfail',
  'servfail',
  'refused',
  'notimp',
  'formerr',
  'silence',
  'empty',
  'cname-loop',
  'duplicate',
  'garbage',
  'reply-twice',
  'delay',
  'truncate',
  'partial',
  'partial',
  'partial',
  'foreign-address',
  'wrong-id',
] as const;

/** One DNS server restarts, sees no change for a while, or loses its cache. */
export function disturbServer({ world }: Stage, dice: Dice): string {
  const server = world.replicas[dice.roll(world.replicas.length)];
  if (server === undefined) throw new Error('a world has a DNS server');
  const forMs = (1 + dice.roll(20)) * SECOND;
  switch (dice.roll(3)) {
    case 0: {
      const life = { lameduckMs: dice.pick([0, 5_000]), downMs: dice.pick([0, 300, 6_000]), syncMs: dice.pick([0, 500, 5_000]) };
      server.restart(life);
      return `server ${server.index} restarts: ${JSON.stringify(life)}`;
    }
    case 1:
      server.pauseWatch();
      world.clock.schedule(forMs, () => server.resumeWatch());
      return `server ${server.index} sees no change for ${forMs} ms`;
    default:
      server.clearCache();
      return `server ${server.index} loses its cache`;
  }
}

/** Breaks answers for a while. */
export function breakDns(stage: Stage, dice: Dice): string {
  const broken = anyFault(stage, dice);
  const isKept = !ON_THE_WAY.has(broken.kind) && dice.chance(0.3);
  const forMs = (1 + dice.roll(dice.pick([6, 20, 60, 60]))) * SECOND;
  const fault = { ...broken, ...anyScope(stage, dice), ...(isKept ? { behindCache: true } : {}), forMs };
  stage.fault(fault);
  const { kind, names, types, probability = 1 } = fault;
  return `${kind}${names === undefined ? '' : ` of ${String(names)}`}${types === undefined ? '' : ` ${types.join('+')}`}, p = ${probability}, for ${forMs} ms`;
}

function anyFault({ workload }: Stage, dice: Dice): FaultOptions {
  const kind = dice.pick(KINDS);
  switch (kind) {
    case 'delay':
      return { kind, delayMs: dice.pick([50, 700, 1_900, 3_000]) };
    case 'truncate':
      return { kind, tcp: dice.pick(['full', 'refused', 'silent', 'truncated']) };
    case 'wrong-id':
      return { kind, thenRight: dice.chance(0.5) };
    case 'foreign-address':
      return {
        kind,
        mode: dice.pick(['add', 'replace']),
        addresses: dice.pick([['127.0.0.1', '::1'], ['0.0.0.0'], ['203.0.113.7', '3fff::7']]),
      };
    case 'partial': {
      const pods = workload?.pods ?? [];
      const pod = pods[dice.roll(Math.max(1, pods.length))];
      return pod === undefined || dice.chance(0.4) ? { kind } : { kind, without: [pod.name, ...pod.addresses] };
    }
    default:
      return { kind };
  }
}

/** Everything, the set, SRV, the peers' own names, or one of them; always, often, or now and then. */
function anyScope({ host }: Stage, dice: Dice): Pick<FaultOptions, 'names' | 'types' | 'probability' | 'seed'> {
  const probability = dice.pick([1, 1, 0.5, 1 / 6, 0.05]);
  const luck = probability === 1 ? {} : { probability, seed: dice.roll(1_000) };
  const ownNames = { names: new RegExp(`^[^.]+\\.${host.replaceAll('.', '\\.')}$`) };
  const scope = dice.pick<Pick<FaultOptions, 'names' | 'types'>>([
    {},
    { names: host },
    { names: host, types: ['A'] },
    { types: ['AAAA'] },
    { types: ['SRV'] },
    ownNames,
    ownNames,
    { names: `${SET}-${dice.roll(6)}.${host}` },
  ]);
  return { ...luck, ...scope };
}
