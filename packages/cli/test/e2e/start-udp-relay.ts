import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Passes UDP on to a DNS server, and has nobody listen for TCP. */
export async function startUdpRelay(target: string): Promise<{ readonly server: string; readonly close: () => void }> {
  const [host, port] = target.split(':');
  const relay = createSocket('udp4');
  relay.on('message', (message, client) => {
    const inner = createSocket('udp4');
    inner.on('message', (reply) => {
      relay.send(reply, client.port, client.address);
      inner.close();
    });
    inner.send(message, Number(port), host);
  });
  relay.bind(0, '127.0.0.1');
  await once(relay, 'listening');
  return { server: `127.0.0.1:${relay.address().port}`, close: () => void relay.close() };
}
