import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { classes } from './classes.ts';

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'bg-surface text-ink border border-line-strong/60 hover:border-line-strong hover:bg-sunken',
  quiet: 'text-soft hover:text-ink hover:bg-sunken',
  danger: 'bg-danger-soft text-danger hover:brightness-95',
};

/** The look of a button, for links that act like one as well. */
export function buttonClasses(look: ButtonLook = 'primary', size: 'normal' | 'small' = 'normal'): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-lg font-medium no-underline select-none whitespace-nowrap',
    'transition-[background-color,border-color,color,transform] duration-150 active:scale-[0.98]',
    'disabled:opacity-50 data-[pending]:opacity-70',
    size === 'small' ? 'min-h-9 px-3 text-sm' : 'min-h-11 px-4.5 text-[0.9375rem]',
    LOOKS[look],
  );
}

export type ButtonProps = Omit<AriaButtonProps, 'className' | 'style' | 'children'> & {
  readonly look?: ButtonLook;
  readonly size?: 'normal' | 'small';
  readonly className?: string;
  readonly children: ReactNode;
};

/** While `isPending` it keeps the focus, takes no press and says so to screen readers. */
export function Button({ look = 'primary', size = 'normal', className, ...props }: ButtonProps): ReactNode {
  return <AriaButton {...props} className={classes(buttonClasses(look, size), className)} />;
}

/** A button that shows a sign instead of words; `label` says what it does. */
export function IconButton({
  label,
  className,
  ...props
}: Omit<ButtonProps, 'look' | 'size'> & { readonly label: string }): ReactNode {
  return (
    <AriaButton
      {...props}
      aria-label={label}
      className={classes(
        'inline-grid size-9 shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-sunken hover:text-ink disabled:opacity-35',
        className,
      )}
    />
  );
}
