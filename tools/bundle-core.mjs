// Joins the JavaScript of packages/core, with the packages it stands on, into one file for each entry and one for what they share.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const core = fileURLToPath(new URL('../packages/core', import.meta.url));
const NOTICES = 'THIRD-PARTY-NOTICES.txt';
// The last `node_modules` of a path, with the package behind it.
const THIRD_PARTY = /^(?<folder>.*[\\/]node_modules[\\/](?<name>(?:@[^\\/]+[\\/])?[^\\/]+))[\\/](?<file>.*)$/;

/** Writes JavaScript, source maps and the licence texts of what was bundled. JavaScript that lies there from before goes away. */
export async function bundleCore(outDir = join(core, 'dist')) {
  const bundle = await rolldown({
    cwd: core,
    input: { index: 'src/index.ts', errors: 'src/errors.ts', kit: 'src/kit.ts' },
    platform: 'node',
    external: /^node:/,
    // A package that is not found would be left as an import, and missed only by those who install core.
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    sourcemap: true,
    // Names as they are in the sources: stack traces are read by people. Docs are in the type declarations.
    minifyInternalExports: false,
    comments: { jsdoc: false, legal: true, annotation: true },
  });
  await bundle.close();
  const chunks = output.filter(({ type }) => type === 'chunk');
  mkdirSync(outDir, { recursive: true });
  for (const file of readdirSync(outDir, { recursive: true })) if (/\.js(?:\.map)?$/.test(file)) rmSync(join(outDir, file));
  for (const { fileName, code, map } of chunks) {
    writeFileSync(join(outDir, fileName), code);
    // An entry that only passes on what another file holds has none.
    if (map !== null) writeFileSync(join(outDir, `${fileName}.map`), JSON.stringify(sourceMap(map, outDir)));
  }
  writeFileSync(join(outDir, NOTICES), notices(chunks.flatMap(({ moduleIds }) => moduleIds)));
}

/** Sources of core are in the package and are pointed at; those of others travel in the map. */
function sourceMap({ version, names, mappings, sources, sourcesContent }, outDir) {
  const places = sources.map((source) => {
    // Told as if they were written to the default folder.
    const path = resolve(core, 'dist', source);
    const { name, file } = THIRD_PARTY.exec(path)?.groups ?? {};
    return name === undefined ? { source: relative(outDir, path) } : { source: `${name}/${file}`, isForeign: true };
  });
  return {
    version,
    names,
    mappings,
    sources: places.map(({ source }) => source.replaceAll('\\', '/')),
    sourcesContent: places.map(({ isForeign }, index) => (isForeign ? sourcesContent[index] : null)),
  };
}

/** Name, version and licence text of each package that is part of the bundle. */
function notices(moduleIds) {
  const folders = new Set(moduleIds.flatMap((id) => THIRD_PARTY.exec(id)?.groups.folder ?? []));
  const texts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e(?:\.\w+)?$/i.test(each));
    if (file === undefined) throw new Error(`${name} ${version} comes without a licence text`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `The JavaScript of this package contains these packages:\n\n${texts.toSorted().join(`\n${'-'.repeat(79)}\n\n`)}`;
}
