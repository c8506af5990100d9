import { readFile, writeFile } from 'node:fs/promises';
import { resolvedSeeds } from './written-seeds.ts';

/*
 * What `nodetool` is to a node of the play: it reads the seeds of a cassandra.yaml again, and says which it has, itself left out.
 *
 *   node nodetool-stand-in.js <cassandra.yaml> <address> <DNS server> reloadseeds | getseeds
 */
const [configuration = '', address = '', server = '', verb] = process.argv.slice(2);
const loadedFile = `${configuration}.loaded`;

if (verb === 'reloadseeds') {
  const seeds = await resolvedSeeds(configuration, [server]);
  await writeFile(loadedFile, seeds.filter((seed) => seed !== address).join('\n'));
} else {
  const loaded = await readFile(loadedFile, 'utf8').catch(() => '');
  for (const seed of loaded.split('\n').filter((each) => each !== '')) console.log(`/${seed}:7000`);
}
