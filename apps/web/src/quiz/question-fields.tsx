import { useId, type ReactNode } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { classes } from '../design/classes.ts';
import { Card } from '../design/surface.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import type { ShownQuestion } from './shown-quiz.ts';
import { TEXT } from './text.ts';

const ROW =
  'group flex min-h-12 cursor-pointer items-center gap-3 rounded-lg border border-line px-4 py-3 transition-colors hover:border-line-strong data-[focus-visible]:outline-2 data-[focus-visible]:outline-offset-2 data-[focus-visible]:outline-accent data-[selected]:border-accent data-[selected]:bg-accent-soft';
const SIGN =
  'grid size-5 shrink-0 place-items-center border border-line-strong text-on-accent group-data-[selected]:border-accent group-data-[selected]:bg-accent';

export type QuestionFieldsProps = {
  readonly question: ShownQuestion;
  readonly number: number;
  readonly chosen: readonly string[];
  readonly onChoose: (optionId: string) => void;
};

/** A question and its options: round signs for one answer, square ones for several. */
export function QuestionFields({ question, number, chosen, onChoose }: QuestionFieldsProps): ReactNode {
  const promptId = useId();
  const isSingle = question.kind === 'single';
  const options = question.options.map(({ id, label }) => ({ id, label }));
  return (
    <Card>
      <p className="mb-3 flex flex-wrap justify-between gap-2 text-sm text-faint">
        <span className="font-medium">{TEXT.question(number)}</span>
        <span>
          {isSingle ? TEXT.single : TEXT.multiple} · {TEXT.points(question.points)}
        </span>
      </p>
      <div id={promptId}>
        <Markdown text={question.prompt} topHeading={3} />
      </div>
      {isSingle ? (
        <RadioGroup
          aria-labelledby={promptId}
          value={chosen[0] ?? null}
          onChange={onChoose}
          className="mt-4 flex flex-col gap-2"
        >
          {options.map(({ id, label }) => (
            <Radio key={id} value={id} className={ROW}>
              <Sign round />
              <span className="min-w-0 break-words">{label}</span>
            </Radio>
          ))}
        </RadioGroup>
      ) : (
        <CheckboxGroup
          aria-labelledby={promptId}
          value={[...chosen]}
          onChange={(after) => {
            const turned = options.find(({ id }) => after.includes(id) !== chosen.includes(id));
            if (turned !== undefined) onChoose(turned.id);
          }}
          className="mt-4 flex flex-col gap-2"
        >
          {options.map(({ id, label }) => (
            <Checkbox key={id} value={id} className={ROW}>
              <Sign />
              <span className="min-w-0 break-words">{label}</span>
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
    </Card>
  );
}

function Sign({ round = false }: { readonly round?: boolean }): ReactNode {
  return (
    <span aria-hidden="true" className={classes(SIGN, round ? 'rounded-full' : 'rounded-sm')}>
      <svg
        viewBox="0 0 12 12"
        className="size-3 opacity-0 group-data-[selected]:opacity-100"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
      >
        {round ? <circle cx="6" cy="6" r="2" fill="currentColor" /> : <path d="m2 6.5 2.7 2.7L10 3.5" />}
      </svg>
    </span>
  );
}
