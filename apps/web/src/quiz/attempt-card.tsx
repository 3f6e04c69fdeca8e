import type { ReactNode } from 'react';
import type { GradedQuestion } from '../data/tables.ts';
import { Badge } from '../design/badge.tsx';
import { classes } from '../design/classes.ts';
import { Card } from '../design/surface.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import type { JudgedAttempt } from './quiz-result.ts';
import type { ShownQuestion, ShownQuiz } from './shown-quiz.ts';
import { TEXT } from './text.ts';

export type AttemptCardProps = {
  readonly judged: JudgedAttempt;
  /** As it is published now: the words for what was asked. */
  readonly now: ShownQuiz;
  readonly isOpen: boolean;
  /** It is on this device alone as far as is known, and there is no connection. */
  readonly waits?: boolean;
};

/** One attempt: what it was worth, and question by question what was right and why. */
export function AttemptCard({ judged: { attempt, number, grade }, now, isOpen, waits = false }: AttemptCardProps): ReactNode {
  if (grade === undefined) {
    return (
      <Card>
        <p className="flex flex-wrap items-center gap-3">
          <span className="font-semibold">{TEXT.attempt.title(number)}</span>
          <Badge tone="warn">{waits ? TEXT.attempt.waits : TEXT.attempt.waiting}</Badge>
        </p>
        <p role="status" className="mt-2 text-[0.9375rem] text-soft">
          {waits ? TEXT.attempt.waitsBody : TEXT.attempt.waitingBody}
        </p>
      </Card>
    );
  }
  const order = now.map(({ id }) => id);
  const asked = Object.entries(grade.detail).toSorted(([a], [b]) => placeOf(order, a) - placeOf(order, b));
  const isRegraded = attempt.courseVersion !== null && grade.courseVersion !== attempt.courseVersion;
  return (
    <Card>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{TEXT.attempt.title(number)}</span>
        <span className="text-soft">{TEXT.attempt.of(grade.points, grade.maxPoints)}</span>
        <Badge tone={grade.points === grade.maxPoints ? 'good' : 'plain'}>{TEXT.result.percent(grade.percent)}</Badge>
      </p>
      {isRegraded && <p className="mt-2 text-[0.9375rem] text-soft">{TEXT.attempt.regraded}</p>}
      <details open={isOpen} className="mt-3">
        <summary className="min-h-9 cursor-pointer rounded-sm py-1 text-[0.9375rem] font-medium text-soft hover:text-ink">
          {TEXT.attempt.details}
        </summary>
        <ol className="mt-3 flex flex-col gap-6">
          {asked.map(([id, graded], index) => (
            <li key={id} className="border-t border-line pt-5">
              <GradedAnswer
                number={index + 1}
                graded={graded}
                question={now.find((question) => question.id === id)}
                chosen={attempt.answers[id] ?? []}
              />
            </li>
          ))}
        </ol>
      </details>
    </Card>
  );
}

function placeOf(order: readonly string[], id: string): number {
  const at = order.indexOf(id);
  return at === -1 ? order.length : at;
}

type GradedAnswerProps = {
  readonly number: number;
  readonly graded: GradedQuestion;
  readonly question: ShownQuestion | undefined;
  readonly chosen: readonly string[];
};

function GradedAnswer({ number, graded, question, chosen }: GradedAnswerProps): ReactNode {
  const { points, maxPoints, correct, explanation } = graded;
  const isRight = points === maxPoints;
  return (
    <>
      <p className="mb-2 flex flex-wrap items-center justify-between gap-2 text-sm text-faint">
        <span className="font-medium">{TEXT.question(number)}</span>
        <span className="flex items-center gap-2">
          {TEXT.attempt.of(points, maxPoints)}
          <Badge tone={isRight ? 'good' : 'danger'}>{isRight ? TEXT.right : TEXT.wrong}</Badge>
        </span>
      </p>
      {question === undefined ? (
        <p className="text-soft">{TEXT.attempt.gone}</p>
      ) : (
        <>
          <Markdown text={question.prompt} topHeading={3} />
          <ul className="mt-3 flex flex-col gap-2">
            {question.options.map(({ id, label }) => (
              <li key={id}>
                <GradedOption label={label} isChosen={chosen.includes(id)} isCorrect={correct?.includes(id)} />
              </li>
            ))}
          </ul>
        </>
      )}
      {correct === undefined && <p className="mt-3 text-sm text-faint">{TEXT.attempt.noKey}</p>}
      {explanation !== undefined && explanation.trim() !== '' && (
        <div className="mt-3 rounded-lg bg-sunken px-4 py-3">
          <Markdown text={explanation} topHeading={4} />
        </div>
      )}
    </>
  );
}

type GradedOptionProps = {
  readonly label: string;
  readonly isChosen: boolean;
  /** Undefined: not told. */
  readonly isCorrect: boolean | undefined;
};

/** Said in words as well: colour alone says nothing to many. */
function GradedOption({ label, isChosen, isCorrect }: GradedOptionProps): ReactNode {
  const told = isChosen || isCorrect === true;
  const words = isChosen
    ? isCorrect === false
      ? TEXT.option.chosenWrong
      : TEXT.option.chosenRight
    : isCorrect === true
      ? TEXT.option.missed
      : TEXT.option.other;
  return (
    <div
      className={classes(
        'flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-lg border px-4 py-2.5',
        isCorrect === true ? 'border-accent bg-accent-soft' : isChosen ? 'border-danger/40 bg-danger-soft' : 'border-line',
      )}
    >
      <span className="min-w-0 break-words">{label}</span>
      <span className={classes('text-sm text-soft', !told && 'sr-only')}>{words}</span>
    </div>
  );
}
