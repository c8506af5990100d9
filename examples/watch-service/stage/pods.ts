import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from '@peerset/testkit';
import type { Cluster, Fault, StatefulSet } from '@peerset/testkit';
import { containerOf, environmentOf, manifestObjects } from '../../stage/manifest.ts';
import { startProgram } from '../../stage/start-program.ts';
import type { StartedProgram } from '../../stage/start-program.ts';

/** Short, so that nobody has to wait for half a minute. */
const PACE = { pollIntervalMs: 400, settlingIntervalMs: 100, lookupTimeoutMs: 500, leaveAfterMs: 1_500, staleAfterMs: 1_000 };
const DRAIN_MS = 300;
/** A pod whose program has ended is out of DNS a moment later. */
const TERMINATION_MS = DRAIN_MS + 300;

/** What a pod answers to `/peers`. */
export interface PodView {
  readonly phase: string;
  readonly peers: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  readonly connections: readonly string[];
  readonly requests: { readonly own: number; readonly forwarded: number; readonly failed: number };
}

interface RunningPod {
  readonly name: string;
  readonly url: string;
  readonly program: StartedProgram;
}

/** The environment of manifest.yaml holds for each pod. */
const container = containerOf(manifestObjects('watch-service'), 'service');

/** The pods of the StatefulSet, each a process of the service's own program on the address that the simulated cluster gave it. */
export class Pods implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #set: StatefulSet;
  readonly #port: number;
  readonly #main: string;
  readonly #say: (line: string) => void;
  readonly #running = new Map<string, RunningPod>();
  readonly #ready = new Set<string>();

  private constructor(parts: { cluster: Cluster; set: StatefulSet; port: number }, main: string, say: (line: string) => void) {
    this.#cluster = parts.cluster;
    this.#set = parts.set;
    this.#port = parts.port;
    this.#main = main;
    this.#say = say;
  }

  /** `main`: the compiled main.ts. */
  static async start(replicas: number, main: URL, say: (line: string) => void): Promise<Pods> {
    const port = await freePort();
    const cluster = await startCluster({ addresses: 'loopback', seed: port });
    const service = cluster.headlessService('color-svc', { publishNotReadyAddresses: true, ports: [{ name: 'http', port }] });
    const set = service.statefulSet('color-ss', { replicas, terminationMs: TERMINATION_MS, podManagementPolicy: 'Parallel' });
    const pods = new Pods({ cluster, set, port }, fileURLToPath(main), say);
    for (const { name } of set.pods) pods.#run(name);
    return pods;
  }

  /** The names of the pods that run and have not been told to end. */
  get names(): readonly string[] {
    return [...this.#running.keys()].toSorted();
  }

  /** Those that said that they are ready when they were last asked, and have not been told to end since. */
  get readyNames(): readonly string[] {
    return [...this.#ready].toSorted();
  }

  addressesOf(ordinal: number): readonly string[] {
    return this.#set.pod(ordinal).addresses;
  }

  urlOf(name: string): string {
    return this.#running.get(name)?.url ?? '';
  }

  async viewOf(name: string): Promise<PodView> {
    const response = await fetch(`${this.urlOf(name)}/peers`);
    const view: PodView = JSON.parse(await response.text());
    return view;
  }

  /** Asks all pods whether they are ready, as their readiness probes do. */
  async probe(): Promise<void> {
    for (const name of this.names) {
      const status = await fetch(`${this.urlOf(name)}/readyz`).then(
        (response) => response.status,
        () => undefined,
      );
      if (status === 200 && this.#running.has(name)) this.#ready.add(name);
      else this.#ready.delete(name);
    }
  }

  /** Ends a pod and starts it again a second later, under its name, on another address. */
  async move(ordinal: number): Promise<void> {
    const { name, addresses } = this.#set.pod(ordinal);
    this.#set.pod(ordinal).restart({ downMs: 1_000 });
    await this.#end(name);
    while (this.#set.pod(ordinal).phase !== 'running' || this.addressesOf(ordinal).join() === addresses.join()) await sleep(20);
    this.#run(name);
  }

  async scale(replicas: number): Promise<void> {
    const before = this.names;
    this.#set.scale(replicas);
    const after = this.#set.pods.filter(({ phase }) => phase === 'running').map(({ name }) => name);
    await Promise.all(before.filter((name) => !after.includes(name)).map((name) => this.#end(name)));
    for (const name of after) if (!before.includes(name)) this.#run(name);
  }

  /** DNS answers nobody until the fault is cleared. */
  silenceDns(): Fault {
    return this.#cluster.fault({ kind: 'silence' });
  }

  /** Ends all pods. Rejects where one does not end in order. */
  async endAll(): Promise<void> {
    await Promise.all(this.names.map((name) => this.#end(name)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ program }) => program.stop()));
    await this.#cluster.close();
  }

  #run(name: string): void {
    const pod = this.#set.pods.find((each) => each.name === name);
    const [address = ''] = pod?.addresses ?? [];
    const env = {
      ...environmentOf(container, { 'metadata.name': name, 'metadata.namespace': 'default' }),
      // What differs from a real cluster: all pods are on one machine, its DNS is not the one of resolv.conf, and everything is fast.
      HOST: address,
      PORT: String(this.#port),
      DRAIN_MS: String(DRAIN_MS),
      WATCH_OPTIONS: JSON.stringify({
        ...PACE,
        clusterDomain: 'cluster.local',
        servers: this.#cluster.servers,
        allowedAddresses: ['127.0.0.0/8'],
      }),
    };
    const program = startProgram(this.#main, [], { env, onLine: (line) => this.#say(`${name}: ${line}`) });
    this.#running.set(name, { name, url: `http://${address}:${this.#port}`, program });
  }

  async #end(name: string): Promise<void> {
    const pod = this.#running.get(name);
    this.#running.delete(name);
    this.#ready.delete(name);
    const exitCode = await pod?.program.stop();
    if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}`);
  }
}

/** All pods have one port, each on its own address. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  return address.port;
}
