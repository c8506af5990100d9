import { codeOf } from './code-of.ts';
import { LARGEST_FILE_BYTES, readSmallFile } from './last-known-file.ts';
import type { FileContent } from './last-known-file.ts';
import { parseLastKnown, renderLastKnown } from './last-known-text.ts';
import { wasAnyoneSeen } from './membership/membership.ts';
import type { Membership } from './membership/membership.ts';
import { isSamePeer } from './membership/peer.ts';
import type { Peer } from './membership/peer.ts';
import type { Policy } from './membership/policy.ts';
import type { Problem } from './membership/problem.ts';
import type { Snapshot } from './membership/snapshot.ts';
import type { Status } from './membership/status.ts';
import type { ResolvedOptions } from './options.ts';
import { replaceFile } from './replace-file.ts';
import type { Observation } from './source.ts';

/** Keeps the snapshot in a file, for a start at which DNS does not answer. What goes wrong is a problem, and never more than that. */
export interface LastKnownKeeper {
  /** What the file says of a Service of which no answer has said anything; undefined if it says nothing. To be asked once. */
  recall(membership: Membership): Promise<Observation | undefined>;
  /** Sees to it that the file shows what an answer has shown. Returns at once: writing comes later, a second apart at least. */
  keep(membership: Membership): void;
  /** The status with the problem of the file, if there is one. */
  withProblem(status: Status): Status;
  /** Writes what is not yet written, and resolves when nothing is left running: after 2 s at the latest. */
  close(): Promise<void>;
}

/** How files are read and written. A test brings its own, which hangs. */
export interface Files {
  readonly read: typeof readSmallFile;
  readonly replace: typeof replaceFile;
}

const DISK: Files = Object.freeze({ read: readSmallFile, replace: replaceFile });

/** What a keeper needs of the watcher's options. */
export type KeeperSettings = Pick<ResolvedOptions, 'clock' | 'allowed'> & { readonly policy: Policy };

const WRITE_EVERY_MS = 1_000;
const RETRY_MS = 30_000;
/** A file system that hangs must hold up neither the first round nor the end. */
const READ_LIMIT_MS = 1_000;
const CLOSE_LIMIT_MS = 2_000;

/** @param onProblem - Called when the problem has come, changed or gone. */
export function keepLastKnown(path: string, settings: KeeperSettings, onProblem: () => void, files: Files = DISK): LastKnownKeeper {
  return new Keeper(path, settings, onProblem, files);
}

class Keeper implements LastKnownKeeper {
  readonly #path: string;
  readonly #settings: KeeperSettings;
  readonly #onProblem: () => void;
  readonly #files: Files;
  readonly #closing = new AbortController();
  /** Ends the wait for the file to be read. */
  readonly #reading = new AbortController();
  /** What the file is to show. */
  #wanted: Snapshot | undefined;
  /** What of that is done. */
  #done: Snapshot | undefined;
  /** Who is known to stand in the file. */
  #saved: readonly Peer[] | undefined;
  #writing: Promise<void> | undefined;
  #problem: Problem | undefined;
  /** The last list that was told, and what it was made of: the same problems are the same list. */
  #told: { readonly from: readonly Problem[]; readonly problem: Problem; readonly problems: readonly Problem[] } | undefined;

  constructor(path: string, settings: KeeperSettings, onProblem: () => void, files: Files) {
    this.#path = path;
    this.#settings = settings;
    this.#onProblem = onProblem;
    this.#files = files;
  }

