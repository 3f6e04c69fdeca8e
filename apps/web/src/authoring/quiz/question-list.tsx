import { useRef, useState, type ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import { byPosition, positionAt } from '../../data/order.ts';
import type { Question, QuizOption } from '../../data/tables.ts';
import { writes } from '../../data/writes.ts';
import { Button } from '../../design/button.tsx';
import { PlusIcon } from '../../design/icons.tsx';
import { SectionTitle } from '../../design/surface.tsx';
import { moduleMove } from '../outline-moves.ts';
import { RemovedMark } from '../removed-mark.tsx';
import { TitleForm } from '../title-form.tsx';
import { useMoving } from '../use-moving.ts';
import { QuestionCard } from './question-card.tsx';
import { TEXT } from './text.ts';

/** Characters of a question that stand for it where it is named. */
const NAME_CHARACTERS = 80;

/** The questions of a quiz: made, put in order and taken out. */
export function QuestionList({ quizId }: { readonly quizId: string }): ReactNode {
  const questions = useRows<Question>('questions', { where: { quizId }, orderBy: byPosition });
  const options = useRows<QuizOption>('options', { where: { quizId }, orderBy: byPosition });
  const [isAdding, setIsAdding] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const { move, announcement } = useMoving(list, [...questions, ...options].map(({ id, position }) => id + position).join());
  const alive = questions.filter(({ deletedAt }) => deletedAt === null);

  const step = (question: Question, direction: 'up' | 'down'): (() => void) | undefined => {
    const position = moduleMove(questions, question.id, direction);
    if (position === undefined) return undefined;
    const named = { id: question.id, title: nameOf(question) };
    return () => move(named, direction, () => writes.saveQuestion(question.id, { version: question.version, position }));
  };
  const optionStep = (option: QuizOption, direction: 'up' | 'down'): (() => void) | undefined => {
    const siblings = options.filter(({ questionId }) => questionId === option.questionId);
    const position = moduleMove(siblings, option.id, direction);
    if (position === undefined) return undefined;
    const named = { id: option.id, title: option.label };
    return () => move(named, direction, () => writes.saveOption(option.id, { version: option.version, position }));
  };

  return (
    <section>
      <SectionTitle>{TEXT.questions}</SectionTitle>
      <p role="status" className="sr-only">
        {announcement}
      </p>
      {questions.length === 0 && <p className="mb-4 text-soft">{TEXT.empty}</p>}
      <ol ref={list} className="flex flex-col gap-6">
        {questions.map((question) => (
          <li key={question.id}>
            {question.deletedAt === null ? (
              <QuestionCard
                question={question}
                name={nameOf(question)}
                number={alive.indexOf(question) + 1}
                options={options.filter(({ questionId }) => questionId === question.id)}
                onUp={step(question, 'up')}
                onDown={step(question, 'down')}
                optionStep={optionStep}
              />
            ) : (
              <div className="rounded-xl border border-line bg-surface">
                <RemovedMark title={nameOf(question)} onRestore={() => writes.restoreQuestion(question.id, question.version)} />
              </div>
            )}
          </li>
        ))}
      </ol>
      <div className="mt-5">
        {isAdding ? (
          <TitleForm
            label={TEXT.addLabel}
            action={TEXT.addAction}
            onSave={(prompt) => writes.addQuestion(quizId, prompt, positionAt(questions, questions.length))}
            onClose={() => setIsAdding(false)}
          />
        ) : (
          <Button look="secondary" onPress={() => setIsAdding(true)}>
            <PlusIcon />
            {TEXT.add}
          </Button>
        )}
      </div>
    </section>
  );
}

function nameOf({ prompt }: Question): string {
  const line = prompt.split('\n', 1)[0] ?? '';
  return line.length > NAME_CHARACTERS ? `${line.slice(0, NAME_CHARACTERS)}…` : line;
}
