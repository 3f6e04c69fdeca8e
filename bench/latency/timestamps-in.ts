const NUMBER = Buffer.from('ts');
const TIME = Buffer.from('"lastAccessedAt":"');
const DIGIT_0 = 48;
const DIGIT_9 = 57;
/** Characters of `2026-11-22T21:33:19`. */
const WHOLE_SECONDS = 19;
/** Characters that may stand between `ts` and its digits: quotes, a backslash, a colon. */
const MOST_BETWEEN = 4;

/** The times in a piece of a stream, in microseconds since 1970: numbers behind `ts`, and a column of PostgreSQL's own times. */
export function timestampsIn(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(NUMBER); at >= 0; at = bytes.indexOf(NUMBER, at + 1)) {
    const number = numberFrom(bytes, at + NUMBER.length);
    if (number !== undefined) found.push(number);
  }
  for (let at = bytes.indexOf(TIME); at >= 0; at = bytes.indexOf(TIME, at + 1)) found.push(timeFrom(bytes, at + TIME.length));
  return found;
}

function numberFrom(bytes: Buffer, start: number): number | undefined {
  let at = start;
  while (at < start + MOST_BETWEEN && !isDigit(bytes[at])) at += 1;
  if (!isDigit(bytes[at])) return undefined;
  let number = 0;
  for (; isDigit(bytes[at]); at += 1) number = number * 10 + Number(bytes[at]) - DIGIT_0;
  return number;
}

/** PostgreSQL leaves out the zeros at the end of a fraction, and a fraction of none. */
function timeFrom(bytes: Buffer, start: number): number {
  const text = bytes.toString('latin1', start, start + WHOLE_SECONDS + 8);
  const fraction = /^\.(\d+)/.exec(text.slice(WHOLE_SECONDS))?.[1] ?? '';
  return Date.parse(`${text.slice(0, WHOLE_SECONDS)}Z`) * 1000 + Number(fraction.padEnd(6, '0'));
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
}
