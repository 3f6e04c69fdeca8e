import { readFileSync } from 'node:fs';
import { makeUuidV7 } from '@elira/protocol';
import type pg from 'pg';
import { signedIn, type Browser, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { getSyncScope } from '../../apps/server/src/rules.ts';
import type { Role, Viewer } from '../../apps/server/src/viewer.ts';
import { ROOT, type NamedThing } from './read-names.ts';

/** A server with people and a course, and what was heard of it while something of everything was done. */
export type Stage = {
  readonly server: RunningServer;
  readonly admin: Browser;
  readonly learner: Browser;
  readonly ids: { readonly course: string; readonly learner: string };
  /** Channel → names in the payloads that came. */
  readonly rung: ReadonlyMap<string, ReadonlySet<string>>;
  /** Type → names in the events that `GET /api/sync/stream?as=events` sent. */
  readonly events: ReadonlyMap<string, ReadonlySet<string>>;
};
export type LiveCheck = (thing: NamedThing, stage: Stage) => Promise<readonly string[]>;

const CHANNELS = ['course_changes', 'lesson_changes', 'enrollment_changes', 'course_published'];
const EVENT_PATIENCE_MS = 3_000;

/** Does something of everything, and listens. */
export async function setStage(server: RunningServer): Promise<Stage> {
  const [admin, learner] = [await signedIn(server.url, 'admin'), await signedIn(server.url, 'learner')];
  const one = async (text: string, values: unknown[] = []): Promise<string> =>
    (await server.sql.query<{ id: string }>(text, values)).rows[0]?.id ?? '';
  const ids = {
    course: await one(
      "SELECT c.id FROM courses c WHERE is_published AND access = 'open' AND EXISTS (SELECT FROM published_quizzes z WHERE z.course_id = c.id) LIMIT 1",
    ),
    learner: await one("SELECT id FROM users WHERE email = 'learner@elira.example'"),
  };
  const rung = new Map<string, Set<string>>();
  const hear = ({ channel, payload = '{}' }: pg.Notification): void => note(rung, channel, payload);
  server.sql.on('notification', hear);
  for (const channel of CHANNELS) await server.sql.query(`LISTEN ${channel}`);
  const events = new Map<string, Set<string>>();
  const abort = new AbortController();
  const listening = [listen(admin, events, abort.signal), listen(learner, events, abort.signal)];
  await doSomethingOfEverything(server.sql, admin, learner, ids);
  const deadline = Date.now() + EVENT_PATIENCE_MS;
  while (events.size < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  abort.abort();
  await Promise.all(listening);
  await server.sql.query('SELECT 1');
  return { server, admin, learner, ids, rung, events };
}

async function doSomethingOfEverything(
  sql: pg.Client,
  admin: Browser,
  learner: Browser,
  { course }: Stage['ids'],
): Promise<void> {
  await learner.ask('POST', '/api/enrollments', { courseId: course });
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM published_lessons WHERE course_id = $1 LIMIT 1', [course]);
  await learner.ask('PUT', `/api/progress/${rows[0]?.id ?? ''}`, { completed: true });
  await answerQuiz(sql, learner, course);
  const { body } = await admin.ask('GET', `/api/admin/courses/${course}`);
  const { version } = (body['course'] ?? body) as { version?: number };
  await admin.ask('PUT', `/api/admin/courses/${course}`, { version, title: 'A better title' });
  await sql.query('UPDATE lessons SET title = title || $2 WHERE course_id = $1', [course, '.']);
  await sql.query('UPDATE courses SET is_published = false WHERE id = $1', [course]);
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course]);
}

/** Answers a quiz as it was shown, the first option of each question. */
async function answerQuiz(sql: pg.Client, learner: Browser, course: string): Promise<void> {
  const { rows } = await sql.query<{ quiz: string; questions: unknown }>(
    `SELECT z.id AS quiz, (SELECT jsonb_agg(jsonb_build_object('id', q.id, 'version', q.version, 'options', o.options, 'chosen', o.chosen))
       FROM published_questions q, LATERAL (
         SELECT jsonb_agg(jsonb_build_object('id', p.id, 'version', p.version)) AS options, jsonb_build_array((array_agg(p.id))[1]) AS chosen
         FROM published_options p WHERE p.question_id = q.id) o
       WHERE q.quiz_id = z.id) AS questions
     FROM published_quizzes z WHERE z.course_id = $1 LIMIT 1`,
    [course],
  );
  const [{ quiz, questions } = { quiz: '', questions: [] }] = rows;
  const args = { id: makeUuidV7(), quizId: quiz, questions };
  await learner.ask('POST', '/api/sync/mutations', [{ id: makeUuidV7(), name: 'quiz.submit', args }]);
}

