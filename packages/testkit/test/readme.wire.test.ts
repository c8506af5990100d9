import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { runInThisContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { createWorld, type FaultOptions, startCluster, virtualClock, type WorldOptions } from '../src/index.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

/** What stands below a heading, up to the next one. */
const sectionOf = (heading: string): string => readme.split(`# ${heading}\n`)[1]?.split(/\n#+ /)[0] ?? '';

/** Names in backticks in the first column of the tables below a heading. */
const firstColumn = (heading: string): string[] => {
  const section = sectionOf(heading);
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
};

/** Names of members in such a column: `scale(replicas)` is `scale`. */
const membersIn = (heading: string): string[] => firstColumn(heading).map((member) => member.replace(/\(.*/, ''));

/** The pieces of code below a heading. */
const codeIn = (heading: string): string =>
  [...sectionOf(heading).matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code).join('\n');

/** Every public member of an object and its class. */
const membersOf = (value: object): string[] => [
  ...Object.keys(value),
  ...Object.getOwnPropertyNames(Object.getPrototypeOf(value)).filter((name) => name !== 'constructor'),
];

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the README may name what the compiler does not know
const asFault = (kind: string) => ({ kind }) as FaultOptions;

/** What is said to something that is refused. */
const refused = (act: () => unknown): string => {
  try {
    return JSON.stringify(act());
  } catch (error) {
    return String(error);
  }
};

/** Runs a piece of code that sees the values given under their names. */
function run(code: string, values: Readonly<Record<string, unknown>>): Promise<unknown> {
  const compiled: unknown = runInThisContext(`(async ({ ${Object.keys(values).join(', ')} }) => { ${code}\n })`);
  if (typeof compiled !== 'function') throw new TypeError('the piece of code is no function');
  return Promise.resolve(compiled(values));
}

describe('the README', () => {
  test('shows an example that runs and prints what it says', async () => {
    const example = await readFile(new URL('readme-example.ts', import.meta.url), 'utf8');
    expect(readme).toContain(`\`\`\`js\n${example}\`\`\``);

    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await import('./readme-example.ts');
    expect(log.mock.calls).toEqual([
      [[0, 1, 2].map((ordinal) => expect.objectContaining({ name: `color-ss-${ordinal}.color-svc.default.svc.cluster.local` }))],
      [[expect.stringMatching(/^198\./), expect.stringMatching(/^198\./)]],
      [['SRV NOERROR', 'A NOERROR']],
    ]);
  });

  test('names every option of a cluster', async () => {
    const options = Object.fromEntries(firstColumn('The cluster').map((option) => [option, undefined]));
    const cluster = await startCluster(options);
    await cluster.close();
    const misspelt: object = { nothing: undefined };
    const known = /the world has no option nothing, it has (.*)$/.exec(refused(() => createWorld(misspelt)))?.[1];
    expect(firstColumn('The cluster').toSorted()).toEqual([...(known?.split(', ') ?? []), 'port'].toSorted());
  });

  test('names every kind of fault', () => {
    const known = /must be one of (.*), not 'unknown'/.exec(refused(() => createWorld().fault(asFault('unknown'))))?.[1]?.split(', ');
    expect(firstColumn('Faults').toSorted()).toEqual(known?.toSorted());
  });

  test('names every member of a cluster and its world', async () => {
    await using cluster = await startCluster();
    const { ...members } = cluster;
    const known = new Set([...Object.keys(members), ...membersOf(cluster.world)]);
    expect(new Set(membersIn('Cluster and world'))).toEqual(known);
  });

  test('names no member that is not there', () => {
    const world = createWorld();
    const service = world.clusterIpService('db');
    const set = service.statefulSet('db');
    const [replica] = world.replicas;
    const documented = { Service: service, 'StatefulSet and Deployment': set, Pod: set.pod(0), Replica: replica };
    for (const [heading, value] of Object.entries(documented)) {
      const members = membersIn(heading);
      expect(members.length).toBeGreaterThan(4);
      expect(members.filter((member) => value === undefined || !(member in value))).toEqual([]);
    }
  });

  test('shows pieces of code that run', async () => {
    const clock = virtualClock();
    await using cluster = await startCluster({ clock });

    await run(codeIn('In your own tests'), { assert, cluster, Resolver });
    const [ran] = await Promise.allSettled([run(codeIn('The cluster'), { cluster }), clock.advance(60_000)]);
    expect(ran).toMatchObject({ status: 'fulfilled' });
    expect(cluster.world.answer({ name: 'web.default.svc.cluster.local', type: 'SRV' })).toMatchObject({ rcode: 'NOERROR' });
    await run(codeIn('Faults'), { cluster });

    const timeWithoutImport = codeIn('Virtual time').replace(/^import .*$/m, '');
    const answers: unknown = await run(`${timeWithoutImport}; return world.queries;`, { createWorld, virtualClock });
    expect(answers).toMatchObject([{ atMs: 30_000, type: 'A', rcode: 'NOERROR' }]);
  });

  test('shows replicas that run', async () => {
    const resolver = new Resolver();
    const phases: unknown = await run(
      `${codeIn('Replicas and caches')}; await cluster.close(); return cluster.replicas.map(({ phase }) => phase);`,
      {
        startCluster,
        resolver,
      },
    );
    expect(phases).toEqual(['serving', 'serving']);
    expect(resolver.getServers()).toHaveLength(1);
  });

  test('shows options of real clusters that are accepted', () => {
    const rows = [...sectionOf('Replicas and caches').matchAll(/\| `(ttlSeconds: [^`]+)` \|/g)].map(([, options = '']) => options);
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      const options: unknown = runInThisContext(`({ ${row} })`);
      expect(createWorld(options as WorldOptions).ttlSeconds).toBeGreaterThan(0);
    }
  });
});
