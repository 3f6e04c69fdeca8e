import { useState } from 'react';
import {
  choose,
  isSameQuiz,
  toSubmission,
  unanswered,
  type Chosen,
  type ShownQuestion,
  type ShownQuiz,
  type SubmittedQuestion,
} from './shown-quiz.ts';

export type Taking = {
  /** What is on the screen: from the first answer on, what was published then. */
  readonly shown: ShownQuiz;
  readonly chosen: Chosen;
  readonly isBegun: boolean;
  /** Something else has been published since. */
  readonly isOutdated: boolean;
  readonly open: number;
  readonly choose: (question: ShownQuestion, optionId: string) => void;
  readonly beginAgain: () => void;
  readonly submission: () => readonly SubmittedQuestion[];
};

/** Answers to a quiz, of which `now` is what is published at this moment. */
export function useTaking(now: ShownQuiz): Taking {
  const [begun, setBegun] = useState<ShownQuiz>();
  const [chosen, setChosen] = useState<Chosen>({});
  const shown = begun ?? now;
  return {
    shown,
    chosen,
    isBegun: begun !== undefined,
    isOutdated: begun !== undefined && !isSameQuiz(begun, now),
    open: unanswered(shown, chosen),
    choose: (question, optionId) => {
      setBegun(shown);
      setChosen((before) => choose(before, question, optionId));
    },
    beginAgain: () => {
      setBegun(undefined);
      setChosen({});
    },
    submission: () => toSubmission(shown, chosen),
  };
}
