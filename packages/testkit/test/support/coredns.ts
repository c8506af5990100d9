import { askDns } from './ask-dns.ts';
import { clusterDomain, parseLogLine, renderCorefile, type CorefileSetting, type LoggedQuestion } from './corefile.ts';
import { freePort } from './free-port.ts';
import { OwnedProcess } from './owned-process.ts';
import { pollUntil } from './poll-until.ts';

/** A label that marks the support's own questions; `queryLog()` leaves them out. */
export const supportLabel = 'peerset-support';
const startLimitMs = 20_000;
const logLimitMs = 10_000;

export interface CoreDnsOptions {
  readonly apiServerUrl: string;
  readonly setting: CorefileSetting;
  readonly ttlSeconds: number;
}

/** One CoreDNS process on loopback. Its port stays the same over restarts. */
export class CoreDns {
  readonly #options: CoreDnsOptions;
  readonly #log: LoggedQuestion[] = [];
  #process: OwnedProcess | undefined;
  #port = 0;
  #flushes = 0;

  private constructor(options: CoreDnsOptions) {
    this.#options = options;
  }

  /** Starts a CoreDNS and waits until it knows what the API server knows. Rejects if it has not come up within 20 s. */
  static async start(options: CoreDnsOptions): Promise<CoreDns> {
    const coreDns = new CoreDns(options);
    try {
      await coreDns.#launchOnFreePort();
    } catch (error) {
      await coreDns.close();
      throw error;
    }
    return coreDns;
  }

  /** Where it answers by UDP and TCP, as `servers` of a resolver takes it: `127.0.0.1:20053`. */
  get server(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#process?.hasEnded === false ? this.#process.pid : undefined;
  }

  /**
   * Every question that it has answered so far, over restarts. What a killed process had not printed is missing. Rejects while it is frozen.
   *
   * The order is that in which CoreDNS printed them: under load two neighbours may be swapped.
   */
  async queryLog(): Promise<readonly LoggedQuestion[]> {
    let previousCount = -1;
    // A line is written after its answer was sent and not in its turn, so that a question of ours may overtake it, but not twice 20 ms apart.
    return await pollUntil('the log to hold still', logLimitMs, async () => {
      if (this.pid !== undefined) await this.#flushLog();
      const questions = this.#log.filter(({ name }) => !name.includes(supportLabel));
      if (questions.length === previousCount) return questions;
      previousCount = questions.length;
      return undefined;
    });
  }

  /**
   * Sends a signal. A killed CoreDNS refuses, a frozen one (`SIGSTOP`, until `SIGCONT`) is silent.
   *
   * Resolves when the signal has had its effect: the process has ended, or no longer answers; at once for `SIGCONT`.
   */
  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' = 'SIGKILL'): Promise<void> {
    this.#process?.signal(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await this.#process?.ended;
    // The operating system stops its threads one by one.
    if (signal === 'SIGSTOP') await pollUntil('CoreDNS to freeze', startLimitMs, async () => !(await this.#isAnswering()) || undefined);
  }

  /** Starts it again on the same port, having killed it where it still ran. Resolves as `start` does. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  async close(): Promise<void> {
    await this.kill();
  }

  async #launchOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.#port = await freePort();
      try {
        await this.#launch();
        return;
      } catch (error) {
        // Between our look and its start somebody else may take the port.
        if (attempt === 3 || this.#process?.output.includes('address already in use') !== true) throw error;
      }
    }
  }

  async #launch(): Promise<void> {
    const child = new OwnedProcess({
      command: binary(),
      args: ['-conf', 'stdin'],
      input: renderCorefile({ ...this.#options, port: this.#port }),
      onLine: (line) => {
        const question = parseLogLine(line);
        if (question !== undefined) this.#log.push(question);
      },
    });
    this.#process = child;
    if (!(await this.#isHealthy(child))) throw new Error(`CoreDNS ended before it answered:\n${child.output}`);
  }

  /** Waits until `child` is in sync; false when it has ended instead. */
  async #isHealthy(child: OwnedProcess): Promise<boolean> {
    return await pollUntil(`CoreDNS on ${this.server} to be in sync`, startLimitMs, async (attempt) => {
      if (child.hasEnded) return false;
      // An absent name is SERVFAIL until all objects are there. Were it the same name each time, a cached SERVFAIL would answer for 5 s.
      const name = `health-${attempt}.${supportLabel}.svc.${clusterDomain}`;
      const { rcode } = await askDns(this.server, { name, type: 'A', transport: attempt % 2 === 0 ? 'udp' : 'tcp' });
      return rcode === 'NXDOMAIN' || undefined;
    });
  }

  async #isAnswering(): Promise<boolean> {
    try {
      await askDns(this.server, { name: `freeze.${supportLabel}`, type: 'A', timeoutMs: 250 });
      return true;
    } catch {
      return false;
    }
  }

  async #flushLog(): Promise<void> {
    this.#flushes += 1;
    const name = `flush-${this.#flushes}.${supportLabel}`;
    await askDns(this.server, { name, type: 'A' });
    await pollUntil('CoreDNS to print its log', logLimitMs, async () => this.#log.some((question) => question.name === name) || undefined);
  }
}

function binary(): string {
  const path = process.env['PEERSET_COREDNS'];
  if (path === undefined) throw new Error('PEERSET_COREDNS does not name a CoreDNS binary: run these tests with `npm run test:real`');
  return path;
}
