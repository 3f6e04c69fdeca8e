import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { told } from '../data/problem.ts';
import { Button } from '../design/button.tsx';
import { Field } from '../design/field.tsx';
import { TEXT } from './text.ts';

export type TitleFormProps = {
  readonly label: string;
  readonly action: string;
  readonly initial?: string;
  /** Most characters. */
  readonly most?: number;
  /** The form closes when it resolves; what was typed stays when it rejects. */
  readonly onSave: (title: string) => Promise<unknown>;
  readonly onClose: () => void;
};

/** One title, typed in place. Escape gives up. */
export function TitleForm({ label, action, initial = '', most = 255, onSave, onClose }: TitleFormProps): ReactNode {
  const [title, setTitle] = useState(initial);
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const save = async (): Promise<void> => {
    setPending(true);
    setFailure(undefined);
    try {
      if (title.trim() !== initial) await onSave(title.trim());
      onClose();
    } catch (error) {
      setFailure(told(error));
      setPending(false);
    }
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending) void save();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
  };
  return (
    <form onSubmit={onSubmit} onKeyDownCapture={onKeyDown} className="flex flex-1 flex-wrap items-end gap-2">
      <Field
        label={label}
        value={title}
        onChange={setTitle}
        isRequired
        maxLength={most}
        autoFocus
        className="min-w-48 flex-1"
      />
      <Button type="submit" isPending={pending}>
        {action}
      </Button>
      <Button look="quiet" onPress={onClose}>
        {TEXT.outline.cancel}
      </Button>
      {failure !== undefined && (
        <p role="alert" className="basis-full text-sm text-danger">
          {failure}
        </p>
      )}
    </form>
  );
}
