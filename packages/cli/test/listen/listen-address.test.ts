import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/exit-codes.ts';
import { listenAddressText, parseListenAddress } from '../../src/listen/listen-address.ts';
import { ListenError } from '../../src/listen/listen-error.ts';

describe('parseListenAddress', () => {
  const rows: readonly { name: string; text: string; host: string | undefined; port: number }[] = [
    { name: 'IPv4', text: '127.0.0.1:9480', host: '127.0.0.1', port: 9_480 },
    { name: 'all of IPv4', text: '0.0.0.0:9480', host: '0.0.0.0', port: 9_480 },
    { name: 'IPv6', text: '[::1]:9480', host: '::1', port: 9_480 },
    { name: 'IPv6 in full', text: '[FD00:0:0:0:0:0:0:A]:1', host: 'FD00:0:0:0:0:0:0:A', port: 1 },
    { name: 'all of IPv6', text: '[::]:9480', host: '::', port: 9_480 },
    { name: 'a name', text: 'localhost:9480', host: 'localhost', port: 9_480 },
    { name: 'all interfaces', text: ':9480', host: undefined, port: 9_480 },
    { name: 'a free port', text: '127.0.0.1:0', host: '127.0.0.1', port: 0 },
    { name: 'the last port', text: ':65535', host: undefined, port: 65_535 },
  ];
  test.each(rows)('$name: $text', ({ text, host, port }) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
    expect(listenAddressText(parseListenAddress(text))).toBe(text);
  });

  const refused: readonly { name: string; text: string }[] = [
    { name: 'nothing', text: '' },
    { name: 'a port alone', text: '9480' },
    { name: 'a host alone', text: '127.0.0.1' },
    { name: 'no port', text: '127.0.0.1:' },
    { name: 'a port that is too large', text: ':65536' },
    { name: 'a port of six digits', text: ':100000' },
    { name: 'a port with a zero before it', text: ':09480' },
    { name: 'a port that is no number', text: ':http' },
    { name: 'a negative port', text: ':-1' },
    { name: 'IPv6 without brackets', text: '::1:80' },
    { name: 'a name in brackets', text: '[localhost]:80' },
    { name: 'nothing in brackets', text: '[]:80' },
    { name: 'IPv4 in brackets', text: '[127.0.0.1]:80' },
    { name: 'half an IPv6 address', text: '[fd00]:80' },
    { name: 'a zone', text: '[fe80::1%eth0]:80' },
    { name: 'half an IPv4 address', text: '127.1:80' },
    { name: 'IPv4 with octal parts', text: '010.0.0.1:80' },
    { name: 'IPv4 with a part that is too large', text: '10.0.0.256:80' },
    { name: 'a URL', text: 'http://127.0.0.1:80' },
    { name: 'a path behind it', text: '127.0.0.1:80/' },
    { name: 'blanks', text: ' 127.0.0.1:80' },
    { name: 'a line end', text: '127.0.0.1:80\n' },
    { name: 'a name with a blank', text: 'local host:80' },
  ];
  test.each(refused)('refuses $name', ({ text }) => {
    expect(() => parseListenAddress(text)).toThrow(UsageError);
    expect(() => parseListenAddress(text)).toThrow('must be host:port, [ipv6]:port or :port, such as 127.0.0.1:9480');
  });
});

describe('ListenError', () => {
  const rows: readonly { code: string; text: string; want: string }[] = [
    {
      code: 'EADDRINUSE',
      text: '127.0.0.1:9480',
      want: '--listen 127.0.0.1:9480: the port is in use; give another one, or 0 for a free one',
    },
    {
      code: 'EADDRNOTAVAIL',
      text: '[fd00::9]:9480',
      want: '--listen [fd00::9]:9480: this machine has no such address; :PORT listens on all it has',
    },
    { code: 'EACCES', text: ':80', want: '--listen :80: this user may not listen there; ports below 1024 often take more rights' },
    { code: 'EAFNOSUPPORT', text: '[::1]:0', want: '--listen [::1]:0: this machine has no addresses of that family' },
    { code: 'ENOTFOUND', text: 'nowhere:1', want: '--listen nowhere:1: no such name' },
    { code: 'EMFILE', text: ':1', want: '--listen :1: listen EMFILE' },
  ];
  test.each(rows)('$code is told with the flag and the address', ({ code, text, want }) => {
    const cause = Object.assign(new Error(`listen ${code}`), { code });
    expect(new ListenError(parseListenAddress(text), cause)).toMatchObject({ name: 'ListenError', code, message: want, cause });
  });
});
