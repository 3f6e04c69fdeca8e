import { answeredProblem, localProblem, type ClientProblem } from './client-problem.ts';
import { retryAfterMs } from './backoff.ts';

/** Most bytes that are read of an answer that is not a stream. */
const PROBLEM_BYTES = 64 * 1024;

export type StreamRequest = {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly headers: () => Promise<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onChunk: (chunk: Uint8Array) => void;
};

export type StreamEnd = { readonly problem: ClientProblem; readonly retryAfterMs?: number };

/**
 * The one place that touches the network: opens a stream, hands its bytes on as they come, and resolves with the reason
 * why it ended. Never rejects, unless `onChunk` throws. Once `signal` is aborted it resolves at once and hands on nothing
 * more, whatever the socket still does.
 */
export async function fetchStream(request: StreamRequest): Promise<StreamEnd> {
  let response: Response;
  try {
    response = await aborted(request.signal, open(request));
  } catch (error) {
    return { problem: localProblem('unreachable', undefined, error) };
  }
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 200 && type.startsWith('text/event-stream') && response.body !== null) {
    return readAll(response.body, request);
  }
  const asked = retryAfterMs(response.headers.get('retry-after'), response.headers.get('date'));
  const document = type.startsWith('application/problem+json') ? await readDocument(response, request.signal) : undefined;
  response.body?.cancel().catch(ignore);
  return { problem: answeredProblem(response.status, document), ...(asked === undefined ? {} : { retryAfterMs: asked }) };
}

async function open(request: StreamRequest): Promise<Response> {
  const { fetch, url, signal } = request;
  const headers = { ...(await request.headers()), accept: 'text/event-stream' };
  signal.throwIfAborted();
  // Not a literal argument: `cache` is a browser's field, which Node's types do not know.
  const init = { headers, signal, credentials: 'include' as const, cache: 'no-store' as const };
  return fetch(url, init);
}

async function readAll(body: ReadableStream<Uint8Array>, { signal, onChunk }: StreamRequest): Promise<StreamEnd> {
  const reader = body.getReader();
  try {
    for (;;) {
      let result;
      try {
        result = await aborted(signal, reader.read());
      } catch (error) {
        return { problem: localProblem('closed', 'the connection broke', error) };
      }
      if (result.done) return { problem: localProblem('closed') };
      onChunk(result.value);
    }
  } finally {
    reader.cancel().catch(ignore);
  }
}

async function readDocument(response: Response, signal: AbortSignal): Promise<unknown> {
  const reader = response.body?.getReader();
  if (reader === undefined) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let bytes = 0; bytes <= PROBLEM_BYTES;) {
      const result = await aborted(signal, reader.read());
      if (result.done) return JSON.parse(text + decoder.decode());
      bytes += result.value.length;
      text += decoder.decode(result.value, { stream: true });
    }
  } catch {
    return undefined;
  } finally {
    reader.cancel().catch(ignore);
    reader.releaseLock();
  }
  return undefined;
}

/** `promise`, or a rejection as soon as `signal` is aborted: some sockets never answer an abort. */
function aborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function ignore(): void {
  // The stream is being given up; how it takes that changes nothing.
}
