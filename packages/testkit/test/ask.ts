import type { Reply, ResourceRecord, World, WorldQuestion } from '../src/index.ts';

/** The zone of `createWorld()` without options. */
export const ZONE = 'default.svc.cluster.local';

/** The reply to a question that is not met with silence, in full: over TCP unless told otherwise. */
export function ask(world: World, name: string, type: string, more: Partial<WorldQuestion> = {}): Reply {
  const reply = world.answer({ name, type, transport: 'tcp', ...more });
  if (reply.kind !== 'reply') throw new Error(`${type} ${name} met ${reply.kind}`);
  return reply;
}

/** What a record says, as one word. */
export function valueOf(record: ResourceRecord): string {
  if ('address' in record) return record.address;
  if (record.type === 'SRV') return `${record.target}:${record.port}`;
  if ('target' in record) return record.target;
  return record.type === 'TXT' ? record.text : record.primaryName;
}

/** The answers of a reply, sorted: order carries no meaning but where a test says so. */
export function valuesOf(reply: Reply): string[] {
  return reply.answers.map(valueOf).toSorted();
}
