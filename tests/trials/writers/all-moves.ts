import { ACCOUNT_MOVES } from './account-moves.ts';
import { CONTENT_MOVES, COURSE_PEOPLE_MOVES } from './content-moves.ts';
import { COURSE_MOVES } from './course-moves.ts';
import { AUTHOR_MOVES, ENROLMENT_MOVES } from './membership-moves.ts';
import type { Move } from './move.ts';
import { COMPOUND_NOTE_MOVES, NOTE_MOVES } from './note-moves.ts';
import { OTHER_MOVES } from './other-moves.ts';
import { LEARNING_MOVES } from './learning-moves.ts';
import { LEDGER_MOVES } from './ledger-moves.ts';
import { TELLING_MOVES } from './telling-moves.ts';

/** Every move that a writer may make inside a transaction. */
export const ALL_MOVES: readonly Move[] = [
  ...NOTE_MOVES,
  ...COMPOUND_NOTE_MOVES,
  ...OTHER_MOVES,
  ...COURSE_MOVES,
  ...CONTENT_MOVES,
  ...COURSE_PEOPLE_MOVES,
  ...ENROLMENT_MOVES,
  ...AUTHOR_MOVES,
  ...ACCOUNT_MOVES,
  ...TELLING_MOVES,
  ...LEARNING_MOVES,
  ...LEDGER_MOVES,
];

/** Moves that take no row out of any scope. */
export const QUIET_MOVES: readonly string[] = ['insert', 'edit the body', 'the cheap form', 'create a course'];
