import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { Kind } from './kubernetes-objects.ts';
import type { ObjectStore, StoreEvent } from './object-store.ts';

/** What the API server calls each kind in its paths. */
const resources: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['/api/v1/namespaces', { kind: 'Namespace', apiVersion: 'v1' }],
  ['/api/v1/services', { kind: 'Service', apiVersion: 'v1' }],
  ['/apis/discovery.k8s.io/v1/endpointslices', { kind: 'EndpointSlice', apiVersion: 'discovery.k8s.io/v1' }],
]);

interface Resource {
  readonly kind: Kind;
  readonly apiVersion: string;
}

/**
 * As much of the Kubernetes API server as CoreDNS needs: list and watch of Namespaces, Services and EndpointSlices, over plain HTTP on loopback.
 *
 * It answers in JSON, which client-go takes beside protobuf. A watch may ask for the state first (`sendInitialEvents`, what client-go does
 * since 0.35) or resume from a resource version; no version ever expires.
 */
export class ApiServer {
  readonly #store: ObjectStore;
  #server: Server | undefined;
  #port = 0;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens on a free port, and after a `stop()` on the same one again. */
  async start(): Promise<void> {
    const server = createServer((request, response) => this.#answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError(`an HTTP server on TCP has no port: ${address}`);
    this.#port = address.port;
    this.#server = server;
  }

  /** Breaks every connection and refuses new ones: an outage of the control plane. The objects stay, and can be changed meanwhile. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const resource = resources.get(pathname);
    if (request.method !== 'GET' || resource === undefined) {
      const message = `the stand-in has no ${request.method} ${pathname}`;
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404, message }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    if (searchParams.get('watch') === 'true') this.#watch(resource, searchParams, response);
    else response.end(JSON.stringify(this.#list(resource)));
  }

  #list({ kind, apiVersion }: Resource): object {
    const metadata = { resourceVersion: String(this.#store.resourceVersion) };
    return { apiVersion, kind: `${kind}List`, metadata, items: this.#store.list(kind) };
  }

  #watch({ kind, apiVersion }: Resource, parameters: URLSearchParams, response: ServerResponse): void {
    // Sent at once, because the client waits for the headers although nothing may happen for minutes.
    response.flushHeaders();
    const send = (type: string, object: object): unknown => response.write(`${JSON.stringify({ type, object })}\n`);
    const sendEvent = (event: StoreEvent): void => {
      if (event.object.kind === kind) send(event.type, event.object);
    };
    if (parameters.get('sendInitialEvents') === 'true') {
      for (const object of this.#store.list(kind)) send('ADDED', object);
      const resourceVersion = String(this.#store.resourceVersion);
      // The bookmark by which the client knows that it has seen everything.
      send('BOOKMARK', { apiVersion, kind, metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } } });
    } else {
      for (const event of this.#store.eventsAfter(Number(parameters.get('resourceVersion') ?? 0))) sendEvent(event);
    }
    const unsubscribe = this.#store.subscribe(sendEvent);
    const timeout = setTimeout(() => response.end(), Number(parameters.get('timeoutSeconds') ?? 300) * 1_000);
    response.once('close', () => {
      clearTimeout(timeout);
      unsubscribe();
    });
  }
}
