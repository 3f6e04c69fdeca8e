import type { OuladEvent, Presentation } from './oulad-files.ts';

/** A course's numbers: how many, and sums over learners of per cents. As in course_counts. */
export type Numbers = {
  readonly learners: number;
  readonly active: number;
  readonly completed: number;
  readonly progress: number;
  readonly scored: number;
  readonly score: number;
};

/** Days after which who was not here is not active any more. */
const ACTIVE_DAYS = 7;

type Standing = { completed: Set<string>; results: Map<string, number>; seenOn: number; isEnrolled: boolean };

/**
 * What the stream itself says the numbers of a course are, without any database: enrolled is who came and has not left; progress is the
 * share of the assessments handed in while enrolled, rounded down; a score is the rounded average of results; active is who was here
 * within seven days. What somebody did stays theirs when they leave.
 */
export class StreamOracle {
  readonly #lessons: ReadonlyMap<Presentation, number>;
  readonly #isTutored: (assessment: string) => boolean;
  readonly #courses = new Map<Presentation, Map<string, Standing>>();

  constructor(lessons: ReadonlyMap<Presentation, number>, isTutored: (assessment: string) => boolean) {
    this.#lessons = lessons;
    this.#isTutored = isTutored;
  }

  /** Takes what happened on day number `day`; whether it was for Elira to accept, which is: whether they were (or were not) enrolled. */
  take(event: OuladEvent, day: number): boolean {
    const record = this.#record(event.presentation, event.learner);
    const { isEnrolled } = record;
    if (event.type === 'enroll' || (event.type === 'submit' && isEnrolled)) record.seenOn = day;
    switch (event.type) {
      case 'enroll':
        record.isEnrolled = true;
        return !isEnrolled;
      case 'unenroll':
        record.isEnrolled = false;
        return isEnrolled;
      case 'submit':
        if (isEnrolled) record.completed.add(event.assessment);
        // A quiz counts whoever answers it; a tutor has nobody to grade where nobody is enrolled.
        if (event.score !== undefined && (isEnrolled || !this.#isTutored(event.assessment)))
          record.results.set(event.assessment, event.score);
        return isEnrolled;
    }
  }

  numbers(presentation: Presentation, today: number): Numbers {
    const lessons = this.#lessons.get(presentation) ?? 0;
    const sum = { learners: 0, active: 0, completed: 0, progress: 0, scored: 0, score: 0 };
    for (const { isEnrolled, completed, results, seenOn } of this.#courses.get(presentation)?.values() ?? []) {
      if (!isEnrolled) continue;
      sum.learners += 1;
      if (today - seenOn < ACTIVE_DAYS) sum.active += 1;
      const progress = lessons === 0 ? 0 : Math.floor((100 * completed.size) / lessons);
      sum.progress += progress;
      if (progress === 100) sum.completed += 1;
      if (results.size === 0) continue;
      sum.scored += 1;
      sum.score += Math.round([...results.values()].reduce((a, b) => a + b, 0) / results.size);
    }
    return sum;
  }

  #record(presentation: Presentation, learner: string): Standing {
    const learners = this.#courses.get(presentation) ?? new Map<string, Standing>();
    this.#courses.set(presentation, learners);
    const record = learners.get(learner) ?? { completed: new Set(), results: new Map(), seenOn: 0, isEnrolled: false };
    learners.set(learner, record);
    return record;
  }
}
