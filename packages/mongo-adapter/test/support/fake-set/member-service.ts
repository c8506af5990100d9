import { EJSON, Long, ObjectId } from 'bson';
import { CommandError } from './command-error.ts';
import { failureError, type LoggedCommand, PlannedFailures } from './command-log.ts';
import { find, insert } from './data-commands.ts';
import type { Fabric } from './fabric.ts';
import { helloReply } from './hello-reply.ts';
import { initiate } from './initiate.ts';
import type { Mongod } from './mongod.ts';
import { reconfigure } from './reconfigure.ts';
import { settle } from './settle.ts';
import { configReply, statusReply } from './status-reply.ts';
import { stepDownCommand } from './step-down.ts';
import { authorise, createUser, saslContinue, saslStart } from './users.ts';
import type { Fields, WireRequest } from './wire-message.ts';
import type { Session } from './wire-server.ts';

type Handler = (request: WireRequest, session: Session) => Fields | Promise<Fields>;

/** What all members of a set have in common. */
export interface ServiceOptions {
  readonly port: number;
  /** Name of the Service: a member is `<pod>.<domain>`. */
  readonly domain: string;
  /** `stream`: `hello` waits for changes and tells them at once, as servers do; `poll`: drivers ask at their heartbeat frequency. */
  readonly monitoring: 'stream' | 'poll';
  readonly isAuthOn: boolean;
  readonly log: LoggedCommand[];
}

/** What one member answers to its clients. */
export class MemberService {
  readonly failures: PlannedFailures = new PlannedFailures();
  readonly #mongod: Mongod;
  readonly #fabric: Fabric;
  readonly #options: ServiceOptions;
  readonly #handlers: Readonly<Record<string, Handler>>;
  #processId = new ObjectId();
  #version = 0;
  #lastHello = '';

  constructor(mongod: Mongod, fabric: Fabric, options: ServiceOptions) {
    this.#mongod = mongod;
    this.#fabric = fabric;
    this.#options = options;
    this.#handlers = handlersOf(mongod, fabric, options.port);
    fabric.onChange(() => this.#noteHello());
  }

  /** Another process: what clients know of the one before is void. */
  restarted(): void {
    this.#processId = new ObjectId();
    this.#version = 0;
  }

  readonly respond = async function* respond(
    this: MemberService,
    request: WireRequest,
    session: Session,
  ): AsyncGenerator<Fields | undefined> {
    const [first = ''] = Object.keys(request.command);
    const name = /^(?:hello|ismaster)$/i.test(first) ? 'hello' : first;
    const entry = this.#log(name, request, session);
    const failure = this.failures.take(name);
    const planned = failure === undefined ? undefined : () => failureError(failure);
    if (planned === undefined || failure?.when === 'after') {
      if (planned === undefined && request.isExhaustAllowed) yield* this.#stream(request, session);
      else {
        const reply = await this.#run(name, request, session);
        entry.code = codeOf(reply);
        if (planned === undefined) yield reply;
      }
    }
    if (planned === undefined) return;
    const error = planned();
    const reply = error && replyTo(request, error);
    entry.code = reply === undefined ? undefined : codeOf(reply);
    yield reply;
  }.bind(this);

  #log(name: string, { command }: WireRequest, { isLocal, user }: Session): LoggedCommand {
    const entry = { ordinal: this.#mongod.ordinal, name, command, isLocal, user, code: undefined };
    this.#options.log.push(entry);
    return entry;
  }

  async #run(name: string, request: WireRequest, session: Session): Promise<Fields> {
    try {
      if (name === 'hello') return this.#hello(request);
      const handler = this.#handlers[name];
      if (handler === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
      if (this.#options.isAuthOn) authorise(this.#mongod, name, session);
      return await handler(request, session);
    } catch (error) {
      if (error instanceof CommandError) return replyTo(request, error);
      throw error;
    }
  }

  #hello({ command }: WireRequest): Fields {
    const { monitoring, isAuthOn } = this.#options;
    const reply = helloReply(this.#mongod, this.#fabric);
    return {
      ...('hello' in command ? reply : { ...reply, ismaster: reply['isWritablePrimary'] }),
      ...(command['helloOk'] === true && { helloOk: true }),
      ...(monitoring === 'stream' && { topologyVersion: this.#topologyVersion() }),
      ...(isAuthOn && command['saslSupportedMechs'] !== undefined && { saslSupportedMechs: ['SCRAM-SHA-256'] }),
      localTime: new Date(),
      connectionId: 1,
    };
  }

  /** One reply for each change from what the client knows, and one whenever it has waited long enough. */
  async *#stream(request: WireRequest, session: Session): AsyncGenerator<Fields> {
    const { topologyVersion, maxAwaitTimeMS } = request.command;
    let known = textOf(topologyVersion);
    while (!session.gone.aborted) {
      const isNews = (): boolean => textOf(this.#topologyVersion()) !== known;
      try {
        await this.#fabric.until(isNews, Number(maxAwaitTimeMS), session.gone);
      } catch {
        return;
      }
      known = textOf(this.#topologyVersion());
      yield this.#hello(request);
    }
  }

  #topologyVersion(): Fields {
    return { processId: this.#processId, counter: Long.fromNumber(this.#version) };
  }

  #noteHello(): void {
    // Writes alone are no news: servers do not wake clients for them.
    const text = EJSON.stringify({ ...helloReply(this.#mongod, this.#fabric), lastWrite: undefined });
    if (text === this.#lastHello) return;
    this.#lastHello = text;
    this.#version += 1;
  }
}

function handlersOf(mongod: Mongod, fabric: Fabric, port: number): Readonly<Record<string, Handler>> {
  const settled = (reply: Fields): Fields => {
    settle(fabric);
    return reply;
  };
  return {
    ping: () => ({ ok: 1 }),
    buildInfo: () => ({ version: '7.0.0', ok: 1 }),
    endSessions: () => ({ ok: 1 }),
    saslStart: (request, session) => saslStart(mongod, request, session),
    saslContinue: (request, session) => saslContinue(request, session),
    createUser: (request) => settled(createUser(mongod, request)),
    insert: (request) => settled(insert(mongod, request)),
    find: (request) => find(mongod, request),
    replSetInitiate: ({ command }) => initiate(mongod, fabric, command['replSetInitiate'], port),
    replSetReconfig: ({ command }) => reconfigure(mongod, fabric, command),
    replSetStepDown: ({ command }) => stepDownCommand(mongod, fabric, command),
    replSetGetStatus: () => statusReply(mongod, fabric),
    replSetGetConfig: ({ command }) => configReply(mongod, fabric, command['commitmentStatus'] === true),
  };
}

/** Servers mark the errors after which a driver shall send a write again, and only those of writes that it can send again. */
function replyTo({ command }: WireRequest, error: CommandError): Fields {
  const isMarked = command['txnNumber'] !== undefined && error.isRetryable;
  return { ...error.reply, ...(isMarked && { errorLabels: ['RetryableWriteError'] }) };
}

function codeOf({ ok, code }: Fields): number {
  return ok === 1 ? 0 : Number(code);
}

/** The driver sends back what it was given, with a number of another class. */
function textOf(topologyVersion: unknown): string {
  return EJSON.stringify(topologyVersion, { relaxed: true });
}
