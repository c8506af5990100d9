import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import { hasBody, sendAnswer, textAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Routes } from './routes.ts';

/** Answers each request by its path. What a route throws is logged and becomes a 500 that says nothing of it. */
export function answerRequests(routes: Routes, log: Log): RequestListener {
  return (request, response) => {
    void answer(request, response, { routes, log });
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, { routes, log }: { routes: Routes; log: Log }): Promise<void> {
  try {
    sendAnswer(response, request, await answerTo(request, routes));
  } catch (error) {
    log.error({ error, path: request.url }, 'a request could not be answered');
    if (!response.headersSent) sendAnswer(response, request, textAnswer(500, 'internal error'));
  }
}

async function answerTo(request: IncomingMessage, routes: Routes): Promise<Answer> {
  const { method, url = '' } = request;
  const route = routes.get(url.split('?', 1)[0] ?? '');
  if (route === undefined) return textAnswer(404, `there is ${[...routes.keys()].join(', ')}`);
  if (method !== 'GET' && method !== 'HEAD') return textAnswer(405, 'only GET and HEAD');
  if (hasBody(request)) return textAnswer(413, 'without a body');
  return await route();
}
