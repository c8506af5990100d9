import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { wrapText } from '../../src/output/text-width.ts';
import { mistakes } from './doctor-mistakes.ts';
import type { Mistake } from './doctor-mistakes.ts';
import { openStage } from './stage.ts';
import { runCommand } from './start-command.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/guide/doctor.md', import.meta.url));
/** A heading, what stands below it, and the first block of text. */
const SECTION = /^## (.+)\n((?:(?!^## )[\s\S])*?)```text\n[\s\S]*?```/gm;
/** The width of a page, and of the labels of the list. */
const [PAGE_WIDTH, LABEL_WIDTH] = [110, 9];

interface Told {
  readonly mistake: Mistake;
  readonly code: number | null;
  readonly list: string;
}

async function tell(mistake: Mistake): Promise<Told> {
  await using stage = await openStage();
  const { args, env = {}, servers = stage.cluster.servers, close } = await mistake.plant(stage);
  try {
    // Where the machine is slow, an answer that is late would be another finding.
    const visit = ['doctor', '--lookup-timeout', '10s', ...args, '--server', servers.join(',')];
    const { code, stdout } = await runCommand(visit, { env });
    return { mistake, code, list: asShown(stdout, servers) };
  } finally {
    await close?.();
  }
}

/** As a terminal shows it: with servers as in a cluster, and without what is another time another one (durations, attempts, the type of a probe). */
function asShown(text: string, servers: readonly string[]): string {
  const named = servers.reduce((all, server, i) => all.replaceAll(server, `10.96.0.${10 + i}`), text);
  const timely = named
    .replaceAll(/, \d+ attempts/g, '')
    .replaceAll(/ in \d+(?:\.\d+)? m?s\b/g, ' in 1 ms')
    .replaceAll(/(?<=ETIMEOUT from \S+ in ).+/g, '500 ms');
  const steady = timely.replaceAll(/\b(?:MX|NS|CNAME|NAPTR|CAA|PTR)(?= \S+: )/g, 'NAPTR');
  const lines = steady.trimEnd().split('\n');
  // What is well is shown once, where all is.
  const isWell = lines.at(-1)?.startsWith('healthy') === true;
  return lines
    .filter((line) => isWell || !line.startsWith('ok '))
    .flatMap(wrapped)
    .join('\n');
}

function wrapped(line: string): readonly string[] {
  const [label, text] = [line.slice(0, LABEL_WIDTH), line.slice(LABEL_WIDTH)];
  if (line.length <= PAGE_WIDTH) return [line.trimEnd()];
  return wrapText(text, PAGE_WIDTH - LABEL_WIDTH).map((part, i) => `${i === 0 ? label : ' '.repeat(LABEL_WIDTH)}${part}`.trimEnd());
}

// Three at a time: most of them wait.
const told: Promise<readonly Told[]> = (async () => {
  const waiting = [...mistakes];
  const all: Told[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) all.push(await tell(next));
  };
  await Promise.all([worker(), worker(), worker()]);
  return all;
})();

describe('peerset doctor, by a planted mistake', () => {
  test.each(mistakes.map(({ heading }) => ({ heading })))('$heading', async ({ heading }) => {
    const { mistake, code, list = '' } = (await told).find((each) => each.mistake.heading === heading) ?? {};
    const found = /^(?:problem|warning|note) +([A-Z_]+): \S/.exec(list)?.[1];
    expect({ code, found, isProblem: list.startsWith('problem') }).toEqual({
      code: mistake?.exitCode,
      found: mistake?.code,
      isProblem: mistake?.exitCode === 1,
    });
    const said = list.slice(list.indexOf(' do: ')).replaceAll(/\s+/g, ' ');
    for (const words of mistake?.remedy ?? []) expect(said).toContain(words);
  });

  // After a change: `npx vitest run --project e2e doctor -u` pastes it into the page.
  test('docs/guide/doctor.md shows what is printed, of each of them', async () => {
    const all = await told;
    const page = readFileSync(PAGE, 'utf8');
    const shown = page.replaceAll(SECTION, (section, heading: string, before: string) => {
      const list = all.find(({ mistake }) => mistake.heading === heading)?.list;
      return list === undefined ? section : `## ${heading}\n${before}\`\`\`text\n${list}\n\`\`\``;
    });
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(mistakes.map(({ heading }) => heading));
    await expect(shown).toMatchFileSnapshot(PAGE);
  });
});
