import type { TcpReach } from '../diagnosis/server-view.ts';

const DNS_PORT = 53;
const WITH_PORT = /^(?:\[(?<ipv6>[^\]]+)\]|(?<ipv4>[0-9.]+)):(?<port>[0-9]+)$/;

/**
 * Whether a DNS server takes TCP connections: one is opened and closed again, nothing is asked. `node:dns` uses TCP only for what UDP has
 * cut, so it cannot tell. Never rejects; a server that is silent, or an abort, comes to `closed`.
 *
 * @param server - As `Resolver.getServers` gives it: `10.0.0.10`, `10.0.0.10:5353`, `[fd00::a]:5353`.
 */
export async function tcpReach(server: string, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<TcpReach> {
  const { ipv6, ipv4, port } = WITH_PORT.exec(server)?.groups ?? {};
  // Loaded here: only a preflight needs it, and importing the package should cost nothing of it.
  const { connect } = await import('node:net');
  if (signal.aborted) return { kind: 'closed', code: 'ECANCELLED' };
  return new Promise((resolve) => {
    const socket = connect({ host: ipv6 ?? ipv4 ?? server, port: port === undefined ? DNS_PORT : Number(port) });
    const settle = (reach: TcpReach): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      // An error after that, of a connection that is being closed, is nobody's business.
      socket.on('error', () => {});
      socket.destroy();
      resolve(reach);
    };
    const cancel = (): void => settle({ kind: 'closed', code: 'ECANCELLED' });
    const timer = setTimeout(() => settle({ kind: 'closed', code: 'ETIMEOUT' }), timeoutMs);
    signal.addEventListener('abort', cancel, { once: true });
    socket.once('connect', () => settle({ kind: 'open' }));
    socket.once('error', (error: NodeJS.ErrnoException) => settle({ kind: 'closed', code: error.code ?? 'EUNKNOWN' }));
  });
}
