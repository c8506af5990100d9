import type { PeerWatcher } from '@peerset/core';

/** Prints one line a change until the watcher is closed. */
export async function printChanges(watcher: PeerWatcher, print: (line: string) => void): Promise<void> {
  for await (const { snapshot, joined, left, moved } of watcher) {
    const parts = [
      ...joined.map(({ name, returned }) => `+${name}${returned ? ' (back)' : ''}`),
      ...moved.map(({ peer }) => `~${peer.name}`),
      ...left.map(({ name }) => `-${name}`),
    ];
    print(`revision ${snapshot.revision}: ${parts.join(' ')}`);
  }
}
