import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that is this set's own on all addresses of loopback. */
export interface ReservedPort {
  readonly port: number;
  release(): Promise<void>;
}

/**
 * Takes a free port on 127.0.0.1 and holds it. All members of a set have one port on addresses of their own; every set, of whatever process,
 * first holds its port here, so two sets that draw the same address never meet.
 */
export async function reservePort(): Promise<ReservedPort> {
  const guard = createServer((socket) => socket.destroy());
  guard.listen(0, '127.0.0.1');
  await once(guard, 'listening');
  const address = guard.address();
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return {
    port: address.port,
    async release() {
      const closed = once(guard, 'close');
      guard.close();
      await closed;
    },
  };
}
