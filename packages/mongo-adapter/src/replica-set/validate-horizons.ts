import type { HostAndPort } from './host-and-port.ts';
import { endpointKey, isAddress, parseHostAndPort } from './host-and-port.ts';
import type { ReplicaSetIssue } from './replica-set-issue.ts';
import { isDocument } from './replica-set-issue.ts';
import { WIRE_VERSION_5 } from './validate-member.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Every rule about horizons (the server's split_horizon and repl_set_config): alike on all members, each endpoint once, no addresses. */
export function horizonIssues(members: readonly Fields[], wireVersion: number): readonly ReplicaSetIssue[] {
  // As in nearly every set: nothing is to be compared then.
  if (!members.some(({ horizons }) => isDocument(horizons))) return [];
  const own = members.flatMap((member, index) => (isDocument(member['horizons']) ? ownIssues(member['horizons'], index, wireVersion) : []));
  return [...own, ...unequalIssues(members), ...duplicateIssues(members)];
}

function ownIssues(horizons: Fields, index: number, wireVersion: number): readonly ReplicaSetIssue[] {
  const path = `members.${index}.horizons`;
  const names = Object.keys(horizons);
  if (names.length === 0) return [{ code: 'HORIZON_NAME', path, message: 'must name a horizon, or be left out' }];
  return names.flatMap((name): readonly ReplicaSetIssue[] => {
    const here = `${path}.${name}`;
    if (name === '' || name === '__default') return [{ code: 'HORIZON_NAME', path: here, message: 'must not be empty or __default' }];
    const endpoint = parseHostAndPort(horizons[name]);
    if (!endpoint) return [{ code: 'HORIZON_ENDPOINT', path: here, message: 'must be name:port' }];
    // The horizon is chosen by the name that a TLS client asks for, and no client asks for an address.
    return isAddress(endpoint) && wireVersion >= WIRE_VERSION_5
      ? [{ code: 'HORIZON_ADDRESS', path: here, message: 'must be a name, not an address' }]
      : [];
  });
}

function unequalIssues(members: readonly Fields[]): readonly ReplicaSetIssue[] {
  const [first, ...others] = members.map(({ horizons }) => (isDocument(horizons) ? Object.keys(horizons).toSorted().join(', ') : ''));
  return others.flatMap((names, index) =>
    names === first
      ? []
      : [
          {
            code: 'UNEQUAL_HORIZONS',
            path: `members.${index + 1}.horizons`,
            message: `must have the same names as those of the first member (${first === '' ? 'none' : first})`,
          },
        ],
  );
}

/** Endpoints are unique in the set, the hosts of members among them; within one member names are, whatever their ports. */
function duplicateIssues(members: readonly Fields[]): readonly ReplicaSetIssue[] {
  const seen = new Set(members.flatMap(({ host }) => keysOf(parseHostAndPort(host))));
  return members.flatMap(({ host, horizons }, index) => {
    const names = new Set([parseHostAndPort(host)?.host]);
    return Object.entries(isDocument(horizons) ? horizons : {}).flatMap(([name, value]) => {
      const endpoint = parseHostAndPort(value);
      if (!endpoint) return [];
      const isTaken = seen.has(endpointKey(endpoint)) || names.has(endpoint.host);
      seen.add(endpointKey(endpoint));
      names.add(endpoint.host);
      if (!isTaken) return [];
      const message = 'must differ from all hosts and horizons of the set, and in its name from those of the same member';
      return [{ code: 'DUPLICATE_HORIZON_ENDPOINT' as const, path: `members.${index}.horizons.${name}`, message }];
    });
  });
}

function keysOf(endpoint: HostAndPort | undefined): readonly string[] {
  return endpoint ? [endpointKey(endpoint)] : [];
}
