/** A headless Service, by its names. */
export interface ServiceIdentity {
  /** The Service's own label: `color-svc`. */
  readonly name: string;
  readonly namespace: string;
  /** Without a trailing dot: `cluster.local`. */
  readonly clusterDomain: string;
  /** The FQDN, lower case, without a trailing dot: `color-svc.default.svc.cluster.local`. */
  readonly host: string;
}
