import type { TrialClient } from '../../clients/trial-client.ts';
import { BANNABLE, CHANGERS } from '../../people.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';
import { until } from './until.ts';

const NAME = 'access that is taken and given while the stream is open';
const ROUNDS = 4;
/** Milliseconds in which a change must show, whatever the machine has to do besides; how soon it does is measured. */
const SHOWN_PATIENCE_MS = 20_000;
/** Milliseconds in which somebody is there to whom it can be done. */
const THERE_PATIENCE_MS = 10_000;

export const ACCESS_CHANGES = [
  'a session ends under its stream',
  'a person is banned under their stream',
  'a role changes under the stream',
  'an enrolment is lost under the stream',
  'an enrolment is gained under the stream',
  'a course is withdrawn under the streams of its learners',
] as const;
type Change = (typeof ACCESS_CHANGES)[number];

/** What is done, and when it shows; undefined where there is nobody to whom it can be done. */
type Taking = { readonly client: TrialClient; readonly shows: () => boolean; readonly done: () => Promise<number> };

/**
 * In calm, so that nothing but the engine stands between the commit and the client. What it does is what writers do as well; here it is
 * measured how soon it shows.
 */
export const ACCESS: Strike = {
  name: NAME,
  also: ACCESS_CHANGES,
  place: 'in calm',
  strike: async (context) => {
    const late: string[] = [];
    let shown = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const change of ACCESS_CHANGES) {
        await context.database.query('UPDATE users SET banned = false WHERE id = ANY ($1) AND banned', [BANNABLE]);
        const taking = await CHANGES[change](context);
        if (taking === undefined || (await taking.done()) === 0) continue;
        const milliseconds = await until(taking.shows, SHOWN_PATIENCE_MS);
        if (milliseconds === undefined) late.push(`${change}: ${taking.client.viewer.name}`);
        else {
          shown += 1;
          struck(context, change, { client: taking.client.viewer.name, milliseconds });
        }
      }
    }
    besides(context, NAME, 'every change of access shows', late.length === 0, { late });
    if (shown > 0) struck(context, NAME, { shown });
  },
};

const CHANGES: Readonly<Record<Change, (context: FaultContext) => Promise<Taking | undefined>>> = {
  'a session ends under its stream': async (context) =>
    ends(context, await anybody(context), 'DELETE FROM sessions WHERE user_id = $1'),
  'a person is banned under their stream': async (context) =>
    ends(context, await anybody(context, BANNABLE), 'UPDATE users SET banned = true WHERE id = $1 AND NOT banned'),
  'a role changes under the stream': async (context) =>
    ends(
      context,
      await anybody(context, CHANGERS),
      `UPDATE users SET role = CASE role WHEN 'learner' THEN 'instructor' ELSE 'learner' END WHERE id = $1`,
    ),
  'an enrolment is lost under the stream': async (context) => {
    const client = await anybody(context);
    const scope = client?.sync.store.scopes().find((held) => held.startsWith('content:'));
    if (client === undefined || scope === undefined) return undefined;
    const text = 'DELETE FROM enrollments WHERE user_id = $1 AND course_id = $2 RETURNING 1';
    return {
      client,
      shows: () => client.signedOut || !client.sync.store.scopes().includes(scope),
      done: () => changed(context, text, [client.viewer.user, courseOf(scope)]),
    };
  },
  'an enrolment is gained under the stream': async (context) => {
    const client = await anybody(context);
    if (client === undefined) return undefined;
    const [found] = await context.database.query<{ id: string }>(
      `SELECT c.id::text AS id FROM courses c WHERE c.is_published
       AND NOT EXISTS (SELECT FROM enrollments e WHERE e.course_id = c.id AND e.user_id = $1) LIMIT 1`,
      [client.viewer.user],
    );
    if (found === undefined) return undefined;
    const text = 'INSERT INTO enrollments (user_id, course_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1';
    return {
      client,
      shows: () => client.signedOut || client.sync.store.scopes().some((held) => held.startsWith(`content:${found.id}`)),
      done: () => changed(context, text, [client.viewer.user, found.id]),
    };
  },
  'a course is withdrawn under the streams of its learners': async (context) => {
    const client = await anybody(context);
    const shown = (): string[] => [...(client?.sync.store.rows('published_courses').keys() ?? [])];
    const course = shown()[0];
    if (client === undefined || course === undefined) return undefined;
    return {
      client,
      shows: () => client.signedOut || !shown().includes(course),
      done: () => changed(context, 'SELECT unpublish_course($1)', [course]),
    };
  },
};

/** Somebody who is there and receives; sessions and enrolments come and go in other hands too, so it may take a while. */
async function anybody({ fleet, random }: FaultContext, among?: readonly string[]): Promise<TrialClient | undefined> {
  const there = (): TrialClient[] =>
    fleet.clients.filter(
      ({ viewer, signedOut, sync }) =>
        viewer.user !== undefined && !signedOut && sync.status === 'live' && (among?.includes(viewer.user) ?? true),
    );
  await until(() => there().length > 0, THERE_PATIENCE_MS);
  const found = there();
  return found.length === 0 ? undefined : random.pick(found);
}

/** The stream ends, and what was received is thrown away before anything else is. */
async function ends(context: FaultContext, client: TrialClient | undefined, text: string): Promise<Taking | undefined> {
  if (client === undefined) return undefined;
  const before = client.problems.length;
  const user = client.viewer.user;
  return Promise.resolve({
    client,
    shows: () => client.problems.length > before,
    done: () => changed(context, `${text} RETURNING 1`, [user]),
  });
}

/** Rows; none where somebody else was faster, or holds them. */
async function changed({ database, say }: FaultContext, text: string, values: readonly unknown[]): Promise<number> {
  try {
    return (await database.query(text, values)).length;
  } catch (error) {
    say(`${text}: ${error instanceof Error ? error.message : String(error)}`);
    return 0;
  }
}

function courseOf(scope: string): string {
  return /^content:([^/]+)/.exec(scope)?.[1] ?? '';
}
