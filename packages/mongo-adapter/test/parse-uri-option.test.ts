import { InvalidOptionsError } from '@peerset/core';
import { mongoConnectionString, parseUriOption } from '@peerset/mongo-adapter';
import { describe, expect, test } from 'vitest';

const peer = { name: 'color-ss-0', ordinal: 0, host: 'color-ss-0.color-svc.default.svc.cluster.local' };

describe('an option from the texts of a command line', () => {
  const rows: readonly { name: string; text: string; value: unknown; printed: string }[] = [
    { name: 'retryWrites', text: 'false', value: false, printed: 'retryWrites=false' },
    { name: 'maxPoolSize', text: '20', value: 20, printed: 'maxPoolSize=20' },
    { name: 'zlibCompressionLevel', text: '-1', value: -1, printed: 'zlibCompressionLevel=-1' },
    { name: 'w', text: '2', value: 2, printed: 'w=2' },
    { name: 'w', text: 'majority', value: 'majority', printed: 'w=majority' },
    { name: 'appName', text: '123', value: '123', printed: 'appName=123' },
    { name: 'appName', text: 'true', value: 'true', printed: 'appName=true' },
    { name: 'compressors', text: 'zstd,snappy', value: ['zstd', 'snappy'], printed: 'compressors=zstd,snappy' },
  ];
  test.each(rows)('$name $text', ({ name, text, value, printed }) => {
    const option = parseUriOption(name, text);
    expect(option).toEqual({ [name]: value });
    expect(mongoConnectionString([peer], option)).toContain(printed);
  });

  test('a set of tags', () => {
    const option = parseUriOption('readPreferenceTags', 'dc:ny,rack:1');
    expect(option).toEqual({ readPreferenceTags: [{ dc: 'ny', rack: '1' }] });
    expect(mongoConnectionString([peer], { ...option, readPreference: 'nearest' })).toContain('readPreferenceTags=dc:ny,rack:1');
  });
});

describe('is refused, with the rule', () => {
  const rows: readonly { name: string; text: string; rule: RegExp }[] = [
    { name: 'retryWrite', text: 'true', rule: /there is no such option/ },
    { name: 'toString', text: 'x', rule: /there is no such option/ },
    { name: 'retryWrites', text: 'yes', rule: /yes.*true or false/ },
    { name: 'maxPoolSize', text: '1e3', rule: /1e3.*integer/ },
    { name: 'maxPoolSize', text: '', rule: /integer/ },
    { name: 'compressors', text: 'gzip', rule: /gzip.*snappy/ },
  ];
  test.each(rows)('$name $text', ({ name, text, rule }) => {
    expect(() => parseUriOption(name, text)).toThrow(InvalidOptionsError);
    expect(() => parseUriOption(name, text)).toThrow(rule);
  });

  test.each(['tlsCertificateKeyFilePassword', 'proxyPassword'])('%s, and its value is not shown', (name) => {
    expect(() => parseUriOption(name, 'hunter2')).toThrow(/is a secret/);
    expect(() => parseUriOption(name, 'hunter2')).not.toThrow(/hunter2/);
  });
});
