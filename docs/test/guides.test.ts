import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pagePaths, parsePage, readText, ROOT } from './markdown.ts';

const guides = pagePaths(join(ROOT, 'docs', 'guide'));
const codeFiles = readdirSync(join(ROOT, 'docs', 'guide', 'code')).filter((file) => file.endsWith('.ts'));
const labels = guides.flatMap((path) => parsePage(readText(path)).codeBlocks.flatMap(({ label }) => label ?? []));

/** The page with each labelled block as the file says it. */
function withCode(text: string): string {
  return text.replaceAll(/<!-- (code\/[\w-]+\.ts) -->\n```ts\n[\s\S]*?```/g, (_block, label: string) => {
    return `<!-- ${label} -->\n\`\`\`ts\n${readText(`docs/guide/${label}`)}\`\`\``;
  });
}

/** Code in guides is kept in docs/guide/code: compiled and linted with everything else, run by guide-code.wire.test.ts. */
describe('docs/guide', () => {
  // After a change there: `npx vitest run --project unit docs/test/guides -u` pastes it into the guides.
  test.each(guides.map((path) => ({ path })))('$path shows the code that is kept in code/', async ({ path }) => {
    await expect(withCode(readText(path))).toMatchFileSnapshot(join(ROOT, path));
  });

  test.each(guides.map((path) => ({ path })))('$path shows no other TypeScript or JavaScript', ({ path }) => {
    const { codeBlocks } = parsePage(readText(path));
    const others = codeBlocks.filter(({ language, label }) => !['sh', 'text', 'yaml'].includes(language) && label === undefined);
    expect(others).toEqual([]);
  });

  test('each file in code/ is shown once', () => {
    expect(labels.toSorted()).toEqual(codeFiles.map((file) => `code/${file}`).toSorted());
  });
});
