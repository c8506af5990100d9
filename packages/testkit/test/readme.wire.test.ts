import { readFile } from 'node:fs/promises';
import { runInThisContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { createWorld, type FaultOptions, startCluster, virtualClock } from '../src/index.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

/** Names in backticks in the first column of the table below a heading. */
const firstColumn = (heading: string): string[] => {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the README may name what the compiler does not know
const asFault = (kind: string) => ({ kind }) as FaultOptions;

/** What is said of a kind of fault that there is not. */
const refused = (): string => {
  try {
    return createWorld().fault(asFault('unknown')).kind;
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
    const known = ['namespace', 'clusterDomain', 'ttlSeconds', 'addresses', 'clock', 'seed', 'queryLogLimit'];
    expect(() => createWorld(misspelt)).toThrow(`the world has no option nothing, it has ${known.join(', ')}`);
    expect(firstColumn('The cluster').toSorted()).toEqual([...known, 'port'].toSorted());
  });

  test('names every kind of fault', () => {
    const known = /must be one of (.*), not 'unknown'/.exec(refused())?.[1]?.split(', ');
    expect(firstColumn('Faults').toSorted()).toEqual(known?.toSorted());
  });

  test('shows pieces of code that run', async () => {
    const [, ofCluster = '', ofFaults = '', ofTime = ''] = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code);
    const clock = virtualClock();
    await using cluster = await startCluster({ clock });

    const [ran] = await Promise.allSettled([run(ofCluster, { cluster }), clock.advance(60_000)]);
    expect(ran).toMatchObject({ status: 'fulfilled' });
    expect(cluster.world.answer({ name: 'web.default.svc.cluster.local', type: 'SRV' })).toMatchObject({ rcode: 'NOERROR' });

    await run(ofFaults, { cluster });

    const timeWithoutImport = ofTime.replace(/^import .*$/m, '');
    const answers: unknown = await run(`${timeWithoutImport}; return world.queries;`, { createWorld, virtualClock });
    expect(answers).toMatchObject([{ atMs: 30_000, type: 'A', rcode: 'NOERROR' }]);
  });
});
