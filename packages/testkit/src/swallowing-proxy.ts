import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that hands on nothing of an answer before it has ended, as some that look for viruses do. */
export class SwallowingProxy {
  readonly url: string;
  /** Answers that were handed on. */
  answers = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async before(url: string): Promise<SwallowingProxy> {
    const { port, hostname } = new URL(url);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new SwallowingProxy(server);
    server.on('request', (incoming, outgoing) => {
      const { method, headers, url: path } = incoming;
      const asked = forward({ port, hostname, path, headers, method }, (answer) => {
        const held: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => held.push(chunk));
        answer.on('error', () => outgoing.destroy());
        answer.on('end', () => {
          proxy.answers += 1;
          const { 'transfer-encoding': _framing, ...rest } = answer.headers;
          outgoing.writeHead(answer.statusCode ?? 502, rest);
          outgoing.end(Buffer.concat(held));
        });
      });
      asked.on('error', () => outgoing.destroy());
      incoming.pipe(asked);
      outgoing.on('close', () => asked.destroy());
    });
    return proxy;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
