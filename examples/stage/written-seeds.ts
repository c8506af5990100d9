import { readFile } from 'node:fs/promises';
import { Resolver } from 'node:dns/promises';
import { parse } from 'yaml';

/** The seeds that stand in a cassandra.yaml. */
export async function writtenSeeds(path: string): Promise<string> {
  return String(parse(await readFile(path, 'utf8')).seed_provider[0].parameters[0].seeds);
}

/** What a node makes of them when it starts, and at `reloadseeds`: the first address of each that has one. */
export async function resolvedSeeds(path: string, servers: readonly string[]): Promise<readonly string[]> {
  const resolver = new Resolver();
  resolver.setServers(servers);
  const lists = (await writtenSeeds(path)).split(',').map(async (seed) => {
    if (/^[\d.]+$/.test(seed)) return [seed];
    return (await resolver.resolve4(seed).catch((): string[] => [])).slice(0, 1);
  });
  return (await Promise.all(lists)).flat();
}
