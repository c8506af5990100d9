import type { FindingCode } from '@peerset/core';
import { startCluster } from '@peerset/testkit';
import { startUdpRelay } from './start-udp-relay.ts';
import type { Stage } from './stage.ts';

/** What the doctor is called with, beside the flags that lead to DNS. */
interface Visit {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** DNS servers. Default: those of the stage. */
  readonly servers?: readonly string[];
  readonly close?: () => Promise<void> | void;
}

/** A mistake of a person, planted in a simulated cluster. */
export interface Mistake {
  /** As docs/guide/doctor.md calls it. */
  readonly heading: string;
  /** The first finding. Undefined: there is none. */
  readonly code: FindingCode | undefined;
  readonly exitCode: 0 | 1;
  /** What the remedy must name, for a person to act on. */
  readonly remedy: readonly string[];
  readonly plant: (stage: Stage) => Promise<Visit> | Visit;
}

const HOST = 'color-svc.default.svc.cluster.local';
const DECLARED = ['color-svc.default', '-s', 'color-ss', '-r', '3'];

/** Another DNS server with the same Service and pods. */
async function twin(): Promise<Pick<Stage, 'cluster' | 'set'> & { readonly close: () => Promise<void> }> {
  const cluster = await startCluster();
  const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27_017 }] });
  return { cluster, set: service.statefulSet('color-ss', { replicas: 3 }), close: () => cluster.close() };
}

