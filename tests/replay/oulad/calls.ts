import { sessionCookieName, signedToken } from '@elira/server';
import { makeUuidV7 } from '@elira/protocol';
import type { Mutation } from './plan-courses.ts';

/** What the server signs its cookies with while it replays. */
export const REPLAY_SECRET = 'only-the-replay-signs-its-cookies-with-this';

/** Milliseconds until a request counts as lost. */
const PATIENCE_MS = 60_000;

export type Answer = { readonly status: string; readonly code: string | undefined };

/** Everybody's requests to one server, each under the session that `make-school.ts` gave them. */
export type Calls = {
  readonly cookieOf: (person: string) => string;
  /** Through the one door, in this order. Throws where it is not answered. */
  readonly mutate: (person: string, mutations: readonly Mutation[]) => Promise<readonly Answer[]>;
  /** Grades, by staff: `POST /api/admin/enrollments/batch`. `refused` names the problem. */
  readonly record: (person: string, batch: object) => Promise<Answer>;
};

export function callsTo(url: string): Calls {
  const cookieOf = (person: string): string => `${sessionCookieName(false)}=${signedToken(`token-${person}`, REPLAY_SECRET)}`;
  const post = async (person: string, path: string, body: unknown): Promise<Response> =>
    await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie: cookieOf(person) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  return {
    cookieOf,
    mutate: async (person, mutations) => {
      const response = await post(
        person,
        '/api/sync/mutations',
        mutations.map((mutation) => ({ id: makeUuidV7(), ...mutation })),
      );
      if (response.status !== 200) throw new Error(`${person} was answered ${response.status}: ${await response.text()}`);
      const answers = (await response.json()) as { status: string; problem?: { code: string } }[];
      return answers.map(({ status, problem }) => ({ status, code: problem?.code }));
    },
    record: async (person, batch) => {
      const response = await post(person, '/api/admin/enrollments/batch', batch);
      const text = await response.text();
      if (response.status === 200) return { status: 'applied', code: undefined };
      return { status: 'refused', code: (JSON.parse(text) as { code?: string }).code };
    },
  };
}

/** Runs `work` for each, at most `atOnce` of them under way; the first that fails fails all. */
export async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
