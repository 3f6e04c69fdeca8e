import { request, type IncomingMessage } from 'node:http';
import type { VirtualSocket } from './virtual-socket.ts';

/** `fetch` over a virtual connection: node's own HTTP on both sides, one request per connection. */
export function virtualFetch(connect: (url: URL) => VirtualSocket): typeof fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const socket = connect(url);
      const sent = request({
        method: init.method ?? 'GET',
        path: url.pathname + url.search,
        host: url.host,
        headers: { ...(init.headers as Record<string, string>), connection: 'close' },
        createConnection: () => socket,
      });
      const abort = (): void => void sent.destroy(new Error('aborted'));
      if (init.signal?.aborted === true) abort();
      init.signal?.addEventListener('abort', abort, { once: true });
      sent.once('close', () => init.signal?.removeEventListener('abort', abort));
      sent.once('error', reject);
      sent.once('response', (answer) => resolve(responseOf(answer)));
      sent.end(typeof init.body === 'string' ? init.body : undefined);
    });
}

function responseOf(answer: IncomingMessage): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      answer.on('data', (chunk: Buffer) => {
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 1) <= 0) answer.pause();
      });
      answer.once('end', () => controller.close());
      answer.once('error', (error) => controller.error(error));
    },
    pull() {
      answer.resume();
    },
    cancel() {
      answer.destroy();
    },
  });
  const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return new Response(body, { status: answer.statusCode ?? 0, headers });
}
