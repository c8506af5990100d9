import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { describe, test } from 'vitest';
import { openStage, quick } from './stage.ts';
import { runCommand, startCommand } from './start-command.ts';

/** One question on a connection of its own. */
function scrape(url: string, agent: Agent): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, body })).on('error', reject);
    }).on('error', reject);
  });
}

describe.concurrent('--listen', () => {
  test('to a port that is in use: ends with 1, and says so', async ({ expect }) => {
    await using stage = await openStage();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stdout, stderr } = await runCommand(['watch', ...stage.declared, '--listen', `127.0.0.1:${port}`]);
    other.close();
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      `peerset: --listen 127.0.0.1:${port}: the port is in use; give another one, or 0 for a free one\n`,
    ]);
  });

  test('to an address of another machine: ends with 1, and says so', async ({ expect }) => {
    await using stage = await openStage();
    const { code, stderr } = await runCommand(['watch', ...stage.declared, '--listen', '192.0.2.1:9480']);
    expect([code, stderr]).toEqual([
      1,
      'peerset: --listen 192.0.2.1:9480: this machine has no such address; :PORT listens on all it has\n',
    ]);
  });

  test('answers 1,000 scrapes at once', async ({ expect }) => {
    await using stage = await openStage();
    await using watching = startCommand(['watch', ...stage.declared, ...quick, '--listen', '127.0.0.1:0']);
    await watching.until((stdout, stderr) => stderr.includes('http://127.0.0.1') && stdout.includes('\n'));
    const url = /http:[^"]+/.exec(watching.stderr())?.[0] ?? '';
    const agent = new Agent({ maxSockets: 1_000 });
    const paths = ['/metrics', '/peers', '/readyz', '/healthz'];
    const asked = Array.from({ length: 1_000 }, (_, i) => scrape(`${url}${paths[i % paths.length]}`, agent));
    const answers = await Promise.all(asked);
    agent.destroy();
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.filter((_, i) => i % 4 === 0).every(({ body }) => /^peerset_peers 3$/m.test(body))).toBe(true);
    const { code, stopMs } = await watching.stop();
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(2_000);
  });
});
