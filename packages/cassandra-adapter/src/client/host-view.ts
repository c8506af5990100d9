/** A node, as a client shows it in public. */
export interface HostView {
  /** As the driver writes it: `address:port`. */
  readonly endpoint: string;
  readonly isUp: boolean;
  /** The load balancing of the client sends requests to it. */
  readonly isLocal: boolean;
  readonly openConnections: number;
  /** It owns a part of the ring, as far as the client knows: a token map that is made now has it. */
  readonly hasTokens: boolean;
}

/** Asked and up, and yet without a connection. */
export function isBare({ isUp, isLocal, openConnections }: HostView): boolean {
  return isUp && isLocal && openConnections === 0;
}
