import type { ColorRacks } from './color-racks.ts';
import { podName, RACKS } from './color-racks.ts';
import type { Rack } from './color-racks.ts';
import type { Wanted } from './step.ts';

/** The kinds of plans that the init steps of a pod came to, in order; the same one in a row once. */
export function modes(racks: ColorRacks, rack: Rack): readonly string[] {
  const all = racks.saidBy(rack).flatMap((line) => /^\S+\/seeds: (found|join|wait|restart|replace-suspected): /.exec(line)?.[1] ?? []);
  return all.filter((mode, index) => mode !== all[index - 1]);
}

/** How often the sidecar of a pod has seen that its node has the seeds of the file. */
export function reloads(racks: ColorRacks, rack: Rack): number {
  return racks.saidBy(rack).filter((line) => line.endsWith('reload: current')).length;
}

export function oneRing({ rings }: ColorRacks): Wanted {
  const wanted = RACKS.map(podName).join();
  return ['three nodes are in one ring', () => rings.serving.length === 1 && rings.serving[0]?.join() === wanted];
}

export function sameSeeds(racks: ColorRacks): Wanted {
  const isSame = async (): Promise<boolean> => {
    const lists = await Promise.all(RACKS.map((rack) => racks.seeds(rack)));
    return new Set(lists).size === 1 && RACKS.every((rack) => lists[0]?.includes(podName(rack)));
  };
  return ['all files name all three', isSame];
}

export function onlyFirstFounded(racks: ColorRacks): Wanted {
  const founders = (): string => RACKS.filter((rack) => modes(racks, rack).includes('found')).join();
  return [`${podName('a')} alone founds`, () => founders() === 'a' && racks.rings.count === 1];
}
