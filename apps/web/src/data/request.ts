import { ApiProblem } from './problem.ts';

/** Milliseconds after which an answer is no longer waited for. */
const ANSWER_MS = 20_000;

const UNREACHABLE = 'The server cannot be reached. Nothing was lost; try again when you are online.';
/** Better words for people than the codes' own titles, where a problem says no more of its own. */
const WORDS: Readonly<Record<string, string>> = {
  not_signed_in: 'You are not signed in any more. Sign in again to go on.',
  not_found: 'That is not there any more, or not for you to see.',
  join_code_wrong: 'That join code is not right.',
  database_unavailable: 'The database does not answer at the moment. Nothing was lost; try again.',
  too_many_requests: 'Too many attempts. Wait a little and try again.',
};

let heldBack = false;

/**
 * While held back, nothing is written: the browser's cookie may belong to somebody else than the person whose page this is. Signing
 * in and out goes through.
 */
export function holdBackWrites(hold: boolean): void {
  heldBack = hold;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * One request to the API. Resolves to the answer's document, undefined for an empty one. Throws `ApiProblem` with words for
 * people. Writes only: what a screen shows comes from the stream.
 */
export async function request(method: Method, path: string, body?: object): Promise<unknown> {
  if (heldBack && method !== 'GET' && !path.startsWith('/api/auth/'))
    throw new ApiProblem(401, 'not_signed_in', WORDS['not_signed_in'] ?? '');
  const response = await send(method, path, body);
  const document: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return document;
  throw toProblem(response.status, document);
}

async function send(method: Method, path: string, body: object | undefined): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: { accept: 'application/json', ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
  } catch (cause) {
    throw new ApiProblem(0, 'unreachable', UNREACHABLE, {}, { cause });
  }
}

/** What a problem document says, in words for people. */
export function toProblem(status: number, document: unknown): ApiProblem {
  const fields: Readonly<Record<string, unknown>> = isRecord(document) ? document : {};
  const text = (name: string): string | undefined => (typeof fields[name] === 'string' ? fields[name] : undefined);
  const code = text('code') ?? (status === 429 ? 'too_many_requests' : 'unexpected_answer');
  // What a 401 says of its own is for programs.
  const detail = code === 'not_signed_in' ? undefined : text('detail');
  const words = detail ?? WORDS[code] ?? text('message') ?? text('title') ?? `The server answered with status ${status}.`;
  return new ApiProblem(status, code, words, fields);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
