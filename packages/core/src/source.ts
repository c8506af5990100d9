import type { Lookup } from './lookup/outcome.ts';
import type { LookupMemory } from './lookup/lookup-memory.ts';
import type { Membership } from './membership/membership.ts';
import type { Peer } from './membership/peer.ts';
import type { Policy } from './membership/policy.ts';
import type { ServiceIdentity } from './service/service-identity.ts';

/** What a source may know when it looks: everything the watcher believes so far. */
export interface LookRequest {
  readonly service: ServiceIdentity;
  readonly membership: Membership;
  readonly policy: Policy;
  /** When the round began, on the watcher's clock. */
  readonly nowMs: number;
  /** The watcher is polling fast because something is in motion. */
  readonly isSettling: boolean;
  /** No poll is due yet, only an existence probe: nothing else need be asked unless it shows something. */
  readonly isProbeOnly: boolean;
}

/** What one look came to. */
export type Observation =
  /** Final: a fixed list, or a source that is told of every change. What is not in it has left. */
  | { readonly kind: 'complete'; readonly peers: readonly Peer[] }
  /** DNS: answers that confirm, contradict or say nothing; `memory` is what the next round must know. */
  | { readonly kind: 'evidence'; readonly lookups: readonly Lookup[]; readonly memory: LookupMemory }
  /** What was known before, of no authority: taken only where no answer has said anything yet, and confirmed or contradicted by what follows. */
  | { readonly kind: 'last-known'; readonly peers: readonly Peer[] };

/** Where a watcher's knowledge comes from. One round = one complete look. */
export interface PeerSource {
  /** Looks once. Never rejects for the world's faults: those are outcomes. Rejects only with `signal.reason`. */
  look(request: LookRequest, signal: AbortSignal): Promise<Observation>;
  /** Optional: calls back when a look is worth having now (sources that are pushed to). Returns the unsubscribe. */
  onHint?(listener: () => void): () => void;
  /** Called once, when the watcher closes. */
  close(): void;
}
