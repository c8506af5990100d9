export { planSeeds } from './seeds/plan-seeds.ts';
export type { SeedListPlan, SeedPlan, WaitPlan } from './seeds/plan-seeds.ts';
export type { SeedInput } from './seeds/seed-input.ts';
export type { Seed } from './seeds/seed-list.ts';
export type { DeclaredNode } from './seeds/choose-seeds.ts';
export { renderSeeds } from './seeds/render-seeds.ts';
export type { RenderOptions } from './seeds/render-seeds.ts';
