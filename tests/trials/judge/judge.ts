import type { Entry } from '../history.ts';
import { Judging, type Verdict } from './judging.ts';

/** Judges a whole history. Pure, so that a history file can be judged again. */
export function judge(entries: readonly Entry[]): Verdict {
  const judging = new Judging(entries);
  for (const entry of entries) judging.take(entry);
  return judging.verdict();
}
