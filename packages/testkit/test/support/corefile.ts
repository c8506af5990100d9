/**
 * How CoreDNS is set up: without a cache, or as clusters have it.
 *
 * - `uncached`: the `kubernetes` plugin alone, which is what this package imitates.
 * - `kubeadm`: kubeadm since 1.32. The cluster's zone is not cached, so an answer shows what CoreDNS knows, always with the full TTL, of 30 s
 *   at most.
 * - `classic`: kubeadm before 1.32, the addon manifest, EKS (with `ttlSeconds: 5`). Answers and denials are cached for the TTL and age.
 * - `stale`: the same, and what has run out is given once more, with TTL 0, as AKS LocalDNS does.
 */
export type CorefileSetting = 'uncached' | 'kubeadm' | 'classic' | 'stale';

export interface CorefileOptions {
  readonly setting: CorefileSetting;
  readonly ttlSeconds: number;
  readonly port: number;
  readonly apiServerUrl: string;
}

export const clusterDomain = 'cluster.local';

const caches: Readonly<Record<CorefileSetting, string>> = {
  uncached: '',
  kubeadm: `cache 30 {
    disable success ${clusterDomain}
    disable denial ${clusterDomain}
  }`,
  classic: 'cache 30',
  stale: `cache 30 {
    serve_stale 1h immediate
  }`,
};

/**
 * Renders the Corefile.
 *
 * Two things differ from a cluster's: nothing is forwarded, so that no packet leaves this machine, and what lies outside the zones is refused,
 * in the same words in which CoreDNS refuses by itself, which it does not log.
 * Hence there is no `fallthrough` for addresses that nobody knows either: their PTR is denied here, where a cluster asks the upstream resolver.
 */
export function renderCorefile({ setting, ttlSeconds, port, apiServerUrl }: CorefileOptions): string {
  const log = `log . "${logFormat}"`;
  return `
${clusterDomain}:${port} in-addr.arpa:${port} ip6.arpa:${port} {
  bind 127.0.0.1
  errors
  ${log}
  kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
    endpoint ${apiServerUrl}
    pods insecure
    ttl ${ttlSeconds}
  }
  ${caches[setting]}
  loadbalance
}
.:${port} {
  bind 127.0.0.1
  ${log}
  template ANY ANY {
    rcode REFUSED
  }
  header {
    response clear aa
  }
}
`;
}

/** One question that CoreDNS has answered. */
export interface LoggedQuestion {
  /** Lower-cased by CoreDNS, without the final dot. */
  readonly name: string;
  /** `A`, `AAAA`, `SRV` ...; unknown ones read `TYPE65280`. */
  readonly type: string;
  readonly transport: 'udp' | 'tcp';
  readonly rcode: string;
}

const logFormat = 'question {name} {type} {proto} {rcode}';
const logLine = /question (?<name>\S+) (?<type>\S+) (?<transport>udp|tcp) (?<rcode>\S+)$/;

/** Reads a line of CoreDNS' log; undefined when it tells of something else. */
export function parseLogLine(line: string): LoggedQuestion | undefined {
  const { name, type, transport, rcode } = logLine.exec(line)?.groups ?? {};
  if (name === undefined || type === undefined || rcode === undefined) return undefined;
  return { name: name.replace(/\.$/, ''), type, transport: transport === 'tcp' ? 'tcp' : 'udp', rcode };
}
