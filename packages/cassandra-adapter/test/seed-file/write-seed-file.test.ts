import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { staticSource, watchPeers } from '@peerset/core';
import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import type { SeedInput, SeedListPlan } from '../../src/index.ts';
import { planSeeds, writeSeedFile } from '../../src/index.ts';
import { input, node, nodes, peer } from '../cass-nodes.ts';
import { gather, keepSeeds, openSeedFile } from '../readme-seed-file-example.ts';
import { seedFolder } from './seed-folder.ts';

const all = nodes(3).map((declared) => peer(declared));
const settled = input({ isBootstrapped: true, present: all });
const csv = nodes(3)
  .map(({ host }) => host)
  .join(',');

describe('writeSeedFile', () => {
  test('writes the seeds of a plan, and only when that changes a byte', async () => {
    await using folder = await seedFolder();
    const file = writeSeedFile({ path: folder.file(), as: 'csv' });
    expect(await file.write(listPlan(settled), settled)).toBe('written');
    expect(await folder.text()).toBe(csv);
    const { ino, mode } = await stat(folder.file());
    expect(mode & 0o777).toBe(0o644);
    expect(await file.write(listPlan(settled), settled)).toBe('unchanged');
    // Another file in its place would have another number.
    expect((await stat(folder.file())).ino).toBe(ino);
    expect(await folder.names()).toEqual(['seeds']);
    await file.close();
  });

  test('edits a cassandra.yaml that is there, and keeps its mode and whoever links to it', async () => {
    await using folder = await seedFolder();
    const yaml = '# mine\nseed_provider:\n  - class_name: a.B\n    parameters:\n      - seeds: "x" # old\nkeystore_password: é\n';
    await writeFile(folder.file('cassandra.yaml'), yaml);
    await chmod(folder.file('cassandra.yaml'), 0o640);
    await symlink('cassandra.yaml', folder.file('link.yaml'));
    const file = writeSeedFile({ path: folder.file('link.yaml'), as: 'yaml', parseDocument, storagePort: 7_001, version: '5.0' });
    await file.write(listPlan(settled), settled);
    const ports = csv.replaceAll(',', ':7001,').concat(':7001');
    expect(await folder.text('cassandra.yaml')).toBe(yaml.replace('"x"', `"${ports}"`));
    expect((await stat(folder.file('cassandra.yaml'))).mode & 0o777).toBe(0o640);
    expect(await folder.names()).toEqual(['cassandra.yaml', 'link.yaml']);
  });

  test('keeps the seeds of a sidecar, as in the README', async () => {
    await using folder = await seedFolder();
    await writeFile(folder.file('cassandra.yaml'), 'seed_provider: [{parameters: [{seeds: x}]}]');
    const file = openSeedFile(folder.file('cassandra.yaml'));
    expect(await keepSeeds(file, settled)).toBe('written');
    expect(await folder.text('cassandra.yaml')).toBe(`seed_provider: [{parameters: [{seeds: "${csv}"}]}]`);
    expect(await keepSeeds(file, input({ self: 'cass-1', present: [] }))).toMatch(/only cass-0 may found/);
    await file.close();
  });

  test('is given what a sidecar gathers, as in the README', async () => {
    await using folder = await seedFolder();
    const source = staticSource(all.map(({ name }) => ({ name, addresses: ['127.0.93.1'] })));
    await using watcher = watchPeers({ service: 'cass.db.svc.cluster.local', source });
    const cluster = { declared: settled.declared, self: 'cass-0', clusterState: 'existing' } as const;
    await watcher.ready({ peers: 3 });
    expect(await gather(watcher, cluster, folder.file('data'))).toEqual({
      ...cluster,
      isBootstrapped: false,
      joined: [],
      present: watcher.snapshot,
      unconfirmed: [],
      lookupsComplete: true,
    });
  });

  test('has one write follow another, and the last one stay', async () => {
    await using folder = await seedFolder();
    const file = writeSeedFile({ path: folder.file(), as: 'list' });
    const inputs = [1, 2, 3, 2, 1].map((perDatacenter) => ({ ...settled, perDatacenter }));
    const results = await Promise.all(inputs.map(async (each) => await file.write(listPlan(each), each)));
    expect(results).toEqual(['written', 'written', 'written', 'written', 'written']);
    expect(await folder.text()).toBe(node(0).host);
  });

  test.each([
    { name: 'a node that nobody declared', seed: { name: 'cass-9', host: node(9).host, isExternal: false } },
    { name: 'a declared name at another host', seed: { name: 'cass-1', host: 'cass-1.other.svc', isExternal: false } },
    {
      name: 'a declared node at an address that DNS does not show',
      seed: { name: 'cass-1', host: node(1).host, address: '10.9.9.9', isExternal: false },
    },
    { name: 'an external seed that was not given', seed: { name: undefined, host: 'seed.elsewhere', isExternal: true } },
    { name: 'an external seed at another address', seed: { name: undefined, host: '10.9.0.1', address: '10.9.9.9', isExternal: true } },
  ])('refuses $name, since a reload could merge two clusters', async ({ seed }) => {
    await using folder = await seedFolder();
    const file = writeSeedFile({ path: folder.file(), as: 'csv' });
    const plan = listPlan(settled);
    const given = { ...settled, externalSeeds: ['10.9.0.1'] };
    const writing = file.write({ ...plan, seeds: [...plan.seeds, seed] }, given);
    await expect(writing).rejects.toThrow(/^plan\.seeds\.3: .* must belong to a declared node, or be an external seed$/);
    await expect(writing).rejects.toBeInstanceOf(InvalidOptionsError);
    expect(await folder.names()).toEqual([]);
  });

  test('takes external seeds, addresses that DNS shows, and the own address', async () => {
    await using folder = await seedFolder();
    const file = writeSeedFile({ path: folder.file(), as: 'csv' });
    const given = { ...settled, externalSeeds: ['Seed.Elsewhere.', '10.9.0.1'], addressing: 'ip', selfAddress: '10.0.0.9' } as const;
    await file.write(listPlan(given), given);
    expect(await folder.text()).toBe('10.0.0.9,10.0.0.1,10.0.0.2,seed.elsewhere,10.9.0.1');
  });

  test.each([
    { name: 'a cassandra.yaml that is not there', bytes: undefined, message: /path: .* must be a cassandra\.yaml that is there/ },
    { name: 'one that is no UTF-8', bytes: Buffer.from([0x61, 0xff]), message: /must be UTF-8/ },
    { name: 'one without seeds', bytes: Buffer.from('keystore_password: hunter2'), message: /^(?!.*hunter2).*must have seed_provider/ },
  ])('does not edit $name', async ({ bytes, message }) => {
    await using folder = await seedFolder();
    if (bytes) await writeFile(folder.file('c.yaml'), bytes);
    const file = writeSeedFile({ path: folder.file('c.yaml'), as: 'yaml', parseDocument });
    await expect(file.write(listPlan(settled), settled)).rejects.toThrow(message);
    expect(await folder.names()).toEqual(bytes ? ['c.yaml'] : []);
  });

  test('passes on what the file system says, leaves nothing behind, and can go on', async () => {
    await using folder = await seedFolder();
    const file = writeSeedFile({ path: folder.file('later/seeds'), as: 'csv' });
    await expect(file.write(listPlan(settled), settled)).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(folder.file('later/seeds'), { recursive: true });
    await expect(file.write(listPlan(settled), settled)).rejects.toMatchObject({ code: 'EINVAL' });
    expect(await folder.names()).toEqual(['later']);
  });

  test('refuses input that contradicts itself, and plans that wait', async () => {
    await using folder = await seedFolder();
    const file = writeSeedFile({ path: folder.file(), as: 'csv' });
    await expect(file.write(listPlan(settled), { ...settled, self: 'cass-9' })).rejects.toBeInstanceOf(InvalidOptionsError);
    const waiting = planSeeds(input({ self: 'cass-1', present: [] }));
    await expect(file.write(waiting as unknown as SeedListPlan, settled)).rejects.toMatchObject({ code: 'UNUSABLE_SNAPSHOT' });
    expect(await folder.names()).toEqual([]);
  });

  test('writes nothing after close, which waits for what was asked before', async () => {
    await using folder = await seedFolder();
    const file = writeSeedFile({ path: folder.file(), as: 'csv' });
    const writing = file.write(listPlan(settled), settled);
    await file.close();
    expect(await folder.text()).toBe(csv);
    expect(await writing).toBe('written');
    await file.close();
    await expect(file.write(listPlan(settled), settled)).rejects.toBeInstanceOf(DiscoveryError);
    await expect(file.write(listPlan(settled), settled)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test.each([
    { name: 'no path', options: { path: '' }, paths: ['path'] },
    { name: 'an unknown form', options: { as: 'xml' }, paths: ['as'] },
    { name: 'a text to edit beside the file', options: { edit: {} }, paths: ['edit'] },
    { name: 'parseDocument for a list', options: { parseDocument }, paths: ['parseDocument'] },
    { name: 'what is no function', options: { reload: 'nodetool', getSeeds: 1, onReload: {} }, paths: ['reload', 'getSeeds', 'onReload'] },
    { name: 'durations out of bounds', options: { debounceMs: -1, timeoutMs: 0 }, paths: ['debounceMs', 'timeoutMs'] },
    { name: 'durations that are none', options: { debounceMs: '30s', timeoutMs: Number.NaN }, paths: ['debounceMs', 'timeoutMs'] },
    { name: 'a clock that is none', options: { clock: {} }, paths: ['clock'] },
    { name: 'a misspelt option', options: { debouncems: 1 }, paths: ['debouncems'] },
  ])('refuses $name', ({ options, paths }) => {
    const make = (): unknown => writeSeedFile({ path: 'seeds', as: 'csv', ...(options as object) });
    expect(make).toThrow(InvalidOptionsError);
    expect(make).toThrow(expect.objectContaining({ issues: paths.map((path) => expect.objectContaining({ path })) }));
  });
});

function listPlan(given: SeedInput): SeedListPlan {
  const plan = planSeeds(given);
  if (plan.mode === 'wait') throw new Error(plan.reason);
  return plan;
}
