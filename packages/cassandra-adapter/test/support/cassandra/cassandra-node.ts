import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { OwnedProcess } from '../../../../testkit/test/support/owned-process.ts';
import { pollUntil } from '../../../../testkit/test/support/poll-until.ts';
import { javaCommand, withoutMemoryLock } from './java-command.ts';
import { configurationName, cqlPort, writeNodeFiles, type NodeSettings } from './node-files.ts';
import { isListening } from './subnet.ts';

const startLimitMs = 90_000;
/** Enough where every seed of a joining node runs: it waits for this long twice before it bootstraps. Cassandra's default is 30 s. */
const quickRingDelayMs = 3_000;

/** Where a node lives: its files, and what it shares with the others. */
export interface NodePlace {
  readonly name: string;
  readonly folder: string;
  readonly hostsFile: string;
  readonly jmxPort: number;
}

/** A row of `nodetool status`. */
export interface RingRow {
  /** `UN`: up and normal. */
  readonly state: string;
  readonly address: string;
  readonly hostId: string;
}

/** One node of a real Cassandra, with its data on disk over restarts and addresses. */
export class CassandraNode {
  readonly name: string;
  readonly #place: NodePlace;
  readonly #log: string[] = [];
  #process: OwnedProcess | undefined;

  constructor(place: NodePlace) {
    this.name = place.name;
    this.#place = place;
  }

  /** The first of its `data_file_directories`. */
  get dataDirectory(): string {
    return join(this.#place.folder, 'data');
  }

  /** Its cassandra.yaml: written at each start with settings, and read again for `reloadseeds`. */
  get configurationFile(): string {
    return join(this.#place.folder, configurationName);
  }

  /** All that it has logged since it was made. */
  get log(): readonly string[] {
    return this.#log;
  }

  get isRunning(): boolean {
    return this.#process?.hasEnded === false;
  }

  /** Writes its files, starts it and waits until it serves CQL. Rejects, with what it complained of, when it ends before. */
  async start(settings: NodeSettings): Promise<void> {
    await this.configure(settings);
    await this.startConfigured(settings.address);
  }

  /** As `start`, with its files as they are. */
  async startConfigured(address: string, { ringDelayMs = quickRingDelayMs } = {}): Promise<void> {
    const logged = this.#log.length;
    const child = this.#launch(ringDelayMs);
    await pollUntil(`${this.name} on ${address} to serve CQL`, startLimitMs, async () => {
      if (child.hasEnded) return true;
      return (await isListening(address, cqlPort)) || undefined;
    });
    if (child.hasEnded) throw new Error(`${this.name} ended before it served CQL:\n${complaints(this.#log.slice(logged)).join('\n')}`);
  }

  /** Writes what it starts with. */
  async configure(settings: NodeSettings): Promise<void> {
    await writeNodeFiles(this.#place.folder, settings);
  }

  /** The addresses of its seeds, itself left out. */
  async seeds(): Promise<readonly string[]> {
    const text = await this.nodetool('getseeds');
    return (text.match(/127\.\d+\.\d+\.\d+/g) ?? []).toSorted();
  }

  /** The ring as it sees it, in order of host ids. */
  async ring(): Promise<readonly RingRow[]> {
    const text = await this.nodetool('status');
    const rows = [...text.matchAll(/^([UD][NLJM])\s+(\S+).*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gm)];
    return rows
      .map(([, state = '', address = '', hostId = '']) => ({ state, address, hostId }))
      .toSorted((a, b) => (a.hostId < b.hostId ? -1 : 1));
  }

  /** `SIGTERM`: it says goodbye to the others. `SIGKILL`: it does not. Resolves when it has ended. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (!this.isRunning) return;
    this.#process?.signal(signal);
    await this.#process?.ended;
  }

  /** What `nodetool` is for this node. */
  get nodetoolCommand(): ReturnType<typeof javaCommand> {
    const { folder, hostsFile, jmxPort } = this.#place;
    const logging = `-Dlogback.configurationFile=${join(folder, 'logback.xml')}`;
    const tool = ['-Xmx64m', logging, `-Djdk.net.hosts.file=${hostsFile}`, 'org.apache.cassandra.tools.NodeTool'];
    return javaCommand([...tool, '-h', '127.0.0.1', '-p', String(jmxPort)]);
  }

  /** What `nodetool` prints. Its exit code is no proof: it is 0 for a reload that changed nothing. */
  async nodetool(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    const { command, args: own } = this.nodetoolCommand;
    const child = new OwnedProcess({ command, args: [...own, ...args], input: '', onLine: (line) => lines.push(line) });
    await child.ended;
    return lines.join('\n');
  }

  #launch(ringDelayMs: number): OwnedProcess {
    if (this.isRunning) throw new Error(`${this.name} runs already`);
    const file = createWriteStream(join(this.#place.folder, 'out.log'), { flags: 'a' });
    const child = new OwnedProcess({
      ...withoutMemoryLock(javaCommand(this.#flags(ringDelayMs))),
      input: '',
      onLine: (line) => {
        this.#log.push(line);
        file.write(`${line}\n`);
      },
    });
    void child.ended.then(() => file.end());
    this.#process = child;
    return child;
  }

  #flags(ringDelayMs: number): readonly string[] {
    const { folder, hostsFile, jmxPort } = this.#place;
    const properties = {
      'java.io.tmpdir': join(folder, 'tmp'),
      'jna.tmpdir': join(folder, 'tmp'),
      'jdk.attach.allowAttachSelf': 'true',
      'io.netty.tryReflectionSetAccessible': 'true',
      'jdk.net.hosts.file': hostsFile,
      'sun.net.inetaddr.ttl': '1',
      'sun.net.inetaddr.negative.ttl': '0',
      'cassandra.config': `file://${this.configurationFile}`,
      'cassandra-rackdc.properties': `file:${join(folder, 'rackdc.properties')}`,
      'cassandra.storagedir': folder,
      'cassandra.logdir': join(folder, 'log'),
      'cassandra.triggers_dir': join(folder, 'triggers'),
      'logback.configurationFile': join(folder, 'logback.xml'),
      'cassandra-foreground': 'yes',
      'cassandra.jmx.local.port': String(jmxPort),
      'com.sun.management.jmxremote.authenticate': 'false',
      'cassandra.memtable.row_overhead_size': '180',
      'cassandra.skip_sync': 'true',
      'cassandra.superuser_setup_delay_ms': '0',
      'cassandra.ring_delay_ms': String(ringDelayMs),
      'cassandra.skip_wait_for_gossip_to_settle': '0',
      'cassandra.shutdown_announce_in_ms': '100',
      'cassandra.available_processors': '2',
    };
    const memory = ['-Xms192m', '-Xmx192m', '-XX:MaxDirectMemorySize=64m', '-XX:+ExitOnOutOfMemoryError'];
    const settings = Object.entries(properties).map(([key, value]) => `-D${key}=${value}`);
    return [...memory, ...settings, 'org.apache.cassandra.service.CassandraDaemon'];
  }
}

/** What a log says of a failure, with its stack traces. Cassandra flushes its tables at the end, so that the last lines tell nothing. */
function complaints(log: readonly string[]): readonly string[] {
  return log.filter((line) => !/^\d{4}-\S+ \S+ (?:INFO|DEBUG) /.test(line)).slice(-40);
}
