import { useEffect, useState } from 'react';
import { useSession } from '../app/session-context.tsx';
import { keptDrafts, NOTHING_UNSAVED, type Unsaved } from './kept-drafts.ts';

export type UnsavedState = {
  readonly unsaved: Unsaved;
  readonly change: (change: (now: Unsaved) => Unsaved) => void;
  /** Gives it up, also for when the page is opened again. */
  readonly discard: () => void;
};

/** What is typed into a form and not saved. It is there again after a reload. */
export function useUnsaved(name: string): UnsavedState {
  const { person, ended } = useSession();
  const userId = person?.id ?? '';
  const [unsaved, setUnsaved] = useState(() => keptDrafts.read(userId, name));
  useEffect(() => {
    // After a session has ended this browser may be somebody else's: what was kept until then is enough.
    if (!ended) keptDrafts.write(userId, name, unsaved);
  }, [unsaved, userId, name, ended]);
  const discard = (): void => {
    setUnsaved(NOTHING_UNSAVED);
    // The page may be gone before an effect comes.
    keptDrafts.write(userId, name, NOTHING_UNSAVED);
  };
  return { unsaved, change: setUnsaved, discard };
}
