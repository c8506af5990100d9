import type { ReplicaSetMember } from '../../../src/replica-set/replica-set-document.ts';
import type { History } from './history.ts';
import { SET, hostOf } from './observe.ts';
import { SetId, isVoting } from './server.ts';

/** A set that was there before: made by others, with ids, names, votes and members of their own. */
export function foundBefore({ dice, world, pods }: History): void {
  const service = dice.chance(0.4) ? 'old-svc' : 'color-svc';
  const firstId = dice.chance(0.4) ? 1 + dice.roll(60) : 0;
  const others = strangers(dice.roll(4));
  let votes = 7 - others.filter(isVoting).length;
  const own = Array.from({ length: Math.min(pods, 1 + dice.roll(12)) }, (_, ordinal): ReplicaSetMember => {
    const member = { _id: firstId + ordinal, host: hostOf(ordinal, service) };
    if (votes === 0 || (ordinal > 0 && dice.chance(0.35))) return { ...member, votes: 0, priority: 0 };
    votes -= 1;
    return member;
  });
  const members = [...own, ...others];
  const id = new SetId(0);
  const settings = { replicaSetId: id, heartbeatIntervalMillis: 2_000 };
  const config = { _id: SET, version: 1 + dice.roll(50), term: 1, protocolVersion: 1, members, settings };
  for (const { host } of members) {
    const name = `of ${host}`;
    const server = world.at(host) ?? world.add(name, undefined, [host]);
    Object.assign(server.volume, { hasData: true, term: 1 });
    world.install(server, config);
  }
}

/** Members of something else: another namespace's StatefulSet of the same name, an arbiter, a machine without Kubernetes. */
function strangers(choice: number): readonly ReplicaSetMember[] {
  if (choice === 0) return [{ _id: 254, host: 'color-ss-0.color-svc.other.svc.cluster.local:27017', tags: { dc: 'far' } }];
  if (choice === 1) return [{ _id: 150, host: 'arbiter-0.arbiter-svc.db.svc.cluster.local:27017', arbiterOnly: true }];
  if (choice === 2) return [{ _id: 77, host: 'backup.example.com:27017', hidden: true, priority: 0, votes: 0, secondaryDelaySecs: 3_600 }];
  return [];
}
