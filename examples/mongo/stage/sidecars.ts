import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FakeReplicaSet } from '../../../packages/mongo-adapter/test/support/fake-set/fake-replica-set.ts';
import { containerOf, environmentOf, manifestObjects } from '../../stage/manifest.ts';
import { startPeerset, STOPPED } from '../../stage/peerset-command.ts';
import type { LogLine } from '../../stage/peerset-command.ts';
import type { StartedProgram } from '../../stage/start-program.ts';
import type { Say } from '../app.ts';

/** The container that stands beside each mongod. */
const container = containerOf(manifestObjects('mongo'), 'sidecar');
/** Who the sidecars log in as. */
export const sidecarUser = Object.freeze({ username: 'sidecar', password: 'a password of 1 file' });

/** The sidecars of all pods that there were: the command of manifest.yaml, a process each, all by one file of what is declared. */
export class Sidecars implements AsyncDisposable {
  readonly #fake: FakeReplicaSet;
  readonly #say: Say;
  readonly #folder = mkdtempSync(join(tmpdir(), 'peerset-mongo-'));
  readonly #byOrdinal = new Map<number, StartedProgram>();
  readonly #urls = new Map<number, string>();
  /** The number of members that each of them goes by. */
  readonly #declared = new Map<number, number>();

  constructor(fake: FakeReplicaSet, say: Say) {
    this.#fake = fake;
    this.#say = say;
    writeFileSync(join(this.#folder, 'password'), `${sidecarUser.password}\n`);
  }

  get count(): number {
    return this.#byOrdinal.size;
  }

  /** So many members there shall be from now on; pods that have no sidecar yet get one. */
  declare(replicas: number): void {
    writeFileSync(join(this.#folder, 'replicas'), `${replicas}\n`);
    for (const { ordinal, localAddress } of this.#fake.members) {
      if (this.#byOrdinal.has(ordinal)) continue;
      this.#byOrdinal.set(ordinal, this.#start(ordinal, localAddress));
      this.#declared.set(ordinal, replicas);
    }
  }

  /** Whether all of them have read the file since it says so. */
  haveRead(replicas: number): boolean {
    return [...this.#declared.values()].every((declared) => declared === replicas);
  }

  /** Whether `/healthz` of all of them says so. */
  async areHealthy(): Promise<boolean> {
    const statuses = await Promise.all([...this.#urls.values()].map(async (url) => (await fetch(`${url}/healthz`)).status));
    return statuses.length === this.count && statuses.every((status) => status === 200);
  }

  /** Ends all of them. Rejects where one does not end in order. */
  async end(): Promise<void> {
    const exitCodes = await Promise.all([...this.#byOrdinal.values()].map((program) => program.stop()));
    this.#byOrdinal.clear();
    if (exitCodes.some((exitCode) => exitCode !== STOPPED)) throw new Error(`the sidecars ended with ${exitCodes.join(', ')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#byOrdinal.values()].map((program) => program.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #start(ordinal: number, localAddress: string): StartedProgram {
    const env = environmentOf(container, { 'metadata.name': `color-ss-${ordinal}`, 'metadata.namespace': 'default' });
    const args = [...(container.args ?? []), ...this.#differences(localAddress)];
    return startPeerset(args, { env, onLine: (line) => this.#hear(ordinal, line) });
  }

  /** What differs from a real pod: all are on one machine, and looks come faster. Of a flag that is given twice, the second counts. */
  #differences(localAddress: string): readonly string[] {
    const [address = '', port = ''] = localAddress.split(':');
    const differences: readonly (readonly string[])[] = [
      ['--server', this.#fake.cluster.servers.join(), '--allow', '127.0.0.0/8', '--cluster-domain', 'cluster.local'],
      ['--port', String(this.#fake.port), '--local-address', address, '--local-port', port],
      ['--poll-interval', '500ms', '--settling-interval', '200ms', '--interval', '300ms', '--reach-timeout', '500ms'],
      ['--replicas-file', join(this.#folder, 'replicas'), '--password-file', join(this.#folder, 'password')],
      ['--listen', '127.0.0.1:0'],
    ];
    return differences.flat();
  }

  /** Only what is done, and what is wrong: what each of five sees all the time would fill the screen. */
  #hear(ordinal: number, { level, plan, applied, message, url, replicas }: LogLine): void {
    if (typeof url === 'string') this.#urls.set(ordinal, url);
    if (typeof replicas === 'number') this.#declared.set(ordinal, replicas);
    const isDone = applied === true;
    if (!isDone && level !== 'error' && level !== undefined) return;
    this.#say(`sidecar ${ordinal}: ${isDone ? `done: ${String(plan)}: ` : ''}${withoutDomains(String(message))}`);
  }
}

function withoutDomains(reason: string): string {
  return reason.replaceAll(/\.color-svc[^ ,]*/g, '');
}
