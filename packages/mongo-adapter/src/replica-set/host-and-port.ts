/** A host and its port as the server reads them. */
export interface HostAndPort {
  /** In lower case, without brackets. */
  readonly host: string;
  /** 27017 unless given. */
  readonly port: number;
}

/** `name`, `name:port`, `[IPv6]:port` or a socket's path, or undefined where it is none of them. */
export function parseHostAndPort(text: unknown): HostAndPort | undefined {
  if (typeof text !== 'string') return undefined;
  const [, bracketed, plain, digits] = /^(?:\[([\da-f:.]+)\]|([^\s:[\],]+))(?::(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? 27_017 : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host: host.toLowerCase(), port };
}

/** Only this machine can reach it. */
export function isLocalhost({ host }: HostAndPort): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('/');
}

/** An address, or a range of addresses, which is what the server looks for in horizons. */
export function isAddress({ host }: HostAndPort): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/.test(host);
}

/** One spelling for each endpoint. */
export function endpointKey({ host, port }: HostAndPort): string {
  return `${host}:${port}`;
}
