import { discoverPeers, PeersNotReadyError } from '@peerset/core';
import type { Snapshot, WatchOptions } from '@peerset/core';

/** Waits for a majority that has not changed for five seconds; says why when there is none within two minutes. */
export async function waitForQuorum(options: WatchOptions, log: (line: string) => void): Promise<Snapshot> {
  try {
    return await discoverPeers({ ...options, until: { peers: 'majority', stableForMs: 5_000 }, timeoutMs: 120_000 });
  } catch (error) {
    if (error instanceof PeersNotReadyError) {
      const { snapshot, lookups, hint } = error;
      log(`${snapshot.peers.length} peers, missing ${snapshot.missing.map(({ name }) => name).join(', ') || 'nobody'}: ${hint}`);
      for (const { type, name, outcome, code } of lookups) log(`  ${type} ${name}: ${outcome} ${code ?? ''}`.trimEnd());
    }
    throw error;
  }
}
