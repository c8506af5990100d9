import { isDnsName, isLabel, normalName } from './dns-names.ts';

/** Where the pod that owns a file lives in the cluster. */
export interface PodPlace {
  /** Undefined where only the domain can be told. */
  readonly namespace: string | undefined;
  readonly clusterDomain: string;
}

/**
 * What /etc/hosts says: kubelet gives a pod with a subdomain the line `<pod IP> <hostname>.<service>.<namespace>.svc.<domain> <hostname>`.
 * Only a line of this pod counts, since host aliases may name others: one of `hostnames`, where any is known, else a line that also
 * holds the bare hostname.
 */
export function placeFromHosts(text: string, hostnames: readonly string[]): PodPlace | undefined {
  for (const line of meaningfulLines(text, /#.*$/)) {
    const names = line.split(/\s+/).slice(1).map(normalName);
    for (const name of names) {
      const [hostname = '', subdomain = '', namespace = '', svc, ...domain] = name.split('.');
      if (svc !== 'svc' || domain.length === 0 || subdomain === '' || !isDnsName(name)) continue;
      if (hostnames.length > 0 ? hostnames.includes(hostname) : names.includes(hostname))
        return { namespace, clusterDomain: domain.join('.') };
    }
  }
  return undefined;
}

/**
 * What the search list of resolv.conf says: kubelet writes `<namespace>.svc.<domain> svc.<domain> <domain>` for pods with the cluster's
 * DNS. The first entry with a namespace counts, else the first `svc.<domain>`.
 */
export function placeFromResolvConf(text: string): PodPlace | undefined {
  const entries = searchList(text).filter(isDnsName);
  for (const entry of entries) {
    const [namespace = '', svc, ...domain] = entry.split('.');
    if (svc === 'svc' && domain.length > 0) return { namespace, clusterDomain: domain.join('.') };
  }
  const bare = entries.find((entry) => entry.startsWith('svc.'));
  return bare === undefined ? undefined : { namespace: undefined, clusterDomain: bare.slice('svc.'.length) };
}

/** The hostname in what a container calls its host: the first label of an FQDN too; undefined where that is no label. */
export function hostnameLabel(text: string): string | undefined {
  const [label = ''] = normalName(text.trim()).split('.');
  return isLabel(label) ? label : undefined;
}

/** The last `search` or `domain` line wins (resolv.conf(5)). */
function searchList(text: string): readonly string[] {
  let list: readonly string[] = [];
  for (const line of meaningfulLines(text, /(?:^|\s)[#;].*$/)) {
    const [keyword, ...values] = line.split(/\s+/);
    if (keyword === 'search' || keyword === 'domain') list = values.map(normalName);
  }
  return list;
}

function meaningfulLines(text: string, comment: RegExp): readonly string[] {
  return text
    .split(/\r?\n|\r/)
    .map((line) => line.replace(comment, '').trim())
    .filter((line) => line !== '');
}
