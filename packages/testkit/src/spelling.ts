import { zoneNameOf } from './answer.ts';
import type { ResourceRecord, Sections } from './records.ts';

/** A question with its capitals. */
interface SpelledQuestion {
  /** As it was written, without a final dot. */
  readonly asked: string;
  /** The same in lower case. */
  readonly name: string;
}

/**
 * Repeats the question's capitals where CoreDNS does: in the owner of the answers, and in every name that ends with the zone asked, in
 * that part. All else is lower-case.
 */
export function spelledAsAsked<Reply extends Sections>(
  reply: Reply,
  { asked, name: canonical }: SpelledQuestion,
  clusterDomain: string,
): Reply {
  if (asked === canonical) return reply;
  // Only a fault answers for a foreign name: as if the name were a zone of its own.
  const zoneName = zoneNameOf(canonical, clusterDomain) ?? canonical;
  const zoneAsAsked = asked.slice(-zoneName.length);
  const inZone = (name: string): string => (name.endsWith(zoneName) ? name.slice(0, -zoneName.length) + zoneAsAsked : name);
  const asOwner = (name: string): string => (name === canonical ? asked : inZone(name));
  return {
    ...reply,
    answers: reply.answers.map((record) => spelled(record, asOwner, inZone)),
    authority: reply.authority.map((record) => spelled(record, inZone, inZone)),
    additional: reply.additional.map((record) => spelled(record, inZone, inZone)),
  };
}

type Spelling = (name: string) => string;

function spelled(record: ResourceRecord, ofOwner: Spelling, ofData: Spelling): ResourceRecord {
  const name = ofOwner(record.name);
  if (record.type === 'SOA') return { ...record, name, primaryName: ofData(record.primaryName), mailbox: ofData(record.mailbox) };
  return 'target' in record ? { ...record, name, target: ofData(record.target) } : { ...record, name };
}