export const mistakes: readonly Mistake[] = [
  { heading: 'Nothing is wrong', code: undefined, exitCode: 0, remedy: [], plant: () => ({ args: DECLARED }) },
  {
    heading: 'The namespace is wrong',
    code: 'WRONG_NAMESPACE',
    exitCode: 1,
    remedy: ['--namespace default', 'color-svc.default'],
    plant: () => ({ args: ['color-svc.prod'], env: { POD_NAMESPACE: 'default' } }),
  },
  {
    heading: 'The cluster domain is wrong',
    code: 'WRONG_CLUSTER_DOMAIN',
    exitCode: 1,
    remedy: ['--cluster-domain cluster.local'],
    plant: () => ({ args: ['color-svc.default', '--cluster-domain', 'k8s.example'] }),
  },
  {
    heading: 'There is no such Service',
    code: 'NO_SUCH_SERVICE_OR_NONE_READY',
    exitCode: 1,
    remedy: ['kubectl -n default get service colour-svc', 'endpointslices'],
    plant: () => ({ args: ['colour-svc.default'] }),
  },
  {
    heading: 'Nobody is ready',
    code: 'NO_SUCH_SERVICE_OR_NONE_READY',
    exitCode: 1,
    remedy: ['publishNotReadyAddresses: true', 'kubectl -n default get endpointslices'],
    plant: ({ set }) => {
      for (const pod of set.pods) pod.setReady(false);
      return { args: DECLARED };
    },
  },
  {
    heading: 'The Service has a cluster IP',
    code: 'NOT_HEADLESS',
    exitCode: 1,
    remedy: ['clusterIP: None'],
    plant: ({ cluster }) => {
      cluster.clusterIpService('web-svc', { ports: [{ port: 80 }] }).deployment('web', { replicas: 2 });
      return { args: ['web-svc.default'] };
    },
  },
  {
    heading: 'The Service has no port',
    code: 'NO_SRV',
    exitCode: 0,
    remedy: ['named port', '--stateful-set'],
    plant: ({ cluster }) => {
      cluster.headlessService('bare-svc').statefulSet('bare-ss', { replicas: 3 });
      return { args: ['bare-svc.default'] };
    },
  },
  {
    heading: 'No port has that name',
    code: 'NO_SRV',
    exitCode: 0,
    remedy: ['kubectl -n default get service color-svc', '--port-name'],
    plant: () => ({ args: ['color-svc.default', '--port-name', 'metrics'] }),
  },
  {
    heading: 'This pod itself is not listed',
    code: 'SELF_MISSING',
    exitCode: 0,
    remedy: ['kubectl -n default get pod color-ss-1', 'publishNotReadyAddresses: true', 'serviceName'],
    plant: ({ set }) => {
      set.pod(1).setReady(false);
      return { args: DECLARED, env: { POD_NAME: 'color-ss-1', POD_NAMESPACE: 'default' } };
    },
  },
  {
    heading: 'Replicas are declared that do not exist',
    code: 'PEERS_MISSING',
    exitCode: 0,
    remedy: ['kubectl -n default get pod color-ss-3', 'replicas'],
    plant: () => ({ args: ['color-svc.default', '-s', 'color-ss', '-r', '5'] }),
  },
  {
    heading: 'The StatefulSet belongs to another Service',
    code: 'PEERS_MISSING',
    exitCode: 0,
    remedy: ['serviceName must be all-svc'],
    plant: ({ cluster, set }) => {
      cluster.headlessService('all-svc', { ports: [{ name: 'db', port: 27_017 }], selects: set });
      return { args: ['all-svc.default', '-s', 'color-ss', '-r', '3'] };
    },
  },
  {
    heading: 'DNS is silent',
    code: 'LOOKUPS_FAILING',
    exitCode: 1,
    remedy: ['UDP and TCP port 53', 'NetworkPolicy', 'kubectl -n kube-system get pods'],
    plant: ({ cluster }) => {
      cluster.fault({ kind: 'silence' });
      return { args: [...DECLARED, '--lookup-timeout', '500ms'] };
    },
  },
  {
    heading: 'One DNS server fails',
    code: 'SERVER_FAILING',
    exitCode: 0,
    remedy: ['kubectl -n kube-system logs', '/etc/resolv.conf'],
    plant: async ({ cluster }) => {
      const other = await twin();
      other.cluster.fault({ kind: 'servfail' });
      return { args: DECLARED, servers: [...other.cluster.servers, ...cluster.servers], close: other.close };
    },
  },
  {
    heading: 'DNS servers do not agree',
    code: 'SERVERS_DISAGREE',
    exitCode: 0,
    remedy: ['ask again', 'same cluster'],
    plant: async ({ cluster }) => {
      const other = await twin();
      other.set.pod(1).setReady(false);
      return { args: ['color-svc.default'], servers: [...cluster.servers, ...other.cluster.servers], close: other.close };
    },
  },
  {
    heading: 'A DNS server is not of the cluster',
    code: 'SERVERS_DISAGREE',
    exitCode: 1,
    remedy: ['out of /etc/resolv.conf'],
    plant: async ({ cluster }) => {
      const other = await startCluster();
      other.fault({ kind: 'nxdomain' });
      return { args: DECLARED, servers: [...other.servers, ...cluster.servers], close: () => other.close() };
    },
  },
  {
    heading: 'TCP port 53 is blocked, and an answer is too long for UDP',
    code: 'TCP_BLOCKED',
    exitCode: 1,
    remedy: ['TCP port 53', 'NetworkPolicies'],
    plant: ({ cluster }) => {
      cluster.fault({ kind: 'truncate', tcp: 'refused', types: ['A', 'AAAA'], names: HOST });
      return { args: ['color-svc.default', '--family', 'ipv4'] };
    },
  },
  {
    heading: 'TCP port 53 is blocked, and nothing needs it yet',
    code: 'TCP_BLOCKED',
    exitCode: 0,
    remedy: ['TCP port 53', 'NetworkPolicies'],
    plant: async ({ cluster }) => {
      const relay = await startUdpRelay(cluster.servers[0] ?? '');
      return { args: DECLARED, servers: [relay.server], close: relay.close };
    },
  },
  {
    heading: 'Answers are longer than DNS can carry',
    code: 'ANSWER_MAY_BE_CUT',
    exitCode: 0,
    remedy: ['--stateful-set'],
    plant: ({ cluster }) => {
      const big = cluster.headlessService('big-svc', { ports: [{ name: 'db', port: 27_017 }] });
      big.statefulSet('big-ss', { replicas: 1_000, podManagementPolicy: 'Parallel' });
      return { args: ['big-svc.default'] };
    },
  },
  {
    heading: 'Addresses are foreign',
    code: 'FOREIGN_ANSWER',
    exitCode: 1,
    remedy: ['--allow'],
    plant: ({ cluster }) => {
      cluster.fault({ kind: 'foreign-address', addresses: ['127.0.0.1'], names: HOST, types: ['A'] });
      return { args: ['color-svc.default', '--family', 'ipv4'] };
    },
  },
  {
    heading: 'A cache denies what is there',
    code: 'DENIAL_CACHING',
    exitCode: 1,
    remedy: ['disable denial cluster.local'],
    plant: ({ cluster }) => {
      cluster.fault({ kind: 'nxdomain', types: ['A', 'AAAA'], names: HOST });
      return { args: DECLARED };
    },
  },
  {
    heading: 'An address has no name',
    code: 'UNNAMED_ADDRESS',
    exitCode: 0,
    remedy: ['--stateful-set'],
    plant: ({ cluster }) => {
      cluster.fault({ kind: 'partial', without: ['color-ss-2'], types: ['SRV'] });
      return { args: ['color-svc.default'] };
    },
  },
];
