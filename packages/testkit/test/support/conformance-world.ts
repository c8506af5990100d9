import type { PortOptions, StatefulSet } from '../../src/index.ts';
import type { CorefileSetting } from './corefile.ts';
import { TwinWorlds } from './twin-worlds.ts';

const database: readonly PortOptions[] = [{ port: 27_017 }];
const severalPorts: readonly PortOptions[] = [
  { name: 'db', port: 27_017 },
  { name: 'metrics', port: 9_216, targetPort: 19_216 },
  { name: 'gossip', port: 7_946, protocol: 'UDP' },
];

/** Sizes around those at which 512 bytes are full, and beyond 100, where a second EndpointSlice begins. */
export const ipv4Sizes = [1, 2, 3, 4, 5, 6, 7, 8, 28, 29, 150] as const;
export const ipv6Sizes = [16, 17] as const;

/** What the questions of the conformance test are about. */
export interface ConformanceWorld {
  readonly twins: TwinWorlds;
  readonly color: StatefulSet;
  readonly published: StatefulSet;
  readonly both: StatefulSet;
  readonly web: StatefulSet;
  readonly webAddress: string;
}

/** Services of every kind in the namespace `default`, all known to the simulated DNS and to the real one. */
export async function startConformanceWorld(setting: CorefileSetting): Promise<ConformanceWorld> {
  const twins = await TwinWorlds.start(setting, 30);
  const color = twins.headless({ service: 'color-svc', ports: database, set: 'color-ss', replicas: 3, unreadyOrdinals: [1] });
  const both = twins.headless({ service: 'both-svc', ports: severalPorts, set: 'both-ss', replicas: 2, families: ['ipv4', 'ipv6'] });
  twins.headlessOver('shadow-svc', both, severalPorts);
  twins.headless({ service: 'six-svc', ports: database, set: 'six-ss', replicas: 2, families: ['ipv6'] });
  twins.headless({ service: 'portless-svc', set: 'portless-ss', replicas: 2 });
  twins.headless({ service: 'unready-svc', ports: severalPorts, set: 'unready-ss', replicas: 2, unreadyOrdinals: [0, 1] });
  twins.headless({ service: 'nobody-svc', ports: severalPorts, set: 'nobody-ss', replicas: 0 });
  const published = twins.headless({
    service: 'published-svc',
    ports: database,
    publishNotReadyAddresses: true,
    set: 'published-ss',
    replicas: 2,
    unreadyOrdinals: [1],
  });
  const web = twins.clusterIp({ service: 'web', ports: [{ name: 'http', port: 80, targetPort: 8_080 }], set: 'web-ss', replicas: 2 });
  twins.clusterIp({ service: 'idle', ports: [{ port: 80 }], set: 'idle-ss', replicas: 0 });
  for (const size of ipv4Sizes) twins.headless({ service: sized('4', size), ports: database, set: setOf('4', size), replicas: size });
  for (const size of ipv6Sizes) twins.headless({ service: sized('6', size), set: setOf('6', size), replicas: size, families: ['ipv6'] });
  await twins.real.caughtUp();
  return { twins, color, both, published, web: web.set, webAddress: web.addresses[0] ?? '' };
}

/** The Service with so many members: `set-4-028`, as long a name as `color-svc`. */
export function sized(family: '4' | '6', size: number): string {
  return `set-${family}-${String(size).padStart(3, '0')}`;
}

/** Its set, as long a name as `color-ss`. */
function setOf(family: '4' | '6', size: number): string {
  return `ss-${family}-${String(size).padStart(3, '0')}`;
}
