import type pg from 'pg';
import { makeUuidV7 } from '@elira/protocol';
import { forEach, type Answer, type Calls } from './calls.ts';
import { learnerId, tutorId } from './make-school.ts';
import type { OuladDay, OuladEvent, Presentation } from './oulad-files.ts';
import { rightFor, type Mutation, type PlannedAssessment, type PlannedCourse } from './plan-courses.ts';

/** An event, and whether Elira is to accept it: whether its learner is enrolled, or for `enroll` is not. */
export type Judged = { readonly event: OuladEvent; readonly accepted: boolean };

type Submission = Extract<OuladEvent, { type: 'submit' }>;
type Courses = ReadonlyMap<Presentation, PlannedCourse>;

/** Learners whose requests are under way at once, and batches of tutors. */
const LEARNERS_AT_ONCE = 48;
const TUTORS_AT_ONCE = 8;
/** Entries of one batch of grades. */
const PER_BATCH = 500;

/**
 * Lives one day of the stream through the doors that people use: all that is of one kind and follows one upon another in the stream is under
 * way at once, and is over before the next kind begins. Learners hand in and answer quizzes by their mutations; what a computer does not mark
 * their tutors record at the end of it. Returns what was not answered as it should have been.
 */
export async function liveDay(calls: Calls, courses: Courses, date: string, events: readonly Judged[]): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (who: string, what: string, answer: Answer | undefined, accepted: boolean): void => {
    if ((answer?.status === 'applied') === accepted) return;
    wrong.push(`${date}: ${what} of ${who} was ${answer?.status ?? 'not answered'} ${answer?.code ?? ''}`);
  };
  for (const run of runsOf(events)) {
    await forEach(run, LEARNERS_AT_ONCE, async ({ event, accepted }) => {
      const person = learnerId(event.learner);
      const wanted = mutationsOf(event, courseOf(courses, event.presentation));
      const answers = await calls.mutate(person, wanted);
      for (const [index, { name }] of wanted.entries())
        // Answers are kept and marked, whoever gives them.
        expect(person, name, answers[index], accepted || name === 'quiz.submit');
    });
    await forEach(gradesOf(run, courses), TUTORS_AT_ONCE, async ({ course, assessment, accepted, entries }) => {
      const batch = { courseId: course.id, reason: `Marked on ${date}`, entries };
      expect(tutorId(course), `a batch for ${assessment}`, await calls.record(tutorId(course), batch), accepted);
    });
  }
  return wrong;
}

/**
 * Lets days pass in an instant: for the database nothing else tells that it is later than when learners were last here. Then does what a
 * server does every minute.
 */
export async function passDays(sql: pg.ClientBase, days: number): Promise<void> {
  if (days === 0) return;
  const back = 'UPDATE enrollments SET last_accessed_at = last_accessed_at - make_interval(days => $1) WHERE active';
  await sql.query(back, [days]);
  for (;;) {
    const { rows } = await sql.query<{ retired: number }>('SELECT retire_learners() AS retired');
    if (rows[0]?.retired === 0) return;
  }
}

/** Whole days from one date to another. */
export function daysBetween(from: OuladDay, to: OuladDay): number {
  return Math.round((Date.parse(to.date) - Date.parse(from.date)) / 86_400_000);
}

function runsOf(events: readonly Judged[]): Judged[][] {
  const runs: Judged[][] = [];
  for (const judged of events) {
    const last = runs.at(-1);
    if (last?.[0]?.event.type === judged.event.type) last.push(judged);
    else runs.push([judged]);
  }
  return runs;
}

function mutationsOf(event: OuladEvent, course: PlannedCourse): Mutation[] {
  switch (event.type) {
    case 'enroll':
      return [{ name: 'enrollment.join', args: { courseId: course.id } }];
    case 'unenroll':
      return [{ name: 'enrollment.leave', args: { courseId: course.id } }];
    case 'submit': {
      const assessment = assessmentOf(course, event);
      const complete = { name: 'lesson.complete', args: { lessonId: assessment.lessonId, completed: true } };
      return isTutored(assessment) || event.score === undefined
        ? [complete]
        : [complete, { name: 'quiz.submit', args: attempt(assessment, event.score) }];
    }
  }
}

function attempt({ quizId, questions }: PlannedAssessment, score: number): Mutation['args'] {
  const right = rightFor(score);
  return {
    id: makeUuidV7(),
    quizId,
    questions: questions.map((question, number) => ({
      id: question.id,
      version: 1,
      options: [question.right, question.wrong].map((id) => ({ id, version: 1 })),
      chosen: [right.has(number) ? question.right : question.wrong],
    })),
  };
}

type Batch = {
  readonly course: PlannedCourse;
  readonly assessment: string;
  readonly accepted: boolean;
  readonly entries: { userId: string; quizId: string; percent: number }[];
};

/** What tutors record, by assessment; apart for those who left or never came, since a batch is refused whole. */
function gradesOf(run: readonly Judged[], courses: Courses): Batch[] {
  const batches = new Map<string, Batch[]>();
  for (const { event, accepted } of run) {
    if (event.type !== 'submit' || event.score === undefined) continue;
    const course = courseOf(courses, event.presentation);
    const { quizId, ...assessment } = assessmentOf(course, event);
    if (!isTutored(assessment)) continue;
    const key = `${event.assessment} ${String(accepted)}`;
    const ofKey = batches.get(key) ?? [];
    batches.set(key, ofKey);
    let batch = ofKey.at(-1);
    if (batch === undefined || batch.entries.length === PER_BATCH)
      ofKey.push((batch = { course, assessment: event.assessment, accepted, entries: [] }));
    batch.entries.push({ userId: learnerId(event.learner), quizId, percent: event.score });
  }
  return [...batches.values()].flat();
}

export function isTutored({ questions }: Pick<PlannedAssessment, 'questions'>): boolean {
  return questions.length === 0;
}

function assessmentOf(course: PlannedCourse, { assessment }: Submission): PlannedAssessment {
  const planned = course.assessments.get(assessment);
  if (planned === undefined) throw new Error(`${course.presentation} has no assessment ${assessment}`);
  return planned;
}

function courseOf(courses: Courses, presentation: Presentation): PlannedCourse {
  const course = courses.get(presentation);
  if (course === undefined) throw new Error(`there is no presentation ${presentation}`);
  return course;
}
