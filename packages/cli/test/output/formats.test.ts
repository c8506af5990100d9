import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { DiscoveryError } from '@peerset/core';
import { describe, expect, test } from 'vitest';
import { formatNames, formatSnapshot } from '../../src/output/formats.ts';
import type { SnapshotFormat } from '../../src/output/formats.ts';
import { noPaint } from '../../src/output/paint.ts';
import { anySnapshot } from './arbitraries.ts';
import { identity, peer, snapshot, tagged, unindented } from './builders.ts';
import { UNSAFE } from './unsafe.ts';

const TWO = snapshot([peer(0, { addresses: ['10.0.0.1', 'fd00::1'] }), peer(1)], [identity(2)]);

describe('formatSnapshot', () => {
  const tables: readonly { name: string; columns?: number; want: string }[] = [
    {
      name: 'has a row for each peer, and marks the missing',
      want: unindented(`
        NAME        ORDINAL  ADDRESSES          PORT   STATE
        color-ss-0  0        10.0.0.1, fd00::1  27017  present
        color-ss-1  1        10.0.0.2           27017  present
        color-ss-2  2        -                  -      missing
      `),
    },
    {
      name: 'leaves the ordinal out where it is narrow',
      columns: 45,
      want: unindented(`
        NAME        ADDRESSES          PORT   STATE
        color-ss-0  10.0.0.1, fd00::1  27017  present
        color-ss-1  10.0.0.2           27017  present
        color-ss-2  -                  -      missing
      `),
    },
    {
      name: 'keeps name and state where it is very narrow',
      columns: 20,
      want: unindented(`
        NAME        STATE
        color-ss-0  present
        color-ss-1  present
        color-ss-2  missing
      `),
    },
  ];
  test.each(tables)('the table $name', ({ columns, want }) => {
    expect(formatSnapshot(TWO, 'table', noPaint, columns)).toBe(`${want}\n`);
  });

  test('the table colours what it says in words', () => {
    expect(formatSnapshot(snapshot([], [identity(2)]), 'table', tagged).split('\n')[1]).toBe(
      'color-ss-2  2        -          -     <bad:missing>',
    );
  });

  test('the table of nobody says whom nobody is of', () => {
    expect(formatSnapshot(snapshot([]), 'table', noPaint)).toBe('nobody is there: color-svc.default.svc.cluster.local\n');
  });

  test('json is the record of a snapshot', () => {
    expect(formatSnapshot(snapshot([peer(1, { port: undefined })], [identity(2)], 7), 'json', noPaint)).toBe(
      `${unindented(`
        {
          "service": "color-svc.default.svc.cluster.local",
          "revision": 7,
          "peers": [
            {
              "name": "color-ss-1",
              "ordinal": 1,
              "host": "color-ss-1.color-svc.default.svc.cluster.local",
              "addresses": [
                "10.0.0.2"
              ],
              "port": null
            }
          ],
          "missing": [
            "color-ss-2"
          ]
        }
      `)}\n`,
    );
  });

  const lines: readonly { format: SnapshotFormat; want: readonly string[] }[] = [
    {
      format: 'ndjson',
      want: [
        '{"name":"color-ss-0","ordinal":0,"host":"color-ss-0.color-svc.default.svc.cluster.local","addresses":["10.0.0.1","fd00::1"],"port":27017}',
        '{"name":"color-ss-1","ordinal":1,"host":"color-ss-1.color-svc.default.svc.cluster.local","addresses":["10.0.0.2"],"port":27017}',
      ],
    },
    { format: 'names', want: ['color-ss-0', 'color-ss-1'] },
    { format: 'hosts', want: ['color-ss-0.color-svc.default.svc.cluster.local', 'color-ss-1.color-svc.default.svc.cluster.local'] },
    { format: 'addresses', want: ['10.0.0.1', 'fd00::1', '10.0.0.2'] },
    {
      format: 'host-ports',
      want: ['color-ss-0.color-svc.default.svc.cluster.local:27017', 'color-ss-1.color-svc.default.svc.cluster.local:27017'],
    },
  ];
  test.each(lines)('$format has a line for each, and is empty for nobody', ({ format, want }) => {
    expect(formatSnapshot(TWO, format, noPaint)).toBe(want.map((line) => `${line}\n`).join(''));
    expect(formatSnapshot(snapshot([]), format, noPaint)).toBe('');
  });

  test('host-ports names the peer without a port, and the flags that give one', () => {
    const portless = snapshot([peer(0), peer(1, { port: undefined })]);
    expect(() => formatSnapshot(portless, 'host-ports', noPaint)).toThrow(
      new DiscoveryError('UNUSABLE_SNAPSHOT', 'the port of color-ss-1 is not known: give --port or --port-name'),
    );
  });

  test('a name with an escape in it reaches no terminal, in whatever format', () => {
    const hostile = snapshot(
      [peer(0, { name: 'a\u001B[2Jb', host: 'a\u001B[2Jb.svc', addresses: ['\u009B'] })],
      [{ ...identity(1), name: '\u001B]0;x\u0007' }],
    );
    for (const format of formatNames) expect(formatSnapshot(hostile, format, noPaint)).not.toMatch(UNSAFE);
  });

  test('no line is wider than the terminal, none has blanks at its end or more than text, for any snapshot', () => {
    fc.assert(
      fc.property(anySnapshot, fc.integer({ min: 1, max: 120 }), (any, columns) => {
        const table = formatSnapshot(any, 'table', noPaint, columns);
        expect(table.endsWith('\n')).toBe(true);
        expect(table).not.toMatch(UNSAFE);
        for (const line of table.split('\n')) {
          expect(stringWidth(line)).toBeLessThanOrEqual(columns);
          expect(line).toBe(line.trimEnd());
        }
      }),
    );
  });

  test('line formats have a line for each peer, for any snapshot', () => {
    fc.assert(
      fc.property(anySnapshot, fc.constantFrom('ndjson', 'names', 'hosts'), (any, format) => {
        const written = formatSnapshot(any, format, noPaint);
        expect(written.split('\n')).toHaveLength(any.peers.length + 1);
        expect(written).not.toMatch(UNSAFE);
      }),
    );
  });
});
