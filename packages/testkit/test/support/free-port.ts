import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the ranges from which Linux (32768-60999) and macOS (49152-65535) take ports for outgoing sockets: while a server is down, no client's
// socket may sit on the port that the server wants back.
const firstPort = 20_000;
const portCount = 12_000;

/** A port of 127.0.0.1 that is free for UDP and TCP at this moment. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port;
  }
  throw new Error(`none of 100 ports from ${firstPort} on was free on 127.0.0.1`);
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return await new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
