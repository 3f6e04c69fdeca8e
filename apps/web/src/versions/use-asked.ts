import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { told } from '../data/problem.ts';

export type Asked<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

/** What is in no stream, asked for once for each `question`, and again when somebody wants it so. */
export function useAsked<T>(question: string, ask: () => Promise<T>): { readonly state: Asked<T>; readonly again: () => void } {
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<{ readonly to: string; readonly state: Asked<T> }>();
  const wanted = `${round} ${question}`;
  const asked = useEffectEvent(ask);
  useEffect(() => {
    let isWanted = true;
    const keep = (state: Asked<T>): void => {
      if (isWanted) setAnswer({ to: wanted, state });
    };
    asked().then(
      (value) => keep({ kind: 'here', value }),
      (error: unknown) => keep({ kind: 'failed', message: told(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [wanted]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { state: answer?.to === wanted ? answer.state : { kind: 'loading' }, again };
}
