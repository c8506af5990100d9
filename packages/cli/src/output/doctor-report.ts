import type { Diagnosis, Finding, FindingCode, LookupReport } from '@peerset/core';
import { tookText } from './durations.ts';
import { inFlags } from './flag-words.ts';
import type { FlagMap } from './flag-words.ts';
import { outcomeText } from './lookup-text.ts';
import type { Paint, Role } from './paint.ts';
import { plainJson, plainText } from './plain-text.ts';
import { lineOf } from './spans.ts';
import type { LineStyle } from './spans.ts';
import { wrapText } from './text-width.ts';

/** How a diagnosis is told. */
export interface DoctorStyle {
  readonly paint: Paint;
  /** The terminal's width, to break lines at. Default: lines are as long as they are. */
  readonly columns?: number | undefined;
  /** All evidence, not only the first lookups of each finding. Default false. */
  readonly isVerbose?: boolean | undefined;
  /** Remedies name these flags instead of options. Default: none. */
  readonly flags?: FlagMap | undefined;
}

/** What a diagnosis looks at, and the findings that speak against it. */
const CHECKS: readonly { readonly text: string; readonly codes: readonly FindingCode[] }[] = [
  { text: 'every DNS server answers', codes: ['LOOKUPS_FAILING', 'SERVER_FAILING'] },
  { text: 'the DNS servers agree', codes: ['SERVERS_DISAGREE'] },
  { text: 'DNS over TCP, which long answers need, is not seen to be blocked', codes: ['TCP_BLOCKED'] },
  { text: 'cluster domain and namespace are right', codes: ['WRONG_CLUSTER_DOMAIN', 'WRONG_NAMESPACE', 'CLUSTER_DOMAIN_GUESSED'] },
  { text: 'the Service is there, is headless and shows pods', codes: ['NOT_HEADLESS', 'NO_SUCH_SERVICE_OR_NONE_READY'] },
  { text: 'no cached denial hides anyone', codes: ['DENIAL_CACHING'] },
  { text: 'no answer is foreign', codes: ['FOREIGN_ANSWER'] },
  { text: 'nobody who is declared is missing, nor this pod', codes: ['SELF_MISSING', 'PEERS_MISSING'] },
  { text: 'every address has a name', codes: ['UNNAMED_ADDRESS'] },
  { text: 'SRV records are there as far as they are needed', codes: ['NO_SRV'] },
  { text: 'no answer seems to be cut', codes: ['ANSWER_MAY_BE_CUT'] },
];
const LABELS = { error: 'problem', warning: 'warning', info: 'note' } as const;
const ROLES: Readonly<Record<string, Role>> = { problem: 'bad', warning: 'warning', note: 'news', ok: 'good' };
const LABEL_WIDTH = 9;
const LEAST_TEXT_WIDTH = 20;
const MOST_EVIDENCE = 3;

/** A diagnosis as a list for a person, ended by a summary. What rests on a problem cannot be ok: with one, nothing is listed as ok. */
export function formatDiagnosis({ findings }: Diagnosis, style: DoctorStyle): string {
  const found = new Set(findings.map(({ code }) => code));
  const isSound = !findings.some(({ severity }) => severity === 'error');
  const good = isSound ? CHECKS.filter(({ codes }) => !codes.some((code) => found.has(code))) : [];
  const lines = [
    ...findings.flatMap((each) => findingLines(each, style)),
    ...good.flatMap(({ text }) => entryLines('ok', [text], style)),
    summary(findings, lineStyle(style)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** A diagnosis as JSON with keys that stay: `healthy`, and `findings` with `code`, `severity`, `message`, `remedy` and `evidence`. */
export function formatDiagnosisJson({ healthy, findings }: Diagnosis): string {
  const record = {
    healthy,
    findings: findings.map(({ code, severity, message, remedy, evidence }) => {
      return { code, severity, message, remedy, evidence: evidence.map(evidenceRecord) };
    }),
  };
  return `${plainJson(JSON.stringify(record, undefined, 2))}\n`;
}

function evidenceRecord(report: LookupReport): Readonly<Record<keyof LookupReport, unknown>> {
  const { name, type, outcome, code, ttlSeconds, records, refused, attempts, durationMs, server } = report;
  return {
    name,
    type,
    outcome,
    code: code ?? null,
    ttlSeconds: ttlSeconds ?? null,
    records,
    refused,
    attempts,
    durationMs,
    server: server ?? null,
  };
}

function findingLines({ code, severity, message, evidence, remedy }: Finding, style: DoctorStyle): readonly string[] {
  const shown = style.isVerbose === true ? evidence : evidence.slice(0, MOST_EVIDENCE);
  const rest = evidence.length - shown.length;
  const { flags = {} } = style;
  return entryLines(
    LABELS[severity],
    [
      `${code}: ${message}`,
      ...shown.map((report) => `seen: ${evidenceText(report)}`),
      ...(rest > 0 ? [`seen: ${rest} more, which --verbose shows`] : []),
      `do: ${inFlags(remedy, flags)}`,
    ],
    style,
  );
}

function evidenceText(report: LookupReport): string {
  const from = report.server === undefined ? '' : ` from ${report.server}`;
  return `${report.type} ${report.name}: ${outcomeText(report)}${from} in ${tookText(report.durationMs)}`;
}

/** A label, and texts beside it. */
function entryLines(label: string, texts: readonly string[], style: DoctorStyle): readonly string[] {
  const { columns, paint } = lineStyle(style);
  const width = Math.max(LEAST_TEXT_WIDTH, columns - LABEL_WIDTH);
  const lines = texts.flatMap((text) => (columns === Infinity ? [text] : wrapText(plainText(text), width)));
  const labelled = { text: label.padEnd(LABEL_WIDTH), role: ROLES[label] ?? 'heading' };
  return lines.map((line, index) => lineOf([index === 0 ? labelled : ' '.repeat(LABEL_WIDTH), line], { columns, paint }));
}

function summary(findings: readonly Finding[], style: LineStyle): string {
  const count = (severity: Finding['severity'], noun: string): readonly string[] => {
    const { length } = findings.filter((each) => each.severity === severity);
    return length === 0 ? [] : [`${length} ${noun}${length === 1 ? '' : 's'}`];
  };
  const counts = [...count('error', 'problem'), ...count('warning', 'warning')];
  return lineOf([{ text: counts.join(', ') || 'healthy: no problem, no warning', role: counts.length === 0 ? 'good' : 'heading' }], style);
}

function lineStyle({ columns = Infinity, paint }: DoctorStyle): LineStyle {
  return { columns, paint };
}
