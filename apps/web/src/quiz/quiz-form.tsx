import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { AskDialog } from '../design/dialog.tsx';
import { Notice } from '../design/states.tsx';
import { QuestionFields } from './question-fields.tsx';
import type { ShownQuiz, SubmittedQuestion } from './shown-quiz.ts';
import { TEXT } from './text.ts';
import { useTaking } from './use-taking.ts';

export type QuizFormProps = {
  /** As it is published now. */
  readonly now: ShownQuiz;
  /** At the first answer. */
  readonly onBegin?: () => void;
  readonly onSubmit: (questions: readonly SubmittedQuestion[]) => void;
  /** What stands below the questions while there are answers that were not handed in. */
  readonly guard?: (isDirty: boolean) => ReactNode;
};

/** The questions, to be answered. From the first answer on it stays as it is: what is published meanwhile is said, and not swapped in. */
export function QuizForm({ now, onBegin, onSubmit, guard }: QuizFormProps): ReactNode {
  const taking = useTaking(now);
  const [isAsking, setIsAsking] = useState(false);
  const { shown, chosen, open } = taking;
  const handIn = (): void => {
    setIsAsking(false);
    onSubmit(taking.submission());
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (open > 0) setIsAsking(true);
    else handIn();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-6">
      {taking.isOutdated && (
        <Notice
          tone="warn"
          title={TEXT.changed.title}
          actions={
            now.length > 0 && (
              <Button look="secondary" size="small" onPress={taking.beginAgain}>
                {TEXT.changed.action}
              </Button>
            )
          }
        >
          {TEXT.changed.body}
        </Notice>
      )}
      <ol className="flex flex-col gap-6">
        {shown.map((question, index) => (
          <li key={question.id}>
            <QuestionFields
              question={question}
              number={index + 1}
              chosen={chosen[question.id] ?? []}
              onChoose={(optionId) => {
                if (!taking.isBegun) onBegin?.();
                taking.choose(question, optionId);
              }}
            />
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit">{TEXT.submit}</Button>
        <span role="status" className="text-sm text-soft">
          {TEXT.answered(shown.length - open, shown.length)}
        </span>
      </div>
      <AskDialog
        isOpen={isAsking}
        title={TEXT.unanswered.title}
        confirm={TEXT.unanswered.confirm}
        cancel={TEXT.unanswered.cancel}
        onConfirm={handIn}
        onCancel={() => setIsAsking(false)}
      >
        {TEXT.unanswered.body(open)}
      </AskDialog>
      {guard?.(taking.isBegun)}
    </form>
  );
}
