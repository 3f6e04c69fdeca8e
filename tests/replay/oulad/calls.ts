import { sessionCookieName, signedToken } from '@elira/server';
import { makeUuidV7 } from '@elira/protocol';
import type { Mutation } from './plan-courses.ts';

/** What the server signs its cookies with while it replays. */
export const REPLAY_SECRET = 'only-the-replay-signs-its-cookies-with-this';

/** Milliseconds until a request counts as lost, between two tries, and until something that is not decided fails the replay. */
const REQUEST_MS = 60_000;
const RETRY_MS = 250;
const PATIENCE_MS = 120_000;

export type Answer = { readonly status: string; readonly code: string | undefined };

/** Everybody's requests to one server, each under the session that `make-school.ts` gave them. */
export type Calls = {
  readonly cookieOf: (person: string) => string;
  /** Through the one door, in this order; what the server could not decide is sent again under its id, as every client does. */
  readonly mutate: (person: string, mutations: readonly Mutation[]) => Promise<readonly Answer[]>;
  /** Grades, by staff: `POST /api/admin/enrollments/batch`. */
  readonly record: (person: string, batch: object) => Promise<Answer>;
  /** How often a server that had too much to do was asked again. */
  readonly repeated: () => number;
};

export function callsTo(url: string): Calls {
  let repeated = 0;
  const cookieOf = (person: string): string => `${sessionCookieName(false)}=${signedToken(`token-${person}`, REPLAY_SECRET)}`;
  const post = async (person: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie: cookieOf(person), ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
  /** Asks until it is decided. */
  const decided = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
    for (const until = performance.now() + PATIENCE_MS; performance.now() < until; repeated += 1) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    throw new Error('the server could not decide what it was asked within two minutes');
  };
  return {
    cookieOf,
    repeated: () => repeated,
    mutate: async (person, mutations) => {
      const wanted = mutations.map((mutation) => ({ id: makeUuidV7(), ...mutation }));
      return await decided(async () => {
        const response = await post(person, '/api/sync/mutations', wanted);
        const text = await response.text();
        if (mayPass(response.status)) return undefined;
        if (response.status !== 200) throw new Error(`${person} was answered ${response.status}: ${text}`);
        const answers = JSON.parse(text) as { status: string; problem?: { code: string } }[];
        if (answers.some(({ status }) => status === 'unknown')) return undefined;
        return answers.map(({ status, problem }) => ({ status, code: problem?.code }));
      });
    },
    record: async (person, batch) => {
      const key = { 'idempotency-key': makeUuidV7() };
      return await decided(async () => {
        const response = await post(person, '/api/admin/enrollments/batch', batch, key);
        const text = await response.text();
        if (mayPass(response.status)) return undefined;
        if (response.status === 200) return { status: 'applied', code: undefined };
        return { status: 'refused', code: (JSON.parse(text) as { code?: string }).code };
      });
    },
  };
}

function mayPass(status: number): boolean {
  return status === 429 || status >= 500;
}

/** Runs `work` for each, at most `atOnce` of them under way; the first that fails fails all. */
export async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
