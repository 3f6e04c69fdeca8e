import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export type SelectOption = { readonly value: string; readonly label: string };

export type SelectProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
  readonly className?: string;
};

/** One of many, with the list that the device itself has for it. */
export function Select({ label, value, options, onChange, className }: SelectProps): ReactNode {
  return (
    <label className={classes('flex min-w-0 flex-col gap-1.5 text-sm font-medium text-soft', className)}>
      {label}
      <select
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="min-h-11 w-full min-w-0 rounded-lg border border-line-strong/70 bg-surface px-3 text-[0.9375rem] font-normal text-ink transition-colors hover:border-line-strong"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
