export { planSeeds } from './seeds/plan-seeds.ts';
export type { SeedListPlan, SeedPlan, WaitPlan } from './seeds/plan-seeds.ts';
export type { SeedInput } from './seeds/seed-input.ts';
export type { Seed } from './seeds/seed-list.ts';
export type { DeclaredNode } from './seeds/choose-seeds.ts';
export { seedObservation } from './seeds/seed-observation.ts';
export { mayRewrite, mayStart } from './seeds/use-plan.ts';
export type { StartOptions, StartPlan } from './seeds/use-plan.ts';
export { readBootstrapState } from './gather/read-bootstrap-state.ts';
export type { BootstrapState } from './gather/read-bootstrap-state.ts';
export { whoServes } from './gather/who-serves.ts';
export { renderSeeds } from './seeds/render-seeds.ts';
export type { RenderOptions } from './seeds/render-options.ts';
export type { ParseYaml, YamlDocument } from './seeds/edit-seed-yaml.ts';
export { writeSeedFile } from './seed-file/write-seed-file.ts';
export type { SeedFileWriter } from './seed-file/write-seed-file.ts';
export type { SeedFileOptions } from './seed-file/seed-file-options.ts';
export type { ReloadReport, ReloadVerdict } from './seed-file/seed-reloader.ts';
export type { SeedDifference } from './seed-file/seed-targets.ts';

export { contactPoints } from './client/contact-points.ts';
export type { ContactPointOptions } from './client/contact-points.ts';
export { cassandraClientOptions } from './client/client-options.ts';
export type { CassandraClientInput, CassandraClientOptions } from './client/client-options.ts';
export { createAddressTranslator } from './client/address-translator.ts';
export type { PeerAddressTranslator } from './client/address-translator.ts';
export { ManagedClient } from './client/managed-client.ts';
export type { ManagedClientOptions } from './client/managed-client-options.ts';
export type { ManagedClientEvents, Replaced, ReplacementFailed, Retired } from './client/client-events.ts';
export type { ReplacementTrigger } from './client/decide-replacement.ts';
export type {
  CassandraDriver,
  DriverClient,
  DriverHost,
  DriverHosts,
  DriverPolicies,
  DriverState,
  PromiseForm,
} from './client/cassandra-driver.ts';
