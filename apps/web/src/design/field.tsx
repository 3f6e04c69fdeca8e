import { useRef, type ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';
import { classes } from './classes.ts';
import { KeptCaret } from './kept-caret.tsx';

const INPUT =
  'w-full rounded-lg border border-line-strong/70 bg-surface px-3.5 py-2.5 text-ink placeholder:text-faint transition-colors hover:border-line-strong focus:border-accent data-[invalid]:border-danger';

export type FieldProps = Omit<TextFieldProps, 'className' | 'style' | 'children'> & {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  /** Lines of a field for longer texts; without it, one line. */
  readonly lines?: number;
  /** What stands below the input, such as somebody else's save. */
  readonly children?: ReactNode;
  readonly className?: string;
};

export function Field({ label, hint, placeholder, lines, children, className, ...props }: FieldProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const hints = placeholder === undefined ? {} : { placeholder };
  return (
    <TextField {...props} className={classes('flex flex-col gap-1.5', className)}>
      <Label className="text-sm font-medium text-soft">{label}</Label>
      {lines === undefined ? (
        <Input ref={input} className={INPUT} {...hints} />
      ) : (
        <TextArea ref={area} className={classes(INPUT, 'leading-relaxed')} rows={lines} {...hints} />
      )}
      {hint !== undefined && (
        <Text slot="description" className="text-sm text-faint">
          {hint}
        </Text>
      )}
      {props.value !== undefined && <KeptCaret area={lines === undefined ? input : area} text={props.value} />}
      <FieldError className="text-sm text-danger" />
      {children}
    </TextField>
  );
}
