// What a user of a release can rely on. check-packages.mjs runs it with source maps where the packed packages are installed and nothing else is.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { planSeeds } from '@peerset/cassandra-adapter';
import { DiscoveryError, InvalidOptionsError, PeersNotReadyError, discoverPeers, dnsSource, staticSource, watchPeers } from '@peerset/core';
import * as errors from '@peerset/core/errors';
import { mongoConnectionString } from '@peerset/mongo-adapter';

const service = { service: 'color-svc', namespace: 'default', clusterDomain: 'cluster.local', statefulSet: 'color-ss' };

// An adapter throws the class of one entry, a user catches that of the other.
assert.deepEqual({ ...errors }, { DiscoveryError, InvalidOptionsError, PeersNotReadyError });
assert.throws(() => mongoConnectionString([], { replicaSet: 'rs0' }), DiscoveryError);
assert.throws(() => planSeeds({ declared: [], present: [], self: 'cass-0' }), DiscoveryError);

const source = staticSource([0, 1].map((ordinal) => ({ name: `color-ss-${ordinal}`, addresses: [`10.244.1.${ordinal}`], port: 27_017 })));
const snapshot = await discoverPeers({ ...service, replicas: 2, source });
assert.equal(
  mongoConnectionString(snapshot, { replicaSet: 'rs0' }),
  'mongodb://color-ss-0.color-svc.default.svc.cluster.local:27017,color-ss-1.color-svc.default.svc.cluster.local:27017/?replicaSet=rs0',
);

// Options are judged by a bundled package, and stacks lead to sources that are in the package.
assert.throws(
  () => watchPeers({ ...service, pollIntervalMs: 0.5, pollInterval: 5 }),
  (error) => {
    assert(error instanceof InvalidOptionsError);
    assert.deepEqual(
      error.issues.map(({ path }) => path),
      ['pollIntervalMs', 'pollInterval'],
    );
    const [, place = ''] = /\((?:file:\/\/)?(.+parse-options\.ts):\d+/.exec(error.stack) ?? [];
    assert(existsSync(place), `no source behind ${error.stack}`);
    return true;
  },
);

// Questions that fail are asked again by another bundled package. Nobody listens on the discard port.
const unanswered = await discoverPeers({
  ...service,
  source: dnsSource({ servers: ['127.0.0.1:9'], family: 'ipv4' }),
  timeoutMs: 3_000,
}).catch((error) => error);
assert(unanswered instanceof PeersNotReadyError);
assert(
  unanswered.lookups.some(({ code, attempts }) => code === 'ECONNREFUSED' && attempts === 3),
  unanswered.message,
);

const notices = readFileSync(new URL('THIRD-PARTY-NOTICES.txt', import.meta.resolve('@peerset/core')), 'utf8');
for (const name of ['eventemitter3', 'is-network-error', 'p-retry', 'zod'])
  assert.match(notices, new RegExp(`^${name} \\d.* \\(MIT\\)$`, 'm'));
assert(!existsSync(fileURLToPath(new URL('../../../zod', import.meta.resolve('@peerset/core')))));
