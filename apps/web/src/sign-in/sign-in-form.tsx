import { useState, type FormEvent, type ReactNode } from 'react';
import { useSession } from '../app/session-context.tsx';
import { told } from '../data/problem.ts';
import { Button } from '../design/button.tsx';
import { Field } from '../design/field.tsx';
import { TEXT } from './text.ts';

export type SignInFormProps = { readonly isNew?: boolean; readonly onDone: () => void };

export function SignInForm({ isNew = false, onDone }: SignInFormProps): ReactNode {
  const { session, person } = useSession();
  const [name, setName] = useState('');
  const [email, setEmail] = useState(person?.email ?? '');
  const [password, setPassword] = useState('');
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<{ readonly text: string; readonly isNew: boolean }>();

  const submit = async (): Promise<void> => {
    if (pending) return;
    setPending(true);
    setFailure(undefined);
    try {
      if (isNew) await session.signUp(name, email, password);
      else await session.signIn(email, password);
      onDone();
    } catch (error) {
      setFailure({ text: told(error), isNew });
      setPending(false);
    }
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void submit();
  };

  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-5">
      {isNew && <Field label={TEXT.name} name="name" autoComplete="name" value={name} onChange={setName} isRequired />}
      <Field
        label={TEXT.email}
        name="email"
        type="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        isRequired
      />
      <Field
        label={TEXT.password}
        name="password"
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        value={password}
        onChange={setPassword}
        isRequired
        {...(isNew ? { hint: TEXT.passwordHint, minLength: 8 } : {})}
      />
      {failure?.isNew === isNew && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-[0.9375rem] text-danger">
          {failure.text}
        </p>
      )}
      <Button type="submit" isPending={pending}>
        {isNew ? TEXT.signUp : TEXT.signIn}
      </Button>
    </form>
  );
}
