import { makeUuidV7 } from '@elira/protocol';
import type { Assessment, Oulad, Presentation } from './oulad-files.ts';

/*
 * What OULAD's presentations are as courses of Elira. Pure, but for the ids that are drawn.
 *
 *   presentation   course
 *   assessment     module of one lesson and one quiz, in the order of their dates; one that nobody handed in is left out
 *   activities     counted in the text of the lesson in whose weeks they fall, or, without weeks, in the description of the course
 *   score          CMA: what the quiz is worth as its learner answers it. TMA, exam: what the tutor records
 */
export type Mutation = { readonly name: string; readonly args: Readonly<Record<string, unknown>> };

export type PlannedAssessment = {
  readonly id: string;
  readonly lessonId: string;
  readonly quizId: string;
  /** Empty: marked by a tutor. */
  readonly questions: readonly PlannedQuestion[];
};

export type PlannedQuestion = {
  readonly id: string;
  readonly points: number;
  readonly right: string;
  readonly wrong: string;
};

export type PlannedCourse = {
  readonly id: string;
  readonly presentation: Presentation;
  readonly assessments: ReadonlyMap<string, PlannedAssessment>;
  /** Make and publish it, in this order. */
  readonly mutations: readonly Mutation[];
};

/** Points of a quiz's questions: some of them add up to any score from 0 to 100, and all of them to 100. */
export const POINTS = [1, 2, 4, 8, 16, 32, 37] as const;

/** Which questions are to be answered rightly for a score, by their number. */
export function rightFor(score: number): ReadonlySet<number> {
  if (!Number.isInteger(score) || score < 0 || score > 100) throw new Error(`no quiz is worth ${score} per cent`);
  const right = new Set<number>();
  let rest = score;
  for (let number = POINTS.length - 1; number >= 0; number -= 1) {
    const points = POINTS[number] ?? 0;
    if (points > rest) continue;
    right.add(number);
    rest -= points;
  }
  return right;
}

export function planCourses(oulad: Oulad): PlannedCourse[] {
  const handedIn = new Set(
    oulad.days.flatMap(({ events }) => events.flatMap((event) => (event.type === 'submit' ? [event.assessment] : []))),
  );
  return [...oulad.presentations].map(([presentation, { days }]) => {
    const assessments = oulad.assessments
      .filter((assessment) => assessment.presentation === presentation && handedIn.has(assessment.id))
      .toSorted((a, b) => (a.day ?? Infinity) - (b.day ?? Infinity) || Number(a.id) - Number(b.id));
    return planCourse(oulad, presentation, days, assessments);
  });
}

function planCourse(
  { activities }: Oulad,
  presentation: Presentation,
  days: number,
  assessments: readonly Assessment[],
): PlannedCourse {
  const id = makeUuidV7();
  const own = activities.filter((activity) => activity.presentation === presentation);
  const description =
    `A presentation of ${days} days, from the Open University Learning Analytics Dataset (Kuzilek, Hlosta and Zdrahal, 2017, CC BY 4.0).\n\n` +
    counted(own.filter(({ week }) => week === undefined));
  const mutations: Mutation[] = [{ name: 'course.make', args: { id, title: presentation, description } }];
  const planned = new Map<string, PlannedAssessment>();
  let since = Number.NEGATIVE_INFINITY;
  for (const [index, assessment] of assessments.entries()) {
    const until = assessment.day === undefined ? Infinity : assessment.day / 7;
    const weeks = own.filter(({ week }) => week !== undefined && week >= since && week < until);
    const [plan, making] = planAssessment(id, `${assessment.type} ${index + 1}`, assessment, counted(weeks));
    planned.set(assessment.id, plan);
    mutations.push(...making);
    since = until;
  }
  mutations.push({ name: 'course.publish', args: { id } });
  return { id, presentation, assessments: planned, mutations };
}

function planAssessment(
  courseId: string,
  title: string,
  { id, type }: Assessment,
  text: string,
): [PlannedAssessment, Mutation[]] {
  const [moduleId, lessonId, quizId] = [makeUuidV7(), makeUuidV7(), makeUuidV7()];
  const questions =
    type === 'CMA' ? POINTS.map((points) => ({ id: makeUuidV7(), points, right: makeUuidV7(), wrong: makeUuidV7() })) : [];
  const mutations: Mutation[] = [
    { name: 'module.make', args: { id: moduleId, parentId: courseId, title } },
    { name: 'lesson.make', args: { id: lessonId, parentId: moduleId, title: `Towards ${title}`, content: text } },
    { name: 'quiz.make', args: { id: quizId, parentId: moduleId, title } },
    ...questions.flatMap((question) => [
      { name: 'question.make', args: { id: question.id, parentId: quizId, prompt: title, points: question.points } },
      { name: 'option.make', args: { id: question.right, parentId: question.id, label: 'As taught', isCorrect: true } },
      { name: 'option.make', args: { id: question.wrong, parentId: question.id, label: 'Otherwise' } },
    ]),
  ];
  return [{ id, lessonId, quizId, questions }, mutations];
}

/** How many activities of each type, as Markdown. */
function counted(activities: readonly { readonly type: string }[]): string {
  const byType = new Map<string, number>();
  for (const { type } of activities) byType.set(type, (byType.get(type) ?? 0) + 1);
  return [...byType]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, count]) => `- ${count} × ${type}`)
    .join('\n');
}
