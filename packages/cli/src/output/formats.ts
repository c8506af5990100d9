import type { Peer, Snapshot } from '@peerset/core';
import { DiscoveryError } from '@peerset/core/errors';
import { peerRecord, snapshotRecord } from '../records/change-record.ts';
import type { Paint } from './paint.ts';
import { plainJson, plainText } from './plain-text.ts';
import { lineOf } from './spans.ts';
import type { LineStyle, Span } from './spans.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';

/** How a snapshot can be written, `table` for people, the others for programs. */
export const formatNames = ['table', 'json', 'ndjson', 'names', 'hosts', 'addresses', 'host-ports'] as const;

export type SnapshotFormat = (typeof formatNames)[number];

const COLUMNS: readonly Column[] = [
  { head: 'NAME' },
  { head: 'ORDINAL', rank: 0 },
  { head: 'ADDRESSES', rank: 2 },
  { head: 'PORT', rank: 1 },
  { head: 'STATE' },
];

/**
 * A snapshot as text that ends with one line end; of nobody, the formats of one line a peer are empty.
 *
 * @param columns - The terminal's width, for the table. Default: as wide as it is.
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` for `host-ports` where a port is not known.
 */
export function formatSnapshot(snapshot: Snapshot, format: SnapshotFormat, paint: Paint, columns: number = Infinity): string {
  const { peers } = snapshot;
  switch (format) {
    case 'table':
      return joined(snapshotTable(snapshot, { columns, paint }));
    case 'json':
      return joined([plainJson(JSON.stringify(snapshotRecord(snapshot), undefined, 2))]);
    case 'ndjson':
      return joined(peers.map((peer) => plainJson(JSON.stringify(peerRecord(peer)))));
    case 'names':
      return joined(peers.map(({ name }) => plainText(name)));
    case 'hosts':
      return joined(peers.map(({ host }) => plainText(host)));
    case 'addresses':
      return joined(peers.flatMap(({ addresses }) => addresses.map(plainText)));
    default:
      return joined(peers.map((peer) => plainText(hostPort(peer))));
  }
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function hostPort({ name, host, port }: Peer): string {
  if (port !== undefined) return `${host}:${port}`;
  throw new DiscoveryError('UNUSABLE_SNAPSHOT', `the port of ${name} is not known: give --port or --port-name`);
}

function snapshotTable({ service, peers, missing }: Snapshot, style: LineStyle): readonly string[] {
  if (peers.length === 0 && missing.length === 0) return [lineOf([`nobody is there: ${service.host}`], style)];
  const rows = [
    ...peers.map(({ name, ordinal, addresses, port }): readonly Span[] => {
      return [name, orDash(ordinal), orDash(addresses.join(', ')), orDash(port), { text: 'present', role: 'good' }];
    }),
    ...missing.map(({ name, ordinal }): readonly Span[] => [name, orDash(ordinal), '-', '-', { text: 'missing', role: 'bad' }]),
  ];
  return tableLines(COLUMNS, rows, style);
}

/** Every cell says something: columns can be told apart by a program, too. */
function orDash(value: string | number | undefined): string {
  return value === undefined || value === '' ? '-' : String(value);
}
