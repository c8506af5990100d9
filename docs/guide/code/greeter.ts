import { watchPeers } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';

/** The program under test: greets every peer that joins. It takes its options from outside, which is all that a test needs. */
export function greetPeers(options: WatchOptions, greet: (text: string) => void): () => Promise<void> {
  const watcher = watchPeers(options);
  watcher.on('join', ({ name, returned }) => greet(`${returned ? 'welcome back' : 'hello'}, ${name}`));
  return () => watcher.close();
}
