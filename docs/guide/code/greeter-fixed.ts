import { deepStrictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { staticSource } from '@peerset/core';
import { greetPeers } from './greeter.ts';

export async function greetsEveryPeer(): Promise<void> {
  const source = staticSource([
    { name: 'color-ss-0', addresses: ['127.0.0.1'] },
    { name: 'color-ss-1', addresses: ['127.0.0.1'], port: 27018 },
  ]);
  const heard: string[] = [];
  const greeted = new EventTarget();
  const close = greetPeers({ service: 'color-svc.default', source }, (text) => {
    heard.push(text);
    if (heard.length === 2) greeted.dispatchEvent(new Event('all'));
  });
  await once(greeted, 'all');
  await close();
  deepStrictEqual(heard, ['hello, color-ss-0', 'hello, color-ss-1']);
}
