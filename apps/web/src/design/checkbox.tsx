import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from 'react-aria-components/Checkbox';
import { CheckIcon } from './icons.tsx';

export type CheckboxProps = Omit<AriaCheckboxProps, 'className' | 'style' | 'children'> & { readonly children: ReactNode };

export function Checkbox({ children, ...props }: CheckboxProps): ReactNode {
  return (
    <AriaCheckbox {...props} className="group flex min-h-9 cursor-pointer items-center gap-2.5 text-[0.9375rem]">
      <span
        aria-hidden="true"
        className="grid size-5 shrink-0 place-items-center rounded-md border border-line-strong bg-surface text-transparent group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-accent group-data-[selected]:border-accent group-data-[selected]:bg-accent group-data-[selected]:text-on-accent"
      >
        <CheckIcon />
      </span>
      {children}
    </AriaCheckbox>
  );
}
