import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a request gets. */
export interface Answer {
  readonly status: number;
  /** The Content-Type. */
  readonly type: string;
  readonly body: string;
}

/** A sentence. */
export function textAnswer(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}

/** Whether a body follows, or is said to. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Sends an answer, to HEAD without its body. */
export function sendAnswer(response: ServerResponse, request: IncomingMessage, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 405 && { Allow: 'GET, HEAD' }),
    // What a client still sends after a refusal is not read.
    ...(hasBody(request) && { Connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
