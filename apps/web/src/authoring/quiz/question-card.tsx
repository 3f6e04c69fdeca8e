import type { FormEvent, ReactNode } from 'react';
import { QUESTIONS } from '@elira/mutations';
import type { Question, QuizOption } from '../../data/tables.ts';
import { writes } from '../../data/writes.ts';
import { IconButton } from '../../design/button.tsx';
import { Choice } from '../../design/choice.tsx';
import { Confirm } from '../../design/dialog.tsx';
import { Field } from '../../design/field.tsx';
import { TrashIcon } from '../../design/icons.tsx';
import { Card } from '../../design/surface.tsx';
import { wordsOf } from '../../drafts/draft-fields.ts';
import { LeaveGuard } from '../../drafts/leave-guard.tsx';
import { SaveBar } from '../../drafts/save-bar.tsx';
import { useDraft } from '../../drafts/use-draft.ts';
import { MoveButtons } from '../move-buttons.tsx';
import { TEXT as OUTLINE } from '../text.ts';
import { OptionList } from './option-list.tsx';
import { TEXT } from './text.ts';

const KINDS = (['single', 'multiple'] as const).map((value) => ({ value, ...TEXT[value] }));
const FORM = {
  table: QUESTIONS,
  fields: {
    prompt: { label: TEXT.prompt },
    kind: { label: TEXT.kind, words: wordsOf(KINDS) },
    points: { label: TEXT.points },
    explanation: { label: TEXT.explanation },
  },
} as const;

type Step = (() => void) | undefined;

export type QuestionCardProps = {
  readonly question: Question;
  /** A few words that stand for it. */
  readonly name: string;
  readonly number: number;
  readonly options: readonly QuizOption[];
  readonly onUp: Step;
  readonly onDown: Step;
  readonly optionStep: (option: QuizOption, direction: 'up' | 'down') => Step;
};

export function QuestionCard({ question, name, number, options, onUp, onDown, optionStep }: QuestionCardProps): ReactNode {
  const form = useDraft(question, FORM);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void form.save();
  };
  return (
    <Card>
      <div className="mb-4 flex items-center gap-1">
        <h3 className="min-w-0 flex-1 font-semibold">{TEXT.question(number)}</h3>
        <MoveButtons id={question.id} title={name} onUp={onUp} onDown={onDown} />
        <Confirm
          title={TEXT.removeTitle(name)}
          confirm={OUTLINE.outline.removeAction}
          cancel={OUTLINE.outline.keep}
          onConfirm={async () => {
            await writes.deleteQuestion(question.id);
          }}
          trigger={
            <IconButton label={OUTLINE.outline.remove(name)}>
              <TrashIcon />
            </IconButton>
          }
        >
          {TEXT.removeBody}
        </Confirm>
      </div>
      <form onSubmit={onSubmit} className="flex flex-col gap-5">
        <Field
          label={FORM.fields.prompt.label}
          value={form.value('prompt')}
          onChange={(text) => form.type('prompt', text)}
          isRequired
          maxLength={20_000}
          lines={3}
        />
        <Choice
          label={FORM.fields.kind.label}
          options={KINDS}
          value={form.value('kind')}
          onChange={(value) => form.type('kind', value)}
        />
        <Field
          label={FORM.fields.points.label}
          hint={TEXT.pointsHint}
          value={form.value('points')}
          onChange={(text) => form.type('points', text)}
          isRequired
          inputMode="numeric"
          pattern="\d{1,3}|1000"
          className="max-w-40"
        />
        <Field
          label={FORM.fields.explanation.label}
          value={form.value('explanation')}
          onChange={(text) => form.type('explanation', text)}
          maxLength={20_000}
          lines={3}
        />
        <SaveBar form={form} label={TEXT.save} />
      </form>
      <OptionList question={question} options={options} step={optionStep} />
      <LeaveGuard isDirty={form.isDirty} onLeave={form.discard} />
    </Card>
  );
}
