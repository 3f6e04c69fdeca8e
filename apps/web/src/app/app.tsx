import type { ReactNode } from 'react';
import { RouterProvider } from '@tanstack/react-router';
import { Button } from '../design/button.tsx';
import { EmptyState } from '../design/states.tsx';
import { ToastRegion } from '../design/toasts.tsx';
import { router } from './router.tsx';
import { SessionProvider } from './session-context.tsx';
import type { Session } from './session.ts';
import { TEXT } from './text.ts';

export function App({ session }: { readonly session: Session }): ReactNode {
  return (
    <>
      <SessionProvider
        session={session}
        fallback={(state) => (
          <main className="grid min-h-dvh place-items-center p-4">
            {state.kind === 'asking' ? (
              <p role="status" className="animate-[appear_200ms_400ms_ease-out_backwards] text-soft">
                {TEXT.asking}
              </p>
            ) : (
              <EmptyState
                isWholePage
                title={TEXT.unreachable.title}
                actions={<Button onPress={() => void session.begin()}>{TEXT.unreachable.again}</Button>}
              >
                {state.message}
              </EmptyState>
            )}
          </main>
        )}
      >
        <RouterProvider router={router} />
      </SessionProvider>
      <ToastRegion />
    </>
  );
}
