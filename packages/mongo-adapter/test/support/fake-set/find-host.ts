import type { StatefulSet } from '@peerset/testkit';
import type { FindHost } from './fabric.ts';
import type { Mongod } from './mongod.ts';

/**
 * Names as pods resolve them: full, short by the search list of the namespace, or an address; and a pod's bare name, which only the pod itself
 * knows. Servers keep their connections when DNS fails, so this asks the cluster and not its DNS.
 */
export function hostFinder(set: StatefulSet, port: number, mongodOf: (ordinal: number) => Mongod | undefined): FindHost {
  return (hostAndPort, asker) => {
    const [, host = '', digits = '27017'] = /^(.+?)\.?(?::(\d+))?$/.exec(hostAndPort.toLowerCase()) ?? [];
    if (Number(digits) !== port) return undefined;
    if (host === asker.podName) return asker;
    const pod = set.pods.find(({ host: fqdn, addresses }) => addresses.includes(host) || spellings(fqdn).includes(host));
    return pod === undefined || pod.addresses.length === 0 ? undefined : mongodOf(pod.ordinal);
  };
}

/** `pod.service`, `pod.service.namespace`, `pod.service.namespace.svc`, and the whole. */
function spellings(fqdn: string): readonly string[] {
  const labels = fqdn.split('.');
  return [2, 3, 4, labels.length].map((count) => labels.slice(0, count).join('.'));
}
