import type { ReactNode } from 'react';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { classes } from './classes.ts';

export type ChoiceOption = { readonly value: string; readonly label: string; readonly hint?: string };

export type ChoiceProps = {
  readonly label: string;
  readonly options: readonly ChoiceOption[];
  /** null: none is chosen yet. */
  readonly value: string | null;
  readonly onChange: (value: string) => void;
};

/** One of a few, each with a word of explanation. */
export function Choice({ label, options, value, onChange }: ChoiceProps): ReactNode {
  return (
    <RadioGroup value={value} onChange={onChange} className="@container flex flex-col gap-1.5">
      <Label className="text-sm font-medium text-soft">{label}</Label>
      <div className={classes('grid gap-2', options.length > 3 ? '@sm:grid-cols-2 @3xl:grid-cols-4' : '@lg:grid-cols-3')}>
        {options.map((option) => (
          <Radio
            key={option.value}
            value={option.value}
            className="group flex cursor-pointer flex-col gap-0.5 rounded-lg border border-line bg-surface px-3.5 py-2.5 transition-colors hover:border-line-strong data-[focus-visible]:outline-2 data-[focus-visible]:outline-offset-2 data-[focus-visible]:outline-accent data-[selected]:border-accent data-[selected]:bg-accent-soft"
          >
            <span className="text-[0.9375rem] font-medium">{option.label}</span>
            {option.hint !== undefined && <span className="text-sm leading-snug text-soft">{option.hint}</span>}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
