import type { MongoCredentials } from './credentials.ts';
import type { SrvOptionSet, UriOptionSet } from './uri-option-set.ts';

/**
 * What a connection string is made of, besides the peers. `undefined` means "not given", except for `credentials.username` and
 * `credentials.password`, where it is refused: it is most often a variable that is not set.
 */
export interface MongoUriOptions extends UriOptionSet {
  /** The name of the replica set. Leave it out only with `loadBalanced`, with `directConnection`, or for mongos. Not empty. Default: none. */
  readonly replicaSet?: string;
  /** The port of every host, 1..65535. Default 27017. A peer whose own port is known and differs is refused: `PORT_MISMATCH`. */
  readonly port?: number;
  /** The default database, 1..63 bytes without `/ \ . " $` and blanks. Default: none. It never moves authentication: see `authSource`. */
  readonly database?: string;
  /** Who logs in, and how. Default: nobody. */
  readonly credentials?: MongoCredentials;
  /**
   * `members` (default): the peers of the snapshot and its missing ones, so that the string does not change when a pod restarts.
   * `present`: only the peers that are there now. Makes no difference for a plain list of peers.
   */
  readonly include?: 'members' | 'present';
  /** How many hosts at most, 1 or more: the lowest ordinals, then names. Default 7: drivers learn the others from these. */
  readonly maxHosts?: number;
  /**
   * Options of one driver that have no name above or below. Printed last, in order of name, encoded (`:` and `,` stay, they separate lists).
   * Refused: a name that has an option of its own here, in whatever case, an empty value, control characters. Default: none.
   */
  readonly extraOptions?: Readonly<Record<string, string>>;
}

/**
 * What a `mongodb+srv` string is made of, besides the Service: the same, without what is about hosts and ports. DNS knows those.
 * `replicaSet` is worth giving all the same: Kubernetes has no TXT record that would say it.
 */
export interface MongoSrvUriOptions extends Omit<MongoUriOptions, 'port' | 'include' | 'maxHosts'>, SrvOptionSet {}
