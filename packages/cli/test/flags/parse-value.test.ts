import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/exit-codes.ts';
import { parseNodeSet } from '../../src/flags/node-set.ts';
import { duration, durationOr, integer, integerOr, list, oneOf, portOr, wordList } from '../../src/flags/parse-value.ts';
import type { ParseValue } from '../../src/flags/parse-value.ts';
import { joinExec } from '../../src/flags/watch-command-flags.ts';
import { parseListenAddress } from '../../src/listen/listen-address.ts';

describe('the text of a flag', () => {
  const rows: readonly { name: string; parse: ParseValue; text: string; value: unknown }[] = [
    { name: 'milliseconds', parse: duration, text: '500ms', value: 500 },
    { name: 'seconds', parse: duration, text: '5s', value: 5_000 },
    { name: 'minutes and a half', parse: duration, text: '1.5m', value: 90_000 },
    { name: 'hours', parse: duration, text: '24h', value: 86_400_000 },
    { name: 'no time', parse: duration, text: '0', value: 0 },
    { name: 'a word for a duration', parse: durationOr('auto'), text: 'auto', value: 'auto' },
    { name: 'a duration for a word', parse: durationOr('auto'), text: '15s', value: 15_000 },
    { name: 'a number', parse: integer, text: '3', value: 3 },
    { name: 'a number below zero', parse: integer, text: '-1', value: -1 },
    { name: 'a port', parse: portOr('none'), text: '65535', value: 65_535 },
    { name: 'a word for a port', parse: portOr('none'), text: 'none', value: 'none' },
    { name: 'a word for a number', parse: integerOr('declared', 'majority'), text: 'majority', value: 'majority' },
    { name: 'a choice', parse: oneOf('a', 'b'), text: 'b', value: 'b' },
    { name: 'a list', parse: list(integer), text: '0, 2', value: [0, 2] },
    { name: 'words', parse: wordList(oneOf('a', 'b')), text: ' a  b\n', value: ['a', 'b'] },
    { name: 'an address to listen on', parse: parseListenAddress, text: '127.0.0.1:9480', value: { host: '127.0.0.1', port: 9_480 } },
    { name: 'an IPv6 address to listen on', parse: parseListenAddress, text: '[::1]:0', value: { host: '::1', port: 0 } },
    { name: 'all interfaces', parse: parseListenAddress, text: ':9480', value: { host: undefined, port: 9_480 } },
    {
      name: 'a set of nodes',
      parse: parseNodeSet,
      text: 'name=color-a,replicas=3,datacenter=dc1,rack=a,first-ordinal=2',
      value: { statefulSet: 'color-a', replicas: 3, datacenter: 'dc1', rack: 'a', firstOrdinal: 2 },
    },
  ];
  test.each(rows)('$name: $text', ({ parse, text, value }) => {
    expect(parse(text, undefined)).toEqual(value);
  });

  test('a flag that is repeated adds to what was given', () => {
    expect(list(integer)('3', [1, 2])).toEqual([1, 2, 3]);
    expect(wordList(integer)('3', [1])).toEqual([1, 3]);
  });

  const refused: readonly { name: string; parse: ParseValue; text: string; rule: string }[] = [
    { name: 'a duration without unit', parse: duration, text: '5', rule: 'such as 500ms or 5s' },
    { name: 'a duration below zero', parse: duration, text: '-5s', rule: 'such as 500ms' },
    { name: 'a part of a millisecond', parse: duration, text: '0.5ms', rule: 'whole milliseconds' },
    { name: 'a day', parse: duration, text: '1d', rule: 'ms, s, m or h' },
    { name: 'a duration that is huge', parse: duration, text: '99999999999h', rule: 'ms, s, m or h' },
    { name: 'nothing', parse: duration, text: '', rule: 'must be a number' },
    { name: 'no port', parse: portOr('none'), text: '0', rule: '1..65535, or none' },
    { name: 'above all ports', parse: portOr('none'), text: '65536', rule: '1..65535, or none' },
    { name: 'neither duration nor word', parse: durationOr('auto'), text: 'never', rule: 'or auto' },
    { name: 'a number with an exponent', parse: integer, text: '1e3', rule: 'whole number' },
    {
      name: 'neither number nor word',
      parse: integerOr('declared', 'majority'),
      text: 'all',
      rule: 'whole number, or declared or majority',
    },
    { name: 'no choice', parse: oneOf('a', 'b'), text: 'c', rule: 'one of a, b' },
    { name: 'an empty entry', parse: list(integer), text: '1,,2', rule: 'whole number' },
    { name: 'no words', parse: wordList(integer), text: ' ', rule: 'must not be empty' },
    { name: 'a port alone', parse: parseListenAddress, text: '9480', rule: 'such as 127.0.0.1:9480' },
    { name: 'a port that is none', parse: parseListenAddress, text: ':65536', rule: 'such as' },
    { name: 'no IPv6 address in brackets', parse: parseListenAddress, text: '[localhost]:1', rule: 'such as' },
    { name: 'an IPv6 address without brackets', parse: parseListenAddress, text: '::1:80', rule: '[ipv6]:port' },
    { name: 'an unknown key', parse: parseNodeSet, text: 'name=a,replica=3,datacenter=d,rack=r', rule: 'with the keys name, replicas' },
    { name: 'a key twice', parse: parseNodeSet, text: 'name=a,name=b,replicas=3,datacenter=d,rack=r', rule: 'once' },
    { name: 'a missing key', parse: parseNodeSet, text: 'name=a,replicas=3,rack=r', rule: 'must have name' },
    { name: 'a number that is none', parse: parseNodeSet, text: 'name=a,replicas=three,datacenter=d,rack=r', rule: 'whole numbers' },
  ];
  test.each(refused)('$name is refused: $text', ({ parse, text, rule }) => {
    expect(() => parse(text, undefined)).toThrow(UsageError);
    expect(() => parse(text, undefined)).toThrow(rule);
  });
});

describe('what follows --exec', () => {
  const rows: readonly { name: string; args: readonly string[]; joined: readonly string[] }[] = [
    { name: 'nothing', args: ['watch', 'a.b'], joined: ['watch', 'a.b'] },
    { name: 'a flag without a command', args: ['watch', 'a.b', '--exec'], joined: ['watch', 'a.b', '--exec'] },
    {
      name: 'a command with flags of its own',
      args: ['watch', 'a.b', '--exec', 'sh', '-c', 'echo "$1"', '--exec'],
      joined: ['watch', 'a.b', '--exec=["sh","-c","echo \\"$1\\"","--exec"]'],
    },
  ];
  test.each(rows)('$name', ({ args, joined }) => {
    expect(joinExec(args)).toEqual(joined);
  });
});
