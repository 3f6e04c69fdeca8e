import { CANARY_WAYS } from './judge/judge-canaries.ts';
import { WRITE_WAYS } from './judge/judge-writes.ts';
import { ALL_MOVES } from './writers/all-moves.ts';
import { INTERRUPTED, SHAPE_NAMES } from './writers/transaction.ts';

/** What writers and people must have done in a trial that is long enough. One in which it never happened has tried too little. */
export function requiredMoves(): string[] {
  return [
    ...ALL_MOVES.map(({ name }) => name),
    ...SHAPE_NAMES,
    'insert and delete in one window',
    'delete and insert again with another owner',
    INTERRUPTED,
    ...Object.values(WRITE_WAYS),
    // What the judge finds in the messages themselves.
    ...CANARY_WAYS,
  ];
}
