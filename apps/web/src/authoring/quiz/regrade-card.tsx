import { useState, type ReactNode } from 'react';
import { told } from '../../data/problem.ts';
import { writes } from '../../data/writes.ts';
import { Button } from '../../design/button.tsx';
import { Notice } from '../../design/states.tsx';
import { Card, SectionTitle } from '../../design/surface.tsx';
import { toasts } from '../../design/toasts.tsx';
import { TEXT } from './text.ts';

/** What was handed in, graded again by the key that is published. */
export function RegradeCard({ quizId, isDraft }: { readonly quizId: string; readonly isDraft: boolean }): ReactNode {
  const [pending, setPending] = useState(false);
  const regrade = async (): Promise<void> => {
    setPending(true);
    try {
      const { attempts, regraded } = await writes.regrade(quizId);
      toasts.say(attempts === 0 ? TEXT.regrade.none : TEXT.regrade.done(regraded, attempts));
    } catch (error) {
      toasts.say(told(error), 'danger');
    } finally {
      setPending(false);
    }
  };
  return (
    <Card>
      <SectionTitle>{TEXT.regrade.title}</SectionTitle>
      <p className="mb-4 text-[0.9375rem] text-soft">{TEXT.regrade.body}</p>
      {isDraft && (
        <div className="mb-4">
          <Notice tone="warn">{TEXT.regrade.draft}</Notice>
        </div>
      )}
      <Button look="secondary" isPending={pending} onPress={() => void regrade()}>
        {TEXT.regrade.action}
      </Button>
    </Card>
  );
}