/** What a page sees that opens the mission's own EventSource. */
async function listen(browser: Browser, events: Map<string, Set<string>>, signal: AbortSignal): Promise<void> {
  try {
    const response = await browser.open('/api/sync/stream?as=events', { signal, headers: { accept: 'text/event-stream' } });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      for (const [, data = ''] of text.matchAll(/^data: (\{.*\})$/gm)) {
        const { type } = JSON.parse(data) as { type?: string };
        if (type !== undefined) note(events, type, data);
      }
    }
  } catch {
    // It is ended from here.
  }
}

function note(heard: Map<string, Set<string>>, name: string, json: string): void {
  const names = heard.get(name) ?? new Set<string>();
  heard.set(name, names);
  for (const key of Object.keys(JSON.parse(json) as object)) names.add(key);
}

/** `{a, b}` → a, b */
function namesIn(text: string): string[] {
  return text.match(/\w+/g) ?? [];
}

function heardWith(heard: ReadonlyMap<string, ReadonlySet<string>>, { name, askedMore }: NamedThing): string[] {
  const names = heard.get(name);
  if (names === undefined) return [`nothing came of ${name}; there came ${[...heard.keys()].join(', ') || 'nothing'}`];
  return namesIn(askedMore)
    .filter((key) => !names.has(key))
    .map((key) => `${name} came without ${key}`);
}

export const checkChannel: LiveCheck = (thing, { rung }) => Promise.resolve(heardWith(rung, thing));
export const checkEvent: LiveCheck = (thing, { events }) => Promise.resolve(heardWith(events, thing));

/**
 * `enrollment`, of `user_activities.activity_type`: was it written while something of everything was done? What is written on rarer
 * occasions (a row that could not be rendered) is at least what the column says it may hold.
 */
export const checkValue: LiveCheck = async ({ asked, name }, { server }) => {
  const [table = '', column = ''] = name.split('.');
  const { rows: allowed } = await server.sql.query<{ is: string }>(
    `SELECT pg_get_constraintdef(c.oid) AS is FROM pg_constraint c
     WHERE c.conrelid = $1::regclass AND c.contype = 'c' AND pg_get_constraintdef(c.oid) LIKE '%' || $2 || '%'`,
    [table, column],
  );
  if (allowed.some(({ is }) => is.includes(`'${asked}'`))) return [];
  const { rowCount } = await server.sql.query(`SELECT FROM ${table} WHERE ${column} = $1`, [asked]);
  return (rowCount ?? 0) > 0 ? [] : [`${name} was never ${asked}`];
};

/** An address that is there answers an admin with anything but "there is nothing here" and "not by that method". */
export const checkEndpoint: LiveCheck = async ({ name }, { admin, ids }) => {
  const [method = '', path = ''] = name.split(' ');
  const abort = new AbortController();
  const response = await admin.open(path.replace(':id', ids.course), {
    method,
    signal: abort.signal,
    headers: {
      origin: new URL(admin.url).origin,
      'sec-fetch-site': 'same-origin',
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: '{}' }),
  });
  const { status, headers } = response;
  await response.body?.cancel();
  abort.abort();
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  return status === 404 || status === 405 || status >= 500 || isPage ? [`${name} answered ${status}`] : [];
};

/** `enrollments:<user>` of a learner, `courses` of an admin. */
export const checkScope: LiveCheck = ({ name, askedMore }) => {
  const viewer: Viewer = { kind: 'user', id: 'me', sessionId: 's', role: askedMore as Role };
  const held = getSyncScope(viewer).map((scope) => scope.replace(/\/\w+$/, ''));
  const wanted = name.replace('<user>', 'me');
  return Promise.resolve(held.includes(wanted) ? [] : [`a ${askedMore} holds ${held.join(', ')}`]);
};

export const checkMetric: LiveCheck = async ({ name }, { admin }) => {
  const { status, body } = await admin.ask('GET', '/api/sync/metrics');
  return typeof body[name] === 'number' ? [] : [`GET /api/sync/metrics answered ${status}, and ${name} is no number there`];
};

/** `name of @elira/package`, or of a file of ours. */
export const checkExport: LiveCheck = async ({ name, files }) => {
  const [file = ''] = files;
  const module = (await import(new URL(file, ROOT).href)) as Record<string, unknown>;
  return name in module ? [] : [`${file} exports no ${name}`];
};

/** A name that is written rather than asked for: a key of a cache, a query's key, a call of an example. */
export const checkWritten: LiveCheck = ({ name, files }) => {
  const missing = files.filter((file) => !readFileSync(new URL(file, ROOT), 'utf8').includes(name));
  return Promise.resolve(files.length === 0 ? ['no file'] : missing.map((file) => `${file} does not say ${name}`));
};
