import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { demand } from './command-error.ts';

/** What a server keeps of a password (RFC 5802, RFC 7677). */
export interface StoredKeys {
  readonly salt: string;
  readonly iterations: number;
  readonly storedKey: string;
  readonly serverKey: string;
}

/** The least that drivers accept. */
const ITERATIONS = 4_096;

/** Passwords are taken as they are: tests use ASCII, where SASLprep changes nothing. */
export function keysOf(password: string): StoredKeys {
  const salt = randomBytes(28);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  return { salt: salt.toString('base64'), iterations: ITERATIONS, storedKey, serverKey: hmac(salted, 'Server Key').toString('base64') };
}

/** Reads the first message of SCRAM-SHA-256: who it is, and the server's answer. */
export function firstReply(payload: string): { readonly user: string; readonly clientFirst: string; readonly nonce: string } {
  const [, clientFirst = '', user = '', nonce = ''] = /^n,,(n=([^,]*),r=(.*))$/.exec(payload) ?? [];
  demand(nonce !== '', 'AuthenticationFailed', 'Authentication failed.');
  return {
    user: user.replaceAll('=2C', ',').replaceAll('=3D', '='),
    clientFirst,
    nonce: nonce + randomBytes(18).toString('base64'),
  };
}

/** The server's challenge, and what checks the proof and answers with the server's own. */
export function challenge(
  keys: StoredKeys,
  { clientFirst, nonce }: { readonly clientFirst: string; readonly nonce: string },
): { readonly serverFirst: string; readonly check: (payload: string) => string } {
  const serverFirst = `r=${nonce},s=${keys.salt},i=${keys.iterations}`;
  const check = (payload: string): string => {
    const [, withoutProof = '', sentNonce, proof = ''] = /^(c=biws,r=([^,]*)),p=(.*)$/.exec(payload) ?? [];
    const message = `${clientFirst},${serverFirst},${withoutProof}`;
    const storedKey = Buffer.from(keys.storedKey, 'base64');
    const signature = hmac(storedKey, message);
    const sent = Buffer.from(proof, 'base64');
    const clientKey = Buffer.from(sent.map((byte, i) => byte ^ (signature[i] ?? 0)));
    const isRight = sent.length === 32 && timingSafeEqual(createHash('sha256').update(clientKey).digest(), storedKey);
    demand(isRight && sentNonce === nonce, 'AuthenticationFailed', 'Authentication failed.');
    return `v=${hmac(Buffer.from(keys.serverKey, 'base64'), message).toString('base64')}`;
  };
  return { serverFirst, check };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
