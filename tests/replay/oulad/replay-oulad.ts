import type pg from 'pg';
import { callsTo, type Calls } from './calls.ts';
import { compareNumbers, countBySql } from './compare-numbers.ts';
import { followAnalytics, type AnalyticsClient, type AnalyticsSeen } from './follow-analytics.ts';
import { daysBetween, isTutored, liveDay, passDays } from './live-days.ts';
import { ADMIN, makeSchool, MARKER, type OuladSchool } from './make-school.ts';
import type { Oulad, OuladDay, Presentation } from './oulad-files.ts';
import type { PlannedCourse } from './plan-courses.ts';
import { StreamOracle, type Numbers } from './stream-oracle.ts';

/*
 * The OULAD stream through Elira. In: the tables and the stream, a running server, and its database as a superuser. Out: what was wrong, and
 * how long it took. The promise: every event goes through a door that people use, in the order of the stream, while an admin's window is
 * open the whole way; at barriers and at the end what it shows equals plain SQL in that snapshot, and both equal what the stream says.
 */
export type ReplayOptions = {
  readonly oulad: Oulad;
  readonly url: string;
  readonly sql: pg.ClientBase;
  /** Days of the stream between two barriers. */
  readonly barrierEvery: number;
  readonly onProgress?: (line: string) => void;
};

export type LivedDay = { readonly date: string; readonly events: number; readonly seconds: number };

export type Replayed = {
  readonly wrong: readonly string[];
  readonly courses: number;
  readonly people: number;
  readonly days: readonly LivedDay[];
  readonly events: number;
  readonly seconds: number;
  /** Seconds in which days passed without anybody doing anything: no part of any day, but of `seconds`. */
  readonly secondsOfNights: number;
  readonly barriers: number;
  /** Requests that were sent again, since the server had too much to do. */
  readonly repeated: number;
  readonly seen: AnalyticsSeen;
};

type Stage = {
  readonly sql: pg.ClientBase;
  readonly calls: Calls;
  readonly admin: AnalyticsClient;
  readonly school: OuladSchool;
  readonly courses: ReadonlyMap<Presentation, PlannedCourse>;
  readonly oracle: StreamOracle;
};

export async function replayOulad(options: ReplayOptions): Promise<Replayed> {
  const { oulad, url, sql, onProgress = () => undefined } = options;
  const calls = callsTo(url);
  const school = await makeSchool(sql, calls, oulad);
  onProgress(`${school.courses.length} courses are made and published`);
  const admin = followAnalytics(url, calls.cookieOf(ADMIN));
  try {
    const courses = new Map(school.courses.map((course) => [course.presentation, course]));
    return await replayDays(options, { sql, calls, admin, school, courses, oracle: oracleOf(school.courses) });
  } finally {
    admin.stop();
  }
}

async function replayDays({ oulad, barrierEvery, onProgress }: ReplayOptions, stage: Stage): Promise<Replayed> {
  const { days } = oulad;
  const wrong: string[] = [];
  const lived: LivedDay[] = [];
  const start = performance.now();
  let [today, nights, barriers, told] = [0, 0, 0, 0];
  for (const [index, day] of days.entries()) {
    const began = performance.now();
    today += await letPass(stage.sql, days[index - 1], day);
    nights += performance.now() - began;
    lived.push(await live(stage, day, today, wrong));
    if (index % barrierEvery !== barrierEvery - 1 && index !== days.length - 1) continue;
    barriers += 1;
    const found = await barrier(stage, barriers, today);
    wrong.push(...found.map((what) => `${day.date}: ${what}`));
    for (const what of wrong.slice(told)) onProgress?.(`WRONG ${what}`);
    told = wrong.length;
    onProgress?.(`${day.date}: ${lived.reduce((sum, { events }) => sum + events, 0)} events, ${wrong.length} wrong`);
  }
  wrong.push(...stage.admin.faults);
  return {
    wrong,
    courses: stage.courses.size,
    people: new Set(days.flatMap(({ events }) => events.map(({ learner }) => learner))).size,
    days: lived,
    events: lived.reduce((sum, { events }) => sum + events, 0),
    seconds: (performance.now() - start) / 1_000,
    secondsOfNights: nights / 1_000,
    barriers,
    repeated: stage.calls.repeated(),
    seen: stage.admin.seen(),
  };
}

async function letPass(sql: pg.ClientBase, before: OuladDay | undefined, day: OuladDay): Promise<number> {
  const passed = before === undefined ? 0 : daysBetween(before, day);
  await passDays(sql, passed);
  return passed;
}

async function live(stage: Stage, { date, events }: OuladDay, today: number, wrong: string[]): Promise<LivedDay> {
  const began = performance.now();
  const judged = events.map((event) => ({ event, accepted: stage.oracle.take(event, today) }));
  wrong.push(...(await liveDay(stage.calls, stage.courses, date, judged)));
  return { date, events: events.length, seconds: (performance.now() - began) / 1_000 };
}

/** Waits until the admin's window shows all that was committed, and compares. */
async function barrier(stage: Stage, number: number, today: number): Promise<string[]> {
  const { calls, admin, school, courses, oracle } = stage;
  const isThere = number % 2 === 1;
  const name = isThere ? 'enrollment.join' : 'enrollment.leave';
  const [answer] = await calls.mutate(MARKER, [{ name, args: { courseId: school.markerCourse } }]);
  if (answer?.status !== 'applied') return [`the mark was ${answer?.status}`];
  await admin.until((numbers) => (numbers.get(school.markerCourse)?.learners ?? 0) === Number(isThere));
  const told = new Map<string, Numbers>(
    [...courses].map(([presentation, { id }]) => [id, oracle.numbers(presentation, today)]),
  );
  return compareNumbers(await countBySql(stage.sql), admin.numbers(), told);
}

function oracleOf(courses: readonly PlannedCourse[]): StreamOracle {
  const tutored = new Set(
    courses.flatMap(({ assessments }) => [...assessments.values()].filter(isTutored).map(({ id }) => id)),
  );
  return new StreamOracle(
    new Map(courses.map(({ presentation, assessments }) => [presentation, assessments.size])),
    (assessment) => tutored.has(assessment),
  );
}
