import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScopeDelta } from '@elira/protocol';

/** One request of the client, answered by hand. */
export class Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Settles when the connection is gone, whoever ended it. */
  readonly gone: Promise<void>;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.gone = new Promise((resolve) => response.once('close', resolve));
  }

  get parameters(): URLSearchParams {
    return new URL(this.request.url ?? '', 'http://any').searchParams;
  }

  /** Begins the stream and writes these bytes. */
  stream(...frames: (string | Uint8Array)[]): void {
    if (!this.response.headersSent)
      this.response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    for (const frame of frames) this.response.write(frame);
  }

  refuse(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, { 'content-type': 'application/problem+json', ...headers }).end(JSON.stringify(body));
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.request.socket.destroy();
  }
}

/** A server that speaks the protocol by hand, one visit at a time. */
export class HandServer {
  readonly url: string;
  /** Most visits that were open at the same time. */
  most = 0;
  visits = 0;
  readonly #server: Server;
  readonly #waiting: ((visit: Visit) => void)[] = [];
  readonly #arrived: Visit[] = [];
  #open = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/sync/stream`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#welcome(new Visit(request, response)));
  }

  static async listen(): Promise<HandServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HandServer(server);
  }

  /** The next visit that nobody has taken yet. */
  next(): Promise<Visit> {
    const visit = this.#arrived.shift();
    return visit === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(visit);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #welcome(visit: Visit): void {
    this.visits += 1;
    this.#open += 1;
    this.most = Math.max(this.most, this.#open);
    void visit.gone.then(() => (this.#open -= 1));
    const taker = this.#waiting.shift();
    if (taker === undefined) this.#arrived.push(visit);
    else taker(visit);
  }
}

export function frame(event: string, data: unknown, id?: string): string {
  const lines = (Array.isArray(data) ? data : [data]).map((line: unknown) => `data: ${JSON.stringify(line)}\n`);
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\n${lines.join('')}\n`;
}

export function hello(scopes: readonly string[], resumed = 'snapshot', epoch = 'e1'): string {
  return frame('hello', { protocol: 1, epoch, scopes, resumed, heartbeatSeconds: 5 });
}

export function batch(id: string, ...lines: object[]): string {
  return frame('batch', lines, id);
}

export function part(...lines: object[]): string {
  return frame('part', lines);
}

export function heartbeat(id: string, ageMs = 0): string {
  return frame('heartbeat', { ageMs }, id);
}

type Rows = { readonly [key: string]: object };

/** A line that puts rows into `courses` of a scope. */
export function put(scope: string, rows: Rows, more: Partial<Omit<ScopeDelta, 'scope' | 'put'>> = {}): object {
  return { scope, ...more, put: { courses: Object.entries(rows) } };
}
