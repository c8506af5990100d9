import type { PortOptions } from '@peerset/testkit';
import { compareAddresses, familyOf } from '../../src/lookup/addresses.ts';
import type { Family, Lookup } from '../../src/lookup/outcome.ts';
import { dashedName } from '../../src/service/dns-names.ts';
import type { Arrangement } from './arrangement.ts';
import type { Stage } from './stage.ts';

/** Which pods DNS ought to show, by their names in DNS. */
export interface Truth {
  /** Name -> its addresses, in order. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Address -> the name it belongs to. */
  readonly owners: ReadonlyMap<string, string>;
}

/** Knows the truth at any moment, read from the pods and not from any answer. */
export class TruthTeller {
  readonly #stage: Stage;
  readonly #isPublishingAll: boolean;
  readonly #ports: readonly PortOptions[];
  #asOf = -1;
  #truth: Truth = { names: new Map(), owners: new Map() };

  constructor(stage: Stage, { service }: Arrangement) {
    this.#stage = stage;
    this.#isPublishingAll = service.publishNotReadyAddresses === true;
    this.#ports = service.ports ?? [];
  }

  /** The truth now; the same object while nothing has happened. */
  get now(): Truth {
    const happenings = this.#stage.happenings();
    if (this.#asOf !== happenings) {
      this.#asOf = happenings;
      this.#truth = this.#read();
    }
    return this.#truth;
  }

  /** Whether an answer says what is true now. False also for one that says nothing. */
  isTrue({ question: { name, type }, outcome }: Lookup): boolean {
    if (outcome.kind === 'unknown') return false;
    const { host, workload } = this.#stage;
    // What is asked outside the Service is no peer's name.
    if (workload === undefined || !name.endsWith(host)) return true;
    const { names, owners } = this.now;
    const label = name === host ? undefined : name.slice(0, -host.length - 1);
    if (type === 'SRV') return this.#isTrueSrv(label, outcome);
    const known = label === undefined ? [...owners.keys()] : (names.get(label) ?? []);
    const exists = label === undefined ? names.size > 0 : names.has(label);
    const addresses = type === 'A' || type === 'AAAA' ? known.filter((address) => (familyOf(address) === 'ipv4') === (type === 'A')) : [];
    if (outcome.kind === 'absent') return addresses.length === 0 && (outcome.reason === 'no-such-record') === exists;
    return outcome.addresses.length === addresses.length && outcome.addresses.every((address) => addresses.includes(address));
  }

  #isTrueSrv(label: string | undefined, outcome: Lookup['outcome']): boolean {
    const { names } = this.now;
    const isNamed = label === undefined || this.#ports.some(({ name }) => label === `_${name}._tcp`);
    if (names.size === 0 || !isNamed) return outcome.kind === 'absent' && outcome.reason === 'no-such-name';
    if (this.#ports.length === 0) return outcome.kind === 'absent' && outcome.reason === 'no-such-record';
    if (outcome.kind !== 'found') return false;
    const shown = new Set(outcome.targets.map(({ host }) => host.slice(0, host.indexOf('.'))));
    return shown.size === names.size && [...names.keys()].every((name) => shown.has(name));
  }

  #read(): Truth {
    const { workload } = this.#stage;
    const names = new Map<string, readonly string[]>();
    const owners = new Map<string, string>();
    for (const pod of workload?.pods ?? []) {
      if (!this.#isPublishingAll && !pod.isReady) continue;
      if (pod.addresses.length === 0) continue;
      // Pods of a Deployment have no hostname: each address is a name.
      const parts: [string, readonly string[]][] =
        workload?.kind === 'StatefulSet'
          ? [[pod.name, pod.addresses.toSorted(compareAddresses)]]
          : pod.addresses.map((address) => [dashedName(address), [address]]);
      for (const [name, addresses] of parts) {
        names.set(name, addresses);
        for (const address of addresses) owners.set(address, name);
      }
    }
    return { names, owners };
  }
}

/** The addresses of some families. */
export function inFamilies(addresses: readonly string[], families: readonly Family[]): readonly string[] {
  return families.length === 2 ? addresses : addresses.filter((address) => families.includes(familyOf(address)));
}
