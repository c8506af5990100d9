export { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';
export { createWorld, type World } from './world.ts';
export type { WorldOptions } from './world-options.ts';
export type { DnsReplica, ReplicaRestartOptions } from './replica.ts';
export type { ReplicaOptions } from './replica-options.ts';
export type { Balance } from './replica-choice.ts';

export { type Cancel, systemWorldClock, type WorldClock } from './clock.ts';
export { type VirtualClock, virtualClock } from './virtual-clock.ts';

export type { ClusterIpService, ClusterIpServiceOptions, HeadlessService, HeadlessServiceOptions, Service } from './service.ts';
export type { PortOptions } from './service-port.ts';
export type { StatefulSet, StatefulSetOptions, StatefulSetPod } from './stateful-set.ts';
export type { Deployment, DeploymentOptions } from './deployment.ts';
export type { Workload, WorkloadOptions } from './workload.ts';
export type { Pod, PodPhase, RestartOptions } from './pod.ts';
export type { RollingRestartOptions } from './rolling-restart.ts';
export type { AddressRange } from './address-pool.ts';
export type { AddressFamily } from './ip-address.ts';

export type { Garbage, PacketKind, Reply, Reset, Silence, WorldQuestion, WorldReply } from './reply.ts';
export type {
  AddressRecord,
  PointerRecord,
  Rcode,
  ResourceRecord,
  Sections,
  SoaRecord,
  SrvRecord,
  Transport,
  TxtRecord,
} from './records.ts';
export type { LoggedQuery } from './query-log.ts';

export type {
  DelayFaultOptions,
  FaultKind,
  FaultOptions,
  FaultScope,
  ForeignAddressFaultOptions,
  PartialFaultOptions,
  PlainFaultKind,
  PlainFaultOptions,
  StrayReplyFaultOptions,
  TruncateFaultOptions,
} from './fault-options.ts';
export type { Fault } from './faults.ts';

export { TestkitError, type TestkitErrorCode } from './errors.ts';
