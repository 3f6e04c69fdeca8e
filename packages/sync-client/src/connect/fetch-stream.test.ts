import { expect, test } from 'vitest';
import { fetchStream, type StreamEnd } from './fetch-stream.ts';

type Source = { readonly response: Response; readonly write: (text: string) => void; readonly fail: () => void };

/** An answer whose body ignores every abort, as some sockets do. */
function deaf(): Source {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    write: (text) => controller?.enqueue(new TextEncoder().encode(text)),
    fail: () => controller?.error(new Error('reset')),
  };
}

function open(given: { fetch: () => Promise<Response>; onChunk?: (text: string) => void; headers?: () => Promise<never> }): {
  end: Promise<StreamEnd>;
  abort: () => void;
  signal: AbortSignal;
} {
  const abort = new AbortController();
  const end = fetchStream({
    fetch: given.fetch,
    url: 'http://any/',
    headers: given.headers ?? (() => Promise.resolve({})),
    signal: abort.signal,
    onChunk: (chunk) => given.onChunk?.(new TextDecoder().decode(chunk)),
  });
  return { end, abort: () => abort.abort(), signal: abort.signal };
}

test('K4 an abort ends it at once although the request never answers', async () => {
  const { end, abort } = open({ fetch: () => new Promise(() => undefined) });
  abort();
  expect((await end).problem.code).toBe('unreachable');
});

test('K4 an abort ends it at once although the body goes on, and nothing more is handed on', async () => {
  const source = deaf();
  const chunks: string[] = [];
  const stream = open({
    fetch: () => Promise.resolve(source.response),
    onChunk: (text) => {
      chunks.push(text);
      stream.abort();
      source.write('two');
    },
  });
  source.write('one');
  expect([(await stream.end).problem.code, chunks]).toEqual(['closed', ['one']]);
  const waiting = deaf();
  const silent = open({ fetch: () => Promise.resolve(waiting.response) });
  await new Promise((resolve) => setTimeout(resolve, 5));
  silent.abort();
  expect((await silent.end).problem.code).toBe('closed');
});

test('K10 a request, headers or body that fail are reasons, not exceptions', async () => {
  expect((await open({ fetch: () => Promise.reject(new TypeError('no network')) }).end).problem.code).toBe('unreachable');
  const headers = (): Promise<never> => Promise.reject(new Error('no token'));
  expect((await open({ fetch: () => new Promise(() => undefined), headers }).end).problem).toMatchObject({
    code: 'unreachable',
    client: 'retry',
  });
  const source = deaf();
  const { end } = open({ fetch: () => Promise.resolve(source.response) });
  source.fail();
  expect((await end).problem).toMatchObject({ code: 'closed', cause: new Error('reset') });
});

test('K6 a problem document that is cut, endless or no JSON is judged by its status', async () => {
  const refusal = (body: ConstructorParameters<typeof Response>[0]): Response =>
    new Response(body, { status: 503, headers: { 'content-type': 'application/problem+json' } });
  let pulls = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls += 1;
      controller.enqueue(new Uint8Array(8192).fill(32));
    },
  });
  for (const body of ['{"code":"forbidden_scope"', 'x', endless]) {
    expect((await open({ fetch: () => Promise.resolve(refusal(body)) }).end).problem).toMatchObject({
      code: 'unexpected_answer',
      status: 503,
    });
  }
  expect(pulls).toBeLessThan(16);
  const whole = refusal('{"code":"cursor_invalid","detail":"why"}');
  expect((await open({ fetch: () => Promise.resolve(whole) }).end).problem).toMatchObject({
    code: 'cursor_invalid',
    client: 'restart',
    detail: 'why',
  });
});
