// `npm run latency`: provides CoreDNS, then runs main.ts from sources. Arguments go through.
import { fileURLToPath } from 'node:url';

import { runnerImport } from 'vite';

import { coreDnsVersion, provideCoreDns } from '../../tools/coredns.mjs';

const building = new AbortController();
const stop = () => building.abort();
process.once('SIGINT', stop);
const coreDns = await provideCoreDns(building.signal);
process.off('SIGINT', stop);
if (coreDns.kind === 'skipped') throw new Error(coreDns.reason);

// Where the support of the tests against real CoreDNS looks for it.
process.env['PEERSET_COREDNS'] = coreDns.path;
const file = fileURLToPath(new URL('main.ts', import.meta.url));
const { module } = await runnerImport(file, {
  configFile: false,
  logLevel: 'warn',
  // Our packages from sources too: no build needed.
  environments: { inline: { resolve: { noExternal: [/^@peerset\//], external: [], conditions: ['@peerset/source', 'node'] } } },
});
await module.main(process.argv.slice(2), { coreDnsVersion });
