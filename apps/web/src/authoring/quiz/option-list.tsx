import { useState, type ReactNode } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import { positionAt } from '../../data/order.ts';
import { told } from '../../data/problem.ts';
import type { Question, QuizOption } from '../../data/tables.ts';
import { writes } from '../../data/writes.ts';
import { Button, IconButton } from '../../design/button.tsx';
import { Confirm } from '../../design/dialog.tsx';
import { CheckIcon, PenIcon, PlusIcon, TrashIcon } from '../../design/icons.tsx';
import { toasts } from '../../design/toasts.tsx';
import { MoveButtons } from '../move-buttons.tsx';
import { RemovedMark } from '../removed-mark.tsx';
import { TEXT as OUTLINE } from '../text.ts';
import { TitleForm } from '../title-form.tsx';
import { TEXT } from './text.ts';

type Step = (() => void) | undefined;

/** Of an option, as its column has it. */
const MOST_CHARACTERS = 5_000;

export type OptionListProps = {
  readonly question: Question;
  /** Those marked as deleted included, in order. */
  readonly options: readonly QuizOption[];
  readonly step: (option: QuizOption, direction: 'up' | 'down') => Step;
};

/** The options of a question and its key. Each change is saved at once. */
export function OptionList({ question, options, step }: OptionListProps): ReactNode {
  const [isAdding, setIsAdding] = useState(false);
  const alive = options.filter(({ deletedAt }) => deletedAt === null);
  const right = alive.filter(({ isCorrect }) => isCorrect).length;
  return (
    <section aria-label={TEXT.options} className="mt-6 border-t border-line pt-5">
      <h4 className="mb-3 text-sm font-medium text-soft">{TEXT.options}</h4>
      {options.length === 0 && <p className="mb-3 text-[0.9375rem] text-faint">{TEXT.noOptions}</p>}
      <ul className="flex flex-col divide-y divide-line rounded-lg border border-line empty:hidden">
        {options.map((option) => (
          <li key={option.id}>
            <OptionRow option={option} onUp={step(option, 'up')} onDown={step(option, 'down')} />
          </li>
        ))}
      </ul>
      <p role="status" className="mt-3 text-[0.9375rem] text-warn empty:hidden">
        {alive.length > 0 && right === 0 && TEXT.noneRight}
        {question.kind === 'single' && right > 1 && TEXT.severalRight}
      </p>
      <div className="mt-3">
        {isAdding ? (
          <TitleForm
            label={TEXT.optionLabel}
            action={TEXT.addAction}
            most={MOST_CHARACTERS}
            onSave={(label) => writes.addOption(question.id, label, positionAt(options, options.length))}
            onClose={() => setIsAdding(false)}
          />
        ) : (
          <Button look="quiet" size="small" onPress={() => setIsAdding(true)}>
            <PlusIcon />
            {TEXT.addOption}
          </Button>
        )}
      </div>
    </section>
  );
}

function OptionRow({
  option,
  onUp,
  onDown,
}: {
  readonly option: QuizOption;
  readonly onUp: Step;
  readonly onDown: Step;
}): ReactNode {
  const { id, label, version, isCorrect, deletedAt } = option;
  const [isEditing, setIsEditing] = useState(false);
  if (deletedAt !== null) return <RemovedMark title={label} onRestore={() => writes.restoreOption(id, version)} />;
  if (isEditing) {
    return (
      <div className="p-3">
        <TitleForm
          label={TEXT.optionLabel}
          action={OUTLINE.outline.save}
          initial={label}
          most={MOST_CHARACTERS}
          onSave={(text) => writes.saveOption(id, { version, label: text })}
          onClose={() => setIsEditing(false)}
        />
      </div>
    );
  }
  const turn = (isNow: boolean): void => {
    writes.saveOption(id, { version, isCorrect: isNow }).catch((error: unknown) => toasts.say(told(error), 'danger'));
  };
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-1 py-1 pr-2 pl-2">
      <Checkbox
        isSelected={isCorrect}
        onChange={turn}
        aria-label={TEXT.markRight(label)}
        className="group flex min-h-11 min-w-0 flex-1 basis-48 cursor-pointer items-center gap-3 rounded-lg px-2 data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent"
      >
        <span
          aria-hidden="true"
          className="grid size-6 shrink-0 place-items-center rounded-sm border border-line-strong text-on-accent group-data-[selected]:border-accent group-data-[selected]:bg-accent"
        >
          {isCorrect && <CheckIcon />}
        </span>
        <span className="min-w-0 break-words">{label}</span>
        {isCorrect && <span className="text-sm whitespace-nowrap text-accent-strong">{TEXT.right}</span>}
      </Checkbox>
      <span className="flex">
        <IconButton label={OUTLINE.outline.rename(label)} onPress={() => setIsEditing(true)}>
          <PenIcon />
        </IconButton>
        <MoveButtons id={id} title={label} onUp={onUp} onDown={onDown} />
        <Confirm
          title={TEXT.removeTitle(label)}
          confirm={OUTLINE.outline.removeAction}
          cancel={OUTLINE.outline.keep}
          onConfirm={async () => {
            await writes.deleteOption(id);
          }}
          trigger={
            <IconButton label={OUTLINE.outline.remove(label)}>
              <TrashIcon />
            </IconButton>
          }
        >
          {TEXT.removeBody}
        </Confirm>
      </span>
    </div>
  );
}
