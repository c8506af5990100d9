export { discoverPeers } from './discover-peers.ts';
export type { DiscoverOptions } from './discover-peers.ts';
export { diagnose } from './diagnose.ts';
export type { Diagnosis, Finding, FindingCode, FindingSeverity } from './diagnosis/finding.ts';
export { watchPeers } from './watch-peers.ts';
export type { PeerWatcher, WatchEvents } from './peer-watcher.ts';
export { derive } from './derive.ts';
export type { DeriveOptions, Derived, DerivedEvents } from './derive.ts';
export { follow } from './follow.ts';
export type { ChangeHandler, Follower } from './follow.ts';
export type { FollowOptions } from './follow-options.ts';
export type { DnsSourceOptions, ServiceOptions, WatchOptions } from './options.ts';
export { declaredPeers } from './parse-options.ts';
export type { ReadyCriteria, ReadyOptions, ResolvedCriteria } from './ready-criteria.ts';

export { expandName } from './service/expand-name.ts';
export { readPodEnvironment } from './service/pod-environment.ts';
export type { PodEnvironment, PodEnvironmentOverrides, PodFact, PodFactSource } from './service/pod-environment.ts';
export type { ServiceIdentity } from './service/service-identity.ts';

export type { Peer, PeerIdentity } from './membership/peer.ts';
export type { Snapshot } from './membership/snapshot.ts';
export type { Change, JoinedPeer, Move } from './membership/diff.ts';
export type { Phase, Status } from './membership/status.ts';
export type { Problem, ProblemCode } from './membership/problem.ts';
export type { LookupReport, RoundReport } from './round-report.ts';
export type { TelemetryMessages } from './telemetry.ts';

export { DiscoveryError, InvalidOptionsError, PeersNotReadyError } from './errors.ts';
export type { DiscoveryErrorCode, OptionIssue } from './errors.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';

export { dnsSource } from './lookup/dns-source.ts';
export { staticSource } from './lookup/static-source.ts';
export type { StaticPeer } from './lookup/static-source.ts';
export type { LookRequest, Observation, PeerSource } from './source.ts';
export type { Lookup, Outcome, Question, RecordType, SrvTarget } from './lookup/outcome.ts';
export type { LookupMemory } from './lookup/lookup-memory.ts';
export type { Membership } from './membership/membership.ts';
export type { Policy } from './membership/policy.ts';
