import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
/** What is not ours, or is built. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage', '.git', 'docs/api']);

export interface Page {
  /** Where its links lead, as they are written. */
  readonly links: readonly string[];
  /** What `#...` can lead to: its headings, as GitHub names them. */
  readonly anchors: ReadonlySet<string>;
  readonly codeBlocks: readonly CodeBlock[];
}

interface CodeBlock {
  readonly language: string;
  readonly code: string;
  /** The HTML comment right above it: `code/watch.ts`. */
  readonly label: string | undefined;
}

/** Every page of the repository, relative to its root, with `/`. */
export function pagePaths(folder: string = ROOT): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = relative(ROOT, join(folder, entry.name)).split(sep).join('/');
    if (entry.isDirectory()) return SKIPPED.has(entry.name) || SKIPPED.has(path) ? [] : pagePaths(join(folder, entry.name));
    return path.endsWith('.md') ? [path] : [];
  });
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function parsePage(text: string): Page {
  const tokens = new MarkdownIt({ html: true }).parse(text, {});
  const slugger = new GithubSlugger();
  const links: string[] = [];
  const anchors = new Set<string>();
  const codeBlocks: CodeBlock[] = [];
  for (const [i, { type, content, info, children }] of tokens.entries()) {
    const before = tokens[i - 1];
    if (type === 'fence') {
      const label = before?.type === 'html_block' ? /^<!-- (\S+) -->$/.exec(before.content.trim())?.[1] : undefined;
      codeBlocks.push({ language: info.trim(), code: content, label });
    }
    if (type !== 'inline') continue;
    if (before?.type === 'heading_open') anchors.add(slugger.slug((children ?? []).map((child) => child.content).join('')));
    for (const child of children ?? []) {
      const target = child.type === 'link_open' ? child.attrGet('href') : child.type === 'image' ? child.attrGet('src') : null;
      if (target !== null) links.push(target);
    }
  }
  return { links, anchors, codeBlocks };
}
