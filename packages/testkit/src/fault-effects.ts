import type { Answer } from './answer.ts';
import type { FaultOptions, ForeignAddressFaultOptions, PartialFaultOptions, TruncateFaultOptions } from './fault-options.ts';
import type { FaultQuestion } from './faults.ts';
import { familyOf } from './ip-address.ts';
import type { PointerRecord, Rcode, ResourceRecord, SoaRecord } from './records.ts';
import type { PacketKind } from './reply.ts';

/** What becomes of a question, before size limits. */
export type Outcome =
  | {
      readonly kind: 'reply';
      readonly answer: Answer;
      readonly isTruncated: boolean;
      readonly packets: readonly PacketKind[];
    }
  | { readonly kind: 'silence' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'reset' };

/** The outcome of a question that gets lost. */
export const SILENCE: Outcome = Object.freeze({ kind: 'silence' });

const ONE_PACKET: readonly PacketKind[] = Object.freeze(['right'] as const);
const GARBAGE: Outcome = Object.freeze({ kind: 'garbage' });
const RESET: Outcome = Object.freeze({ kind: 'reset' });

/** Outside every range that pods get addresses from: TEST-NET-3 (RFC 5737) and the younger documentation prefix (RFC 9637). */
const FOREIGN_ADDRESSES: readonly string[] = ['203.0.113.7', '3fff::7'];

const ERROR_RCODES = { servfail: 'SERVFAIL', refused: 'REFUSED', notimp: 'NOTIMP', formerr: 'FORMERR' } as const;

/** The outcome of a question that no fault hits. */
export function honestOutcome(answer: Answer): Outcome {
  return packets(answer, ONE_PACKET);
}

function packets(answer: Answer, kinds: readonly PacketKind[]): Outcome {
  return { kind: 'reply', answer, isTruncated: false, packets: kinds };
}

interface TrueAnswer {
  /** Asked for only by faults that keep something of it. */
  readonly honest: () => Answer;
  readonly authority: SoaRecord;
}

/** What a fault makes of a question. */
export function faultyOutcome(fault: FaultOptions, question: FaultQuestion, truth: TrueAnswer): Outcome {
  switch (fault.kind) {
    case 'silence':
      return SILENCE;
    case 'garbage':
      return GARBAGE;
    case 'truncate':
      return truncated(truth.honest(), fault, question);
    case 'wrong-id':
    case 'wrong-question':
      return packets(truth.honest(), fault.thenRight === true ? [fault.kind, 'right'] : [fault.kind]);
    case 'reply-twice':
      return packets(truth.honest(), ['right', 'right']);
    default:
      return honestOutcome(faultyAnswer(fault, question, truth));
  }
}

/** What a fault makes of the true answer. Faults that act on the way back leave it as it is. */
export function faultyAnswer(fault: FaultOptions, question: FaultQuestion, { honest, authority }: TrueAnswer): Answer {
  const { ttlSeconds, primaryName } = { ttlSeconds: authority.minimumSeconds, primaryName: authority.primaryName };
  const cname = (name: string, target: string): PointerRecord => ({ type: 'CNAME', name, ttlSeconds, target });
  switch (fault.kind) {
    case 'nxdomain':
      return withoutAnswer('NXDOMAIN', [authority]);
    case 'nodata':
      return withoutAnswer('NOERROR', [authority]);
    case 'servfail':
    case 'refused':
    case 'notimp':
    case 'formerr':
      return withoutAnswer(ERROR_RCODES[fault.kind]);
    case 'empty':
      return withAnswers([cname(question.name, `nowhere.${primaryName}`)]);
    case 'cname-loop':
      return withAnswers([cname(question.name, `loop.${question.name}`), cname(`loop.${question.name}`, question.name)]);
    case 'duplicate':
      return duplicated(honest());
    case 'partial':
      return partial(honest(), fault);
    case 'foreign-address':
      return foreign(honest(), fault, { question, ttlSeconds });
    default:
      return honest();
  }
}

function withoutAnswer(rcode: Rcode, authority: readonly ResourceRecord[] = []): Answer {
  return { rcode, answers: [], authority, additional: [] };
}

function duplicated(honest: Answer): Answer {
  return { ...honest, answers: honest.answers.flatMap((record) => [record, record]) };
}

function withAnswers(answers: readonly ResourceRecord[]): Answer {
  return { rcode: 'NOERROR', answers, authority: [], additional: [] };
}

function truncated(honest: Answer, { tcp = 'full', keep }: TruncateFaultOptions, { transport }: FaultQuestion): Outcome {
  if (transport === 'tcp' && tcp === 'refused') return RESET;
  if (transport === 'tcp' && tcp === 'silent') return SILENCE;
  const answers = honest.answers.slice(0, keep ?? Math.floor(honest.answers.length / 2));
  return { kind: 'reply', answer: { ...honest, answers, additional: [] }, isTruncated: true, packets: ONE_PACKET };
}

function partial(honest: Answer, { keep, without }: PartialFaultOptions): Answer {
  const answers =
    without === undefined
      ? honest.answers.slice(0, keep ?? Math.ceil(honest.answers.length / 2))
      : honest.answers.filter((record) => !identities(record).some((identity) => without.includes(identity)));
  const targets = new Set(answers.map((record) => ('target' in record ? record.target : record.name)));
  return { ...honest, answers, additional: honest.additional.filter((record) => targets.has(record.name)) };
}

/** The words by which `without` can mean a record. */
function identities(record: ResourceRecord): string[] {
  if ('address' in record) return [record.address];
  if (!('target' in record)) return [];
  const [firstLabel = ''] = record.target.split('.');
  return [record.target, firstLabel];
}

function foreign(
  honest: Answer,
  { addresses = FOREIGN_ADDRESSES, mode = 'replace', owner }: ForeignAddressFaultOptions,
  { question, ttlSeconds }: { question: FaultQuestion; ttlSeconds: number },
): Answer {
  const { type } = question;
  if (type !== 'A' && type !== 'AAAA') return honest;
  const ofFamily = addresses.filter((address) => (familyOf(address) === 'ipv4') === (type === 'A'));
  if (ofFamily.length === 0) return honest;
  const strangers = ofFamily.map((address): ResourceRecord => ({ type, name: owner ?? question.name, ttlSeconds, address }));
  return withAnswers(mode === 'add' ? [...honest.answers, ...strangers] : strangers);
}
