import { isIPv6 } from 'node:net';
import { UsageError } from '../exit-codes.ts';

/** Where to listen. */
export interface ListenAddress {
  /** Undefined: on all interfaces. */
  readonly host: string | undefined;
  /** 0: a free one. */
  readonly port: number;
}

/**
 * `127.0.0.1:9480`, `[::1]:9480`, `:9480` (all interfaces).
 *
 * @throws {UsageError} for anything else.
 */
export function parseListenAddress(text: string): ListenAddress {
  const { bracketed, plain, port = '' } = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[\w.-]*)):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  const isHost = bracketed === undefined ? plain !== undefined : isIPv6(bracketed);
  if (!isHost || Number(port) > 65_535) throw new UsageError('must be ip:port, [ipv6]:port or :port, such as 127.0.0.1:9480');
  const host = bracketed ?? plain;
  return { host: host === '' ? undefined : host, port: Number(port) };
}
