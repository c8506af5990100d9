import type { ReadyCriteria } from '@peerset/core';
import { ageText } from './durations.ts';

/** Whom a wait is for, in words: `all declared peers and this pod, unchanged for 5s`. */
export function wantedText({ peers, ordinals = [], self = false, stableForMs = 0 }: ReadyCriteria): string {
  const parts = [
    ...(peers === undefined ? [] : [countText(peers)]),
    ...(ordinals.length === 0 ? [] : [`${ordinals.length === 1 ? 'ordinal' : 'ordinals'} ${ordinals.join(', ')}`]),
    ...(self ? ['this pod'] : []),
  ];
  const stable = stableForMs > 0 ? `, unchanged for ${ageText(stableForMs)}` : '';
  return `${parts.join(' and ') || 'peers'}${stable}`;
}

function countText(peers: number | 'declared' | 'majority'): string {
  if (peers === 'declared') return 'all declared peers';
  if (peers === 'majority') return 'a majority of the declared peers';
  return `${peers} ${peers === 1 ? 'peer' : 'peers'}`;
}
