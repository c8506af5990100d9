import { randomInt } from 'node:crypto';
import { connect } from 'node:net';

/**
 * The first three numbers of addresses `127.x.y.*` on which nobody listens yet. All nodes of a cluster have the same ports, so that each
 * needs an address; every cluster has a net of its own, so that two runs on one machine do not meet.
 */
export async function freeSubnet(port: number): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const subnet = `127.${randomInt(16, 250)}.${randomInt(0, 256)}`;
    if (!(await isListening(`${subnet}.1`, port))) return subnet;
  }
  throw new Error('20 nets of the loopback were all in use');
}

/** Whether someone accepts connections there. */
export async function isListening(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (isAccepted: boolean): void => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
  });
}
