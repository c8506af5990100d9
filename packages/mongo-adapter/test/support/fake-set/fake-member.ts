import type { StatefulSetPod } from '@peerset/testkit';
import type { ReplicaSetConfig } from '../../../src/replica-set/replica-set-document.ts';
import { shownConfig } from './config-document.ts';
import type { Failure, LoggedCommand } from './command-log.ts';
import type { Fabric } from './fabric.ts';
import { MemberService, type ServiceOptions } from './member-service.ts';
import { blankVolume, type Hold, type Mongod, type StateName } from './mongod.ts';
import { settle } from './settle.ts';
import type { Fields } from './wire-message.ts';
import { type Ending, listen, type WireServer } from './wire-server.ts';

/** One member as a test sees it: what it is, what it got, and what can be done to it. */
export class FakeMember {
  readonly ordinal: number;
  readonly #mongod: Mongod;
  readonly #fabric: Fabric;
  readonly #options: ServiceOptions;
  readonly #service: MemberService;
  readonly #findPod: () => StatefulSetPod | undefined;
  #local: WireServer | undefined;
  #server: WireServer | undefined;

  constructor(mongod: Mongod, fabric: Fabric, options: ServiceOptions, findPod: () => StatefulSetPod | undefined) {
    this.ordinal = mongod.ordinal;
    this.#mongod = mongod;
    this.#fabric = fabric;
    this.#options = options;
    this.#findPod = findPod;
    this.#service = new MemberService(mongod, fabric, options);
  }

  /** `<fqdn>:<port>`, as it stands in configurations. */
  get host(): string {
    return `${this.#mongod.podName}.${this.#options.domain}:${this.#options.port}`;
  }

  /** `<address>:<port>`, where it listens now. */
  get address(): string {
    return `${this.#pod.addresses[0] ?? 'nowhere'}:${this.#options.port}`;
  }

  /** `127.0.0.1:<port>`: the way of the sidecar in the pod, under the localhost exception. Stays the same through restarts. */
  get localAddress(): string {
    return `127.0.0.1:${this.#local?.port ?? 0}`;
  }

  get state(): StateName {
    return this.#mongod.state;
  }

  /** What `replSetGetConfig` would tell; undefined without one. */
  get config(): ReplicaSetConfig | undefined {
    const { config } = this.#mongod.volume;
    return config && shownConfig(config);
  }

  /** What it got, oldest first. */
  get commands(): readonly LoggedCommand[] {
    return this.#options.log.filter(({ ordinal }) => ordinal === this.ordinal);
  }

  /** The documents it holds of a collection, `db.name`. */
  documents(namespace: string): readonly Fields[] {
    return this.#mongod.volume.log.filter((entry) => entry.namespace === namespace).map(({ document }) => document);
  }

  /** Starts the server on the pod's present address. `isLoading`: it answers, and has not read its configuration until `finishLoading()`. */
  async start({ isLoading = false }: { readonly isLoading?: boolean } = {}): Promise<void> {
    this.#local ??= await this.#listen('127.0.0.1', 0, true);
    const [address] = this.#pod.addresses;
    if (address === undefined) throw new Error(`${this.#pod.name} has no address to listen on`);
    this.#server ??= await this.#listen(address, this.#options.port, false);
    const { volume } = this.#mongod;
    Object.assign(this.#mongod, { isRunning: true, isLoading, isPrimary: false, life: new AbortController() });
    this.#mongod.selfId = volume.config && this.#fabric.findSelf(this.#mongod, volume.config);
    this.#service.restarted();
    settle(this.#fabric);
  }

  finishLoading(): void {
    this.#mongod.isLoading = false;
    settle(this.#fabric);
  }

  /** Ends the server; the pod, its address and its volume stay. All connections are cut, and the others notice at once. */
  stop(): Promise<void> {
    return this.#end('closed');
  }

  /** The same as if its machine were gone: clients find their connections reset, which the driver does not take for a reason to write again. */
  kill(): Promise<void> {
    return this.#end('reset');
  }

  async restart(options: { readonly isLoading?: boolean } = {}): Promise<void> {
    await this.stop();
    await this.start(options);
  }

  /** Another pod of the same name, on another address, with the same volume. */
  async move(): Promise<void> {
    await this.stop();
    this.#pod.restart();
    await this.start();
  }

  /** Restarts it with nothing on its volume. */
  async wipe(): Promise<void> {
    await this.stop();
    this.#mongod.volume = blankVolume;
    await this.start();
  }

  /** Restarts it with another `--replSet`, or as a standalone. */
  async rename(setName: string | undefined): Promise<void> {
    await this.stop();
    this.#mongod.setName = setName;
    await this.start();
  }

  /** Puts a document on the volume, as if someone had used the server alone before. */
  plant(namespace: string, document: Fields): void {
    this.#mongod.append({ namespace, document, retryKey: undefined });
  }

  /** From now on it copies no data (`sync`), or installs no newer configuration (`config`), and goes on answering. */
  hold(what: Hold): void {
    this.#mongod.holds.add(what);
  }

  release(what: Hold): void {
    this.#mongod.holds.delete(what);
    settle(this.#fabric);
  }

  /** The next command of this name fails once. Several wait for one after the other. */
  failNext(command: string, failure: Failure): void {
    this.#service.failures.add(command, failure);
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.stop();
    await this.#local?.close('closed');
    this.#local = undefined;
  }

  /** Cuts the connections of clients that may not be there any more. */
  dropStrangers(): void {
    if (!this.#fabric.isOpenToClients(this.#mongod)) this.#server?.dropConnections('closed');
  }

  async #end(how: Ending): Promise<void> {
    Object.assign(this.#mongod, { isRunning: false, isPrimary: false });
    this.#mongod.life.abort();
    this.#local?.dropConnections(how);
    await this.#server?.close(how);
    this.#server = undefined;
    settle(this.#fabric);
  }

  #listen(host: string, port: number, isLocal: boolean): Promise<WireServer> {
    const isOpen = (): boolean => this.#mongod.isRunning && (isLocal || this.#fabric.isOpenToClients(this.#mongod));
    return listen({ host, port, isLocal }, isOpen, this.#service.respond);
  }

  get #pod(): StatefulSetPod {
    const pod = this.#findPod();
    if (pod === undefined) throw new Error(`there is no pod ${this.ordinal} now`);
    return pod;
  }
}
