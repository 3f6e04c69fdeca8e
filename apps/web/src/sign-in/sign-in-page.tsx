import { useEffect, useState, type ReactNode } from 'react';
import { useRouter, useSearch } from '@tanstack/react-router';
import { usePerson } from '../app/session-context.tsx';
import { Button } from '../design/button.tsx';
import { Card, Page } from '../design/surface.tsx';
import { DemoAccounts } from './demo-accounts.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { TEXT } from './text.ts';

export function SignInPage(): ReactNode {
  const { back } = useSearch({ from: '/sign-in' });
  const person = usePerson();
  const router = useRouter();
  const [isNew, setIsNew] = useState(false);
  // Also for somebody who is signed in already and comes back to this address.
  useEffect(() => {
    if (person !== undefined) router.history.replace(back ?? '/');
  }, [person, router, back]);

  return (
    <Page className="max-w-lg">
      <header className="mb-6 text-center">
        <h1 className="text-3xl font-bold tracking-[-0.022em]">{isNew ? TEXT.title.up : TEXT.title.in}</h1>
        <p className="mt-2 text-soft">{isNew ? TEXT.under.up : TEXT.under.in}</p>
      </header>
      <Card>
        <SignInForm isNew={isNew} onDone={() => undefined} />
      </Card>
      <p className="mt-5 flex flex-wrap items-center justify-center gap-x-1 text-soft">
        {isNew ? TEXT.toSignIn : TEXT.toSignUp}
        <Button look="quiet" size="small" className="text-accent" onPress={() => setIsNew(!isNew)}>
          {isNew ? TEXT.toSignInAction : TEXT.toSignUpAction}
        </Button>
      </p>
      <DemoAccounts />
    </Page>
  );
}
