import { familyOf } from './ip-address.ts';
import { type Item, type NameRecords, nameRecords } from './name-records.ts';
import type { ServicePort } from './service-port.ts';

/** One address of one listed pod. */
export interface Endpoint {
  /** First label of the pod's name below the Service: its hostname, or its address with dashes. */
  readonly label: string;
  readonly address: string;
}

/** What of a Service stays as it is for all its life. */
export interface ServiceFace {
  /** `<service>.<namespace>.svc.<cluster domain>`. */
  readonly host: string;
  readonly ttlSeconds: number;
  readonly ports: readonly ServicePort[];
  /** Virtual addresses; empty for a headless Service. */
  readonly clusterIps: readonly string[];
}

/** What DNS needs to know about one Service at one moment. */
export interface ServiceState extends ServiceFace {
  readonly endpoints: readonly Endpoint[];
}

/**
 * The names of one Service at one moment. Records are made when first asked for: a set of a thousand pods has a thousand names, of
 * which a round of questions touches a few.
 */
export class ServiceZone {
  readonly #state: ServiceState;
  readonly #endpoints: readonly Endpoint[];
  readonly #made = new Map<string, NameRecords | undefined>();
  #byLabel: Map<string, Endpoint[]> | undefined;

  constructor(state: ServiceState) {
    this.#state = state;
    // One EndpointSlice per family: the addresses of the second follow all of the first.
    const ofFamily = (family: string): Endpoint[] => state.endpoints.filter((endpoint) => familyOf(endpoint.address) === family);
    this.#endpoints = [...ofFamily('ipv4'), ...ofFamily('ipv6')];
  }

  /** The Service's own name. Undefined means there is no such name: a headless Service without a listed pod. */
  bare(): NameRecords | undefined {
    return this.#remember('', () => this.#ofPorts(this.#state.host, this.#state.ports));
  }

  /** `_port._protocol` of the Service, the underscores optional; a bare `_` stands for any. An unnamed port has no such name but that. */
  port(portLabel: string, protocolLabel: string): NameRecords | undefined {
    const key = `${portLabel}.${protocolLabel}`;
    const isAsked = ({ name = '', protocol }: ServicePort): boolean =>
      isMeantBy(portLabel, name) && isMeantBy(protocolLabel, protocol.toLowerCase());
    return this.#remember(key, () => {
      const ports = this.#state.ports.filter(isAsked);
      return ports.length === 0 ? undefined : this.#ofPorts(`${key}.${this.#state.host}`, ports);
    });
  }

  /** A pod's name below the Service. It exists under a ClusterIP Service too. */
  endpoint(label: string): NameRecords | undefined {
    return this.#remember(label, () => {
      const owner = `${label}.${this.#state.host}`;
      return this.#records(owner, this.#itemsOf(this.#labels().get(label) ?? [], this.#state.ports));
    });
  }

  /** Every address that has a PTR record because of this Service, with the name it points to. */
  *pointers(): Generator<{ address: string; target: string }> {
    const { host, clusterIps } = this.#state;
    for (const address of clusterIps) yield { address, target: host };
    for (const { address, label } of this.#endpoints) yield { address, target: `${label}.${host}` };
  }

  #ofPorts(owner: string, ports: readonly ServicePort[]): NameRecords | undefined {
    const { host, clusterIps } = this.#state;
    if (clusterIps.length === 0) return this.#records(owner, this.#itemsOf(this.#endpoints, ports));
    const items = ports.flatMap(({ port }) => clusterIps.map((address): Item => ({ address, target: host, port })));
    return this.#records(owner, items);
  }

  #itemsOf(endpoints: readonly Endpoint[], ports: readonly ServicePort[]): Item[] {
    const { host } = this.#state;
    const targetPorts = ports.length === 0 ? [undefined] : ports.map(({ targetPort }) => targetPort);
    return endpoints.flatMap(({ address, label }) => targetPorts.map((port) => ({ address, target: `${label}.${host}`, port })));
  }

  #records(owner: string, items: readonly Item[]): NameRecords | undefined {
    return items.length === 0 ? undefined : nameRecords(owner, items, this.#state.ttlSeconds);
  }

  #labels(): Map<string, Endpoint[]> {
    if (this.#byLabel !== undefined) return this.#byLabel;
    const byLabel = new Map<string, Endpoint[]>();
    for (const endpoint of this.#endpoints) {
      const sameLabel = byLabel.get(endpoint.label);
      if (sameLabel === undefined) byLabel.set(endpoint.label, [endpoint]);
      else sameLabel.push(endpoint);
    }
    this.#byLabel = byLabel;
    return byLabel;
  }

  #remember(key: string, make: () => NameRecords | undefined): NameRecords | undefined {
    if (this.#made.has(key)) return this.#made.get(key);
    const records = make();
    // Absent names are not remembered: there is no end to what can be asked.
    if (records !== undefined) this.#made.set(key, records);
    return records;
  }
}

function isMeantBy(label: string, word: string): boolean {
  return ['', word].includes(label.replace(/^_/, ''));
}
