import type { CourseCounts } from '../data/tables.ts';

/** Per cent are exact; undefined where there is nobody to average over. */
export type CourseNumbers = {
  readonly learners: number;
  readonly active: number;
  readonly completed: number;
  readonly completionRate: number | undefined;
  readonly averageProgress: number | undefined;
  readonly averageScore: number | undefined;
};

type Sums = Pick<CourseCounts, 'learners' | 'active' | 'completed' | 'progress' | 'scored' | 'score'>;
const NOTHING: Sums = { learners: 0, active: 0, completed: 0, progress: 0, scored: 0, score: 0 };

/** Pure. The numbers of each course, as the sums over its rows. */
export function numbersByCourse(counts: readonly CourseCounts[]): ReadonlyMap<string, CourseNumbers> {
  const sums = new Map<string, Sums>();
  for (const row of counts) sums.set(row.courseId, add(sums.get(row.courseId) ?? NOTHING, row));
  return new Map([...sums].map(([courseId, sum]) => [courseId, numbersOf(sum)]));
}

/** Pure. The numbers of all of them together. */
export function numbersOfAll(counts: readonly CourseCounts[]): CourseNumbers {
  return numbersOf(counts.reduce<Sums>(add, NOTHING));
}

export const NO_NUMBERS: CourseNumbers = numbersOf(NOTHING);

function add(a: Sums, b: Sums): Sums {
  return {
    learners: a.learners + b.learners,
    active: a.active + b.active,
    completed: a.completed + b.completed,
    progress: a.progress + b.progress,
    scored: a.scored + b.scored,
    score: a.score + b.score,
  };
}

function numbersOf({ learners, active, completed, progress, scored, score }: Sums): CourseNumbers {
  const per = (sum: number, count: number): number | undefined => (count === 0 ? undefined : sum / count);
  return {
    learners,
    active,
    completed,
    completionRate: per(100 * completed, learners),
    averageProgress: per(progress, learners),
    averageScore: per(score, scored),
  };
}
