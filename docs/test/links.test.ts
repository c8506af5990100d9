import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pagePaths, parsePage, readText, ROOT } from './markdown.ts';

const paths = pagePaths();

/** Links that lead to nothing; those to other sites are not followed. */
function brokenLinks(path: string, text: string): readonly string[] {
  const { links, anchors } = parsePage(text);
  return links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [file = '', anchor] = decodeURI(link).split('#');
    if (file === '') return anchor === undefined || !anchors.has(anchor);
    const target = posix.join(posix.dirname(path), file);
    if (file.startsWith('/') || target.startsWith('..') || !existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !(target.endsWith('.md') && parsePage(readText(target)).anchors.has(anchor));
  });
}

describe('links between pages', () => {
  test('there are pages', () => {
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'packages/core/README.md']));
  });

  test.each(paths.map((path) => ({ path })))('$path leads somewhere', ({ path }) => {
    expect(brokenLinks(path, readText(path))).toEqual([]);
  });

  test.each([
    { name: 'a file that is not there', link: 'nowhere.md' },
    { name: 'a heading that is not there', link: 'README.md#nothing-of-the-kind' },
    { name: 'a heading of this page that is not there', link: '#nothing-of-the-kind' },
    { name: 'a path of this machine', link: '/README.md' },
    { name: 'a path out of the repository', link: '../README.md' },
  ])('found out: $name', ({ link }) => {
    expect(brokenLinks('here.md', `[text](${link})`)).toEqual([link]);
  });

  test('led somewhere: other pages, their headings, headings of this page, other sites', () => {
    const text = '# Two words\n[a](README.md) [b](README.md#packages) [c](#two-words) [d](https://example.org/x)';
    expect(brokenLinks('here.md', text)).toEqual([]);
  });
});
