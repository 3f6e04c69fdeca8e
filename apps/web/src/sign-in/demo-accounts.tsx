import { useState, type ReactNode } from 'react';
import { useSession } from '../app/session-context.tsx';
import { told } from '../data/problem.ts';
import { Button } from '../design/button.tsx';
import { toasts } from '../design/toasts.tsx';
import { readDemo, type DemoAccount } from './read-demo.ts';
import { TEXT } from './text.ts';

/** Ways in for people who look at a demonstration; nothing where the server does not say that it is one. */
export function DemoAccounts(): ReactNode {
  const { session } = useSession();
  const [demo] = useState(readDemo);
  const [pending, setPending] = useState<string>();
  if (demo === undefined) return null;
  const enter = async (account: DemoAccount): Promise<void> => {
    setPending(account.email);
    try {
      await session.signIn(account.email, demo.password);
    } catch (error) {
      toasts.say(told(error), 'danger');
      setPending(undefined);
    }
  };
  return (
    <section className="mt-8 rounded-2xl border border-dashed border-line-strong/60 p-5 text-center">
      <h2 className="font-semibold">{TEXT.demo.title}</h2>
      <p className="mt-1 text-sm text-soft">{TEXT.demo.body}</p>
      <div className="mt-4 grid gap-2 sm:grid-cols-2">
        {demo.accounts.map((account) => (
          <Button
            key={account.email}
            look="secondary"
            size="small"
            isPending={pending === account.email}
            onPress={() => void enter(account)}
          >
            <span className="flex min-w-0 flex-col py-1.5 leading-snug">
              <span>
                <span className="sr-only">{TEXT.demo.as} </span>
                {account.name}
              </span>
              <span className="truncate text-xs font-normal text-faint">{account.email}</span>
            </span>
          </Button>
        ))}
      </div>
      <p className="mt-3 text-sm text-faint">
        {TEXT.demo.password} <code className="text-soft">{demo.password}</code>
      </p>
    </section>
  );
}
