import { aborted } from './aborted.ts';
import { answeredProblem, localProblem, type ClientProblem } from './client-problem.ts';
import { retryAfterMs } from './backoff.ts';
import { readDocument } from './read-document.ts';

/** Most bytes that are read of an answer that is not a stream. */
export const PROBLEM_BYTES = 64 * 1024;

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
  const document = type.startsWith('application/problem+json')
    ? await readDocument(response, request.signal, PROBLEM_BYTES)
    : undefined;
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

function ignore(): void {
  // The stream is being given up; how it takes that changes nothing.
}
