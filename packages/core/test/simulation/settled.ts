import { expect } from 'vitest';
import { simulate } from './simulate.ts';
import type { Simulation, SimulationOptions } from './simulate.ts';

export const ALL: readonly string[] = ['color-ss-0', 'color-ss-1', 'color-ss-2'];

/** Runs with everyone found and settled, and nothing told or asked, before anything happens: after `forMs`. */
export async function settled(
  options: SimulationOptions & { readonly forMs?: number },
  body: (simulation: Simulation) => Promise<void>,
): Promise<void> {
  const { forMs = 30_000, ...watched } = options;
  const simulation = simulate(watched);
  try {
    await simulation.clock.advance(forMs);
    expect(simulation.names()).toEqual(ALL);
    expect(simulation.watcher.status.phase).toBe('settled');
    simulation.changes.length = 0;
    simulation.statuses.length = 0;
    simulation.rounds.length = 0;
    simulation.world.clearQueries();
    await body(simulation);
  } finally {
    await simulation.close();
  }
}
