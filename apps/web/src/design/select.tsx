import { useId, type ReactNode } from 'react';
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
  const id = useId();
  return (
    <div className={classes('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium text-soft">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="min-h-11.5 w-full min-w-0 rounded-lg border border-line-strong/70 bg-surface px-3 text-ink transition-colors hover:border-line-strong"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
