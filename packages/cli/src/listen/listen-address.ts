import { UsageError } from '../exit-codes.ts';

/** Where to listen. */
export interface ListenAddress {
  /** An address or a name, without brackets. Undefined: on all interfaces. */
  readonly host: string | undefined;
  /** 0: a free one. */
  readonly port: number;
}

const ADDRESS = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<plain>[a-zA-Z0-9.-]*)):(?<port>0|[1-9]\d{0,4})$/;
const LARGEST_PORT = 65_535;

/**
 * `127.0.0.1:9480`, `localhost:9480`, `[::1]:9480`, `:9480` (all interfaces).
 *
 * @throws {UsageError} for anything else.
 */
export function parseListenAddress(text: string): ListenAddress {
  const { ipv6, plain = '', port } = ADDRESS.exec(text)?.groups ?? {};
  const isHost = ipv6 === undefined ? plain === '' || isPlainHost(plain) : URL.canParse(`http://[${ipv6}]`);
  if (port === undefined || Number(port) > LARGEST_PORT || !isHost)
    throw new UsageError('must be host:port, [ipv6]:port or :port, such as 127.0.0.1:9480');
  return { host: (ipv6 ?? plain) || undefined, port: Number(port) };
}

/** As `parseListenAddress` reads it. */
export function listenAddressText({ host = '', port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A name, or an IPv4 address in full: `127.1` and `010.0.0.1` are addresses to some readers, and others than they look. */
function isPlainHost(host: string): boolean {
  return URL.canParse(`http://${host}`) && new URL(`http://${host}`).hostname === host.toLowerCase();
}
