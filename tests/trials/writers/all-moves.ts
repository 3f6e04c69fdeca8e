import { COURSE_MOVES } from './course-moves.ts';
import type { Move } from './move.ts';
import { COMPOUND_NOTE_MOVES, NOTE_MOVES } from './note-moves.ts';
import { OTHER_MOVES } from './other-moves.ts';

/** Every move that a writer may make inside a transaction. */
export const ALL_MOVES: readonly Move[] = [...NOTE_MOVES, ...COMPOUND_NOTE_MOVES, ...OTHER_MOVES, ...COURSE_MOVES];

/** Moves that take no row out of any scope. */
export const QUIET_MOVES: readonly string[] = ['insert', 'edit the body', 'the cheap form', 'create a course'];
