import { generateKeyBetween } from 'fractional-indexing';
import { z } from 'zod';

/** Longest position, in characters. */
const POSITION_CHARACTERS = 200;

/** Where a row stands among its siblings: a fractional index, compared byte by byte. */
export const position = z.string().max(POSITION_CHARACTERS).refine(isPosition, 'must be a fractional index, such as a0 or a0V');

/** A position after `last`, the last of the siblings there are. Pure. */
export function positionAfter(last: string | undefined): string {
  if (last === undefined) return generateKeyBetween(null, null);
  // Whoever wrote by SQL may have put anything there.
  return isPosition(last) ? generateKeyBetween(last, null) : `${last}V`;
}

function isPosition(text: string): boolean {
  // The library looks at what it needs for a key after this one, not at every character.
  if (!/^[0-9A-Za-z]+$/.test(text)) return false;
  try {
    generateKeyBetween(text, null);
    return true;
  } catch {
    return false;
  }
}
