import type { PageShape } from './course-shape.ts';
import type { PageSource } from './page-source.ts';
import type { SourceQuiz } from './quiz-file.ts';

type Placed = { readonly path: string; readonly quiz: SourceQuiz };
type Module = {
  readonly path: string;
  readonly pages: readonly { readonly role: PageShape['role']; readonly title: string; readonly source: PageSource }[];
};

/** An address that leads to a quiz by its id, as lessons link to theirs: `https://quizzes.example/quiz/12`. */
const QUIZ_ADDRESS = /\/quiz(?:zes)?\/([\w-]+)\/?(?:[?#].*)?$/i;

/** Id of the quiz that an address names. Pure. */
export function quizNamedBy(url: string): string | undefined {
  return QUIZ_ADDRESS.exec(url)?.[1];
}

/**
 * Which module each quiz belongs to: that of the lesson which links to it, else of the lesson that its title names or counts ("Lesson 7"),
 * else the one in whose folder it lies. In the order of the lessons, then of the file. Pure.
 */
export function moduleOfQuiz(
  modules: readonly Module[],
  quizzes: readonly Placed[],
): { readonly byModule: readonly (readonly Placed[])[]; readonly unplaced: readonly string[] } {
  const pages = modules.flatMap(({ pages: below }, module) => below.map((page) => ({ ...page, module })));
  const linked = new Map<string, number>();
  for (const [at, { source }] of pages.entries()) {
    for (const { url, isPicture } of source.targets) {
      const key = isPicture ? undefined : quizNamedBy(url);
      if (key !== undefined && !linked.has(key)) linked.set(key, at);
    }
  }
  const lessons = pages.flatMap(({ role, title }, at) => (role === 'lesson' ? [{ at, title: words(title) }] : []));
  const pageOf = ({ path, quiz }: Placed): number | undefined => {
    const title = words(quiz.title);
    const named = lessons
      .filter((lesson) => ` ${title} `.includes(` ${lesson.title} `))
      .toSorted((a, b) => b.title.length - a.title.length)[0];
    const counted = /^lesson (\d{1,4})\b/.exec(title)?.[1];
    const around = modules.findIndex((module) => module.path !== '' && path.startsWith(`${module.path}/`));
    return (
      linked.get(quiz.key) ??
      named?.at ??
      (counted === undefined ? undefined : lessons[Number(counted) - 1]?.at) ??
      (around !== -1 ? pages.findLastIndex(({ module }) => module === around) : undefined)
    );
  };
  const placed = quizzes.map((one) => ({ one, at: pageOf(one) }));
  const known = placed.flatMap(({ one, at }) => (at === undefined ? [] : [{ one, at, module: pages[at]?.module }]));
  return {
    byModule: modules.map((_, index) =>
      known
        .filter(({ module }) => module === index)
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one),
    ),
    unplaced: placed.filter(({ at }) => at === undefined).map(({ one }) => `${one.path}#${one.quiz.key}`),
  };
}

function words(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
