import { LIMITS, PROBLEMS, type ProblemCode, type ProblemDocument } from '@elira/protocol';
import type { Mutation, MutationAnswer } from '@elira/rules';
import { aborted } from '../connect/aborted.ts';
import { retryAfterMs } from '../connect/backoff.ts';
import { answeredProblem, localProblem, type ClientProblem } from '../connect/client-problem.ts';
import { PROBLEM_BYTES } from '../connect/fetch-stream.ts';
import { readDocument } from '../connect/read-document.ts';

/** Most bytes that are read of the answers to one request. */
const ANSWERS_BYTES = 16 * 1024 * 1024;
/** Milliseconds after which an answer is no longer waited for; it is asked for again. As with a stream, silence is a line that broke. */
const ANSWER_MS = LIMITS.silenceSeconds * 1000;
/** Names the user whose mutations these are: a cookie may have become somebody else's since they were made. */
const USER_HEADER = 'x-elira-user';

/** What became of one request. */
export type SendOutcome =
  /** One answer for each mutation, in their order; those that were not to be understood are unknown. */
  | { readonly kind: 'answers'; readonly answers: readonly MutationAnswer[] }
  /** Nothing is known; to be sent again. */
  | { readonly kind: 'failed'; readonly problem: ClientProblem; readonly retryAfterMs?: number }
  /** Nothing was done, and will not be until this user signs in again. */
  | { readonly kind: 'signed-out'; readonly problem: ClientProblem }
  /** Nothing was done: the server does not take a request like this one. */
  | { readonly kind: 'not-taken'; readonly problem: ClientProblem };

export type MutationsRequest = {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly userId: string;
  readonly headers: () => Promise<Record<string, string>>;
  readonly mutations: readonly Mutation[];
  readonly signal: AbortSignal;
  readonly answerMs?: number;
};

/** Sends mutations once and says what became of it. Never rejects. */
export async function postMutations(request: MutationsRequest): Promise<SendOutcome> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = setTimeout(stop, request.answerMs ?? ANSWER_MS);
  request.signal.addEventListener('abort', stop, { once: true });
  if (request.signal.aborted) stop();
  try {
    return await outcome(await aborted(abort.signal, open(request, abort.signal)), request.mutations, abort.signal);
  } catch (error) {
    return { kind: 'failed', problem: localProblem('unreachable', undefined, error) };
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', stop);
  }
}

async function open({ fetch, url, userId, headers, mutations }: MutationsRequest, signal: AbortSignal): Promise<Response> {
  const own = { accept: 'application/json', 'content-type': 'application/json', [USER_HEADER]: userId };
  const all = { ...(await headers()), ...own };
  signal.throwIfAborted();
  const body = JSON.stringify(mutations);
  // Not a literal argument: `cache` is a browser's field, which Node's types do not know.
  const init = { method: 'POST', headers: all, body, signal, credentials: 'include' as const, cache: 'no-store' as const };
  return fetch(url, init);
}

async function outcome(response: Response, mutations: readonly Mutation[], signal: AbortSignal): Promise<SendOutcome> {
  const { status, headers } = response;
  const document = await readDocument(response, signal, status === 200 ? ANSWERS_BYTES : PROBLEM_BYTES);
  if (status === 200 && Array.isArray(document) && document.length === mutations.length)
    return { kind: 'answers', answers: mutations.map(({ id }, index) => readAnswer(id, document[index])) };
  if (status === 200) return { kind: 'failed', problem: localProblem('unexpected_answer', 'no answers in it') };
  const problem = answeredProblem(status, document);
  if (status === 401) return { kind: 'signed-out', problem };
  if (status === 413 || problem.code === 'invalid_request') return { kind: 'not-taken', problem };
  const asked = retryAfterMs(headers.get('retry-after'), headers.get('date'));
  return { kind: 'failed', problem, ...(asked === undefined ? {} : { retryAfterMs: asked }) };
}

/** Trusted in nothing: an answer for another mutation, or of an unknown kind, decides nothing. */
function readAnswer(id: string, value: unknown): MutationAnswer {
  const answer = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (answer['id'] === id && answer['status'] === 'applied') return { id, status: 'applied', result: answer['result'] };
  const { problem } = answer;
  if (answer['id'] === id && answer['status'] === 'refused') return { id, status: 'refused', problem: readProblem(problem) };
  return { id, status: 'unknown', problem: readProblem(problem) };
}

/** A problem as it came, or one that says as much as can be said. Codes of a newer server stay as they are. */
function readProblem(value: unknown): ProblemDocument {
  const isDocument = typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
  return isDocument ? (value as ProblemDocument) : documentOf(localProblem('outcome_unknown'));
}

/** A client's problem in the form of the wire, for whoever shows either. */
export function documentOf({ code, title, status, detail }: ClientProblem): ProblemDocument {
  const known: { readonly status?: number } = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as ProblemCode] : {};
  const own = { type: `urn:elira:problem:${code}`, title, status: status ?? known.status ?? 0, code: code as ProblemCode };
  return { ...own, ...(detail === undefined ? {} : { detail }) };
}
