import { LIMITS, type IntegrityAnswer, type IntegrityRequest } from '@elira/protocol';
import { aborted } from '../connect/aborted.ts';
import { answeredProblem, localProblem, type ClientProblem } from '../connect/client-problem.ts';
import { readDocument } from '../connect/read-document.ts';
import { decodeDelta } from '../ingest/decode-message.ts';

/** Milliseconds after which an answer is no longer waited for: a server may have to read whole scopes. */
const ANSWER_MS = 60_000;

export type CheckRequest = {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly headers: () => Promise<Record<string, string>>;
  readonly request: IntegrityRequest;
  readonly signal: AbortSignal;
};

/** Asks once. Never rejects. */
export async function postCheck(
  asked: CheckRequest,
): Promise<{ readonly answer: IntegrityAnswer } | { readonly problem: ClientProblem }> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = setTimeout(stop, ANSWER_MS);
  asked.signal.addEventListener('abort', stop, { once: true });
  try {
    asked.signal.throwIfAborted();
    const response = await aborted(abort.signal, open(asked, abort.signal));
    const document = await readDocument(response, abort.signal, LIMITS.batchBytes);
    if (response.status !== 200) return { problem: answeredProblem(response.status, document) };
    return { answer: readAnswer(document) };
  } catch (error) {
    return { problem: localProblem('unreachable', undefined, error) };
  } finally {
    clearTimeout(timer);
    asked.signal.removeEventListener('abort', stop);
  }
}

async function open({ fetch, url, headers, request }: CheckRequest, signal: AbortSignal): Promise<Response> {
  const all = { ...(await headers()), accept: 'application/json', 'content-type': 'application/json' };
  const body = JSON.stringify(request);
  // Not a literal argument: `cache` is a browser's field, which Node's types do not know.
  const init = { method: 'POST', headers: all, body, signal, credentials: 'include' as const, cache: 'no-store' as const };
  return fetch(url, init);
}

/** Trusted in nothing. Throws where it is no answer. */
function readAnswer(document: unknown): IntegrityAnswer {
  const { differ, deltas } = (document ?? {}) as Partial<Record<string, unknown>>;
  if (!Array.isArray(differ) || !Array.isArray(deltas)) throw new TypeError('not an answer');
  return { differ: differ.map(readDiffering), deltas: deltas.map((delta: unknown) => decodeDelta('an answer', delta)) };
}

function readDiffering(value: unknown): IntegrityAnswer['differ'][number] {
  const { scope, buckets } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof scope !== 'string' || !Array.isArray(buckets)) throw new TypeError('not a scope that differs');
  return { scope, buckets: buckets.filter((bucket): bucket is number => Number.isInteger(bucket)) };
}