  async recall({ service, statefulSet, lastAnswerAtMs }: Membership): Promise<Observation | undefined> {
    if (lastAnswerAtMs !== undefined) return undefined;
    const late: FileContent = { kind: 'unusable', reason: `reading it took longer than ${READ_LIMIT_MS} ms` };
    const content = (await this.#within(READ_LIMIT_MS, this.#files.read(this.#path), this.#reading)) ?? late;
    if (content.kind === 'none') return undefined;
    const { allowed, policy } = this.#settings;
    const known = content.kind === 'text' ? parseLastKnown(content.text, { service, statefulSet, allowed, policy }) : content;
    if (known.kind === 'unusable') {
      // Told with the round, after its other events.
      this.#problem = this.#unread(known.reason);
      return undefined;
    }
    if (known.refused === 0) this.#saved = known.peers;
    else this.#problem = this.#unread(`${known.refused} of its addresses cannot belong to peers and were refused`);
    return { kind: 'last-known', peers: known.peers };
  }

  keep(membership: Membership): void {
    const { snapshot, lastAnswerAtMs } = membership;
    // Until answers have shown somebody, or that somebody has left, the file knows better: pods may only be starting.
    if (lastAnswerAtMs === undefined || !wasAnyoneSeen(membership)) return;
    if (snapshot === this.#wanted || this.#closing.signal.aborted) return;
    this.#wanted = snapshot;
    this.#writing ??= this.#write();
  }

  withProblem(status: Status): Status {
    const problem = this.#problem;
    if (problem === undefined) return status;
    if (this.#told?.from !== status.problems || this.#told.problem !== problem) {
      this.#told = { from: status.problems, problem, problems: Object.freeze([...status.problems, problem]) };
    }
    return Object.freeze({ ...status, problems: this.#told.problems });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#reading.abort();
    await this.#within(CLOSE_LIMIT_MS, this.#flush(), new AbortController());
  }

  async #flush(): Promise<void> {
    await this.#writing;
    if (this.#wanted !== this.#done) await this.#save();
  }

  async #write(): Promise<void> {
    while (this.#wanted !== this.#done) {
      const isSaved = await this.#save();
      try {
        await this.#settings.clock.sleep(isSaved ? WRITE_EVERY_MS : RETRY_MS, this.#closing.signal);
      } catch {
        return;
      }
    }
    this.#writing = undefined;
  }

  /** Whether the file shows what it is to show. */
  async #save(): Promise<boolean> {
    const snapshot = this.#wanted;
    if (snapshot === undefined) return true;
    if (this.#problem === undefined && isSame(snapshot.peers, this.#saved)) {
      this.#done = snapshot;
      return true;
    }
    try {
      const text = renderLastKnown(snapshot, this.#settings.policy, new Date().toISOString());
      if (Buffer.byteLength(text) > LARGEST_FILE_BYTES) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
      await this.#files.replace(this.#path, text);
    } catch (error) {
      this.#setProblem(this.#unwritten(codeOf(error)));
      return false;
    }
    this.#saved = snapshot.peers;
    this.#done = snapshot;
    this.#setProblem(undefined);
    return true;
  }

  /** The result if it comes in time, else undefined. */
  async #within<T>(limitMs: number, work: Promise<T>, over: AbortController): Promise<T | undefined> {
    try {
      return await Promise.race([work, this.#settings.clock.sleep(limitMs, over.signal).then(() => undefined)]);
    } finally {
      over.abort();
    }
  }

  #setProblem(problem: Problem | undefined): void {
    if (problem?.message === this.#problem?.message) return;
    this.#problem = problem;
    this.#onProblem();
  }

  #unread(reason: string): Problem {
    return Object.freeze({
      code: 'LAST_KNOWN_UNUSABLE',
      message: `the last-known file ${this.#path} is not what it should be: ${reason}`,
      hint: 'DNS is asked as ever, and the file is written anew when it shows somebody; each Service needs a file of its own',
    });
  }

  #unwritten(code: string): Problem {
    return Object.freeze({
      code: 'LAST_KNOWN_UNUSABLE',
      message: `the last-known file ${this.#path} cannot be written (${code})`,
      hint: 'its directory must exist, be writable, and have room for a second file; until then a start at which DNS does not answer finds what was last written',
    });
  }
}

function isSame(peers: readonly Peer[], saved: readonly Peer[] | undefined): boolean {
  if (peers.length !== saved?.length) return false;
  return peers.every((peer, i) => {
    const other = saved[i];
    return other !== undefined && peer.name === other.name && isSamePeer(peer, other);
  });
}
