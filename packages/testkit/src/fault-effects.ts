import type { Answer } from './answer.ts';
import type { FaultOptions, ForeignAddressFaultOptions, PartialFaultOptions, TruncateFaultOptions } from './fault-options.ts';
import type { FaultQuestion } from './faults.ts';
import { familyOf } from './ip-address.ts';
import type { PointerRecord, Rcode, ResourceRecord, SoaRecord } from './records.ts';

/** What becomes of a question, before size limits. */
export type Outcome =
  | {
      readonly kind: 'reply';
      readonly answer: Answer;
      readonly isTruncated: boolean;
      /** The packets that go out, in this order: with the id of the question or with another. */
      readonly packets: readonly ('right-id' | 'wrong-id')[];
    }
  | { readonly kind: 'silence' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'reset' };

const RIGHT_ID = Object.freeze(['right-id'] as const);
const SILENCE: Outcome = Object.freeze({ kind: 'silence' });
const GARBAGE: Outcome = Object.freeze({ kind: 'garbage' });
const RESET: Outcome = Object.freeze({ kind: 'reset' });

/** Outside every range that pods get addresses from: TEST-NET-3 (RFC 5737) and the younger documentation prefix (RFC 9637). */
const FOREIGN_ADDRESSES: readonly string[] = ['203.0.113.7', '3fff::7'];

const ERROR_RCODES = { servfail: 'SERVFAIL', refused: 'REFUSED', notimp: 'NOTIMP', formerr: 'FORMERR' } as const;

/** The outcome of a question that no fault hits. */
export function honestOutcome(answer: Answer): Outcome {
  return { kind: 'reply', answer, isTruncated: false, packets: RIGHT_ID };
}

/** What a fault makes of the true answer. */
export function faultyOutcome(
  fault: FaultOptions,
  question: FaultQuestion,
  { honest, authority }: { honest: Answer; authority: SoaRecord },
): Outcome {
  const { ttlSeconds, primaryName } = { ttlSeconds: authority.minimumSeconds, primaryName: authority.primaryName };
  const cname = (name: string, target: string): PointerRecord => ({ type: 'CNAME', name, ttlSeconds, target });
  switch (fault.kind) {
    case 'nxdomain':
      return honestOutcome(withoutAnswer('NXDOMAIN', [authority]));
    case 'nodata':
      return honestOutcome(withoutAnswer('NOERROR', [authority]));
    case 'servfail':
    case 'refused':
    case 'notimp':
    case 'formerr':
      return honestOutcome(withoutAnswer(ERROR_RCODES[fault.kind]));
    case 'silence':
      return SILENCE;
    case 'garbage':
      return GARBAGE;
    case 'delay':
      return honestOutcome(honest);
    case 'empty':
      return honestOutcome(withAnswers([cname(question.name, `nowhere.${primaryName}`)]));
    case 'cname-loop':
      return honestOutcome(withAnswers([cname(question.name, `loop.${question.name}`), cname(`loop.${question.name}`, question.name)]));
    case 'duplicate':
      return honestOutcome({ ...honest, answers: honest.answers.flatMap((record) => [record, record]) });
    case 'partial':
      return honestOutcome(partial(honest, fault));
    case 'foreign-address':
      return honestOutcome(foreign(honest, fault, { question, ttlSeconds }));
    case 'truncate':
      return truncated(honest, fault, question);
    case 'wrong-id':
      return {
        kind: 'reply',
        answer: honest,
        isTruncated: false,
        packets: fault.thenRight === true ? ['wrong-id', 'right-id'] : ['wrong-id'],
      };
    case 'reply-twice':
      return { kind: 'reply', answer: honest, isTruncated: false, packets: ['right-id', 'right-id'] };
    default:
      return fault satisfies never;
  }
}

function withoutAnswer(rcode: Rcode, authority: readonly ResourceRecord[] = []): Answer {
  return { rcode, answers: [], authority, additional: [] };
}

function withAnswers(answers: readonly ResourceRecord[]): Answer {
  return { rcode: 'NOERROR', answers, authority: [], additional: [] };
}

function truncated(honest: Answer, { tcp = 'full', keep }: TruncateFaultOptions, { transport }: FaultQuestion): Outcome {
  if (transport === 'tcp' && tcp === 'refused') return RESET;
  if (transport === 'tcp' && tcp === 'silent') return SILENCE;
  const answers = honest.answers.slice(0, keep ?? Math.floor(honest.answers.length / 2));
  return { kind: 'reply', answer: { ...honest, answers, additional: [] }, isTruncated: true, packets: RIGHT_ID };
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
