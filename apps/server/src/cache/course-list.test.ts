import type { ClientBase } from 'pg';
import { expect, test } from 'vitest';
import type { ReadReport } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import { openCourseList, type CourseList } from './course-list.ts';
import { NO_SHARED_CACHE, type SharedCache } from './shared-cache.ts';

/** A database whose catalogue is one title, and a reader that reads when it is told to. */
class World {
  xid = 10;
  title = 'first';
  reads = 0;
  /** Waits for a query that is under way. */
  held: Promise<void> = Promise.resolve();
  readonly askedAs = new Set<string>();
  #seen = 0;
  #waiting: (() => void)[] = [];
  readonly list: CourseList;

  constructor(shared: SharedCache = NO_SHARED_CACHE) {
    const query = async (sql: string): Promise<{ rows: unknown[] }> => {
      if (sql.includes('pg_current_snapshot')) return { rows: [{ position: `${this.xid}:${this.xid}:` }] };
      this.reads += 1;
      const { title } = this;
      await this.held;
      return { rows: [{ course: { id: 'c', title } }] };
    };
    const pool: Pick<AppPool, 'as'> = {
      as: async (viewer, work) => {
        this.askedAs.add(viewer.kind);
        return await work({ query } as unknown as ClientBase);
      },
    };
    const caughtUp = async (): Promise<boolean> => {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return true;
    };
    this.list = openCourseList({ pool, engine: () => ({ caughtUp }), shared });
    this.read();
  }

  commit(title: string): void {
    this.title = title;
    this.xid += 1;
  }

  /** One read of the change index, as the engine makes it. */
  read(): void {
    const position = `${this.xid}:${this.xid}:`;
    const tables = new Set(this.xid > this.#seen ? ['published_courses'] : []);
    this.#seen = this.xid;
    const report: ReadReport = { position, incarnation: 'i', tables, keysOf: () => new Set(), setAside: [], messages: 0 };
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((resolve) => resolve());
    this.list.onRead(report);
  }

  /** Answers while the reader goes on reading. */
  async ask(): Promise<string> {
    const answer = this.list.getCourseList();
    const timer = setInterval(() => this.read(), 1);
    try {
      return (JSON.parse((await answer).body) as { courses: { title: string }[] }).courses[0]?.title ?? '';
    } finally {
      clearInterval(timer);
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('O7 one query serves all who ask, until a batch changes the catalogue', async () => {
  const world = new World();
  expect(await Promise.all([world.ask(), world.ask(), world.ask()])).toEqual(['first', 'first', 'first']);
  expect(await world.ask()).toBe('first');
  expect(world.reads).toBe(1);
  world.commit('second');
  expect(await world.ask()).toBe('second');
  expect(await world.ask()).toBe('second');
  expect(world.reads).toBe(2);
});

test('O7 what was committed before a request is in its answer, though the reader has not come to it', async () => {
  const world = new World();
  expect(await world.ask()).toBe('first');
  world.commit('second');
  // Nothing has been read since: without the reader there is no answer, rather than an old one.
  let answered = false;
  const answer = world.list.getCourseList().then((entry) => {
    answered = true;
    return entry.body;
  });
  await turn();
  expect(answered).toBe(false);
  world.read();
  expect(await answer).toContain('second');
});

test('O7 no cache is keyed without the role: what is kept for all is what anybody may read', async () => {
  const world = new World();
  await Promise.all([world.ask(), world.ask()]);
  world.commit('second');
  await world.ask();
  expect(world.askedAs).toEqual(new Set(['anonymous']));
});

test('O7 who asks after a change does not join a query that began before it', async () => {
  const world = new World();
  let release = (): void => {};
  world.held = new Promise((resolve) => (release = resolve));
  const early = world.ask();
  await turn();
  world.commit('second');
  const late = world.ask();
  await turn();
  release();
  expect(await late).toBe('second');
  expect(['first', 'second']).toContain(await early);
  expect(await world.ask()).toBe('second');
});

test('O7 an entry of another server counts only if it contains the last change that this one has seen', async () => {
  const kept = new Map<string, string>();
  const shared: SharedCache = {
    ...NO_SHARED_CACHE,
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, text, seconds) => {
      expect([key, seconds]).toEqual(['courses:published', 300]);
      kept.set(key, text);
      return Promise.resolve();
    },
  };
  const one = new World(shared);
  const other = new World(shared);
  expect(await one.ask()).toBe('first');
  expect(await other.ask()).toBe('first');
  expect(other.reads).toBe(0);
  // The other has seen a change that the entry does not contain.
  other.commit('second');
  expect(await other.ask()).toBe('second');
  expect(other.reads).toBe(1);
  for (const text of ['', '{}', '{"body":"x","etag":"y","position":"9999:9999:","incarnation":"i"}', 'null']) {
    kept.set('courses:published', text);
    other.commit(`after ${text.length}`);
    expect(await other.ask()).toBe(`after ${text.length}`);
  }
});
