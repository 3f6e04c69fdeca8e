import { makeCanary, type Random } from '@elira/testkit';

/** The people, teams and keys of the trial: few enough that writers meet on the same rows all the time. */
export const OWNERS = ['ann', 'bob', 'cy', 'dee'] as const;
export const REVIEWERS = ['ann', 'bob', 'eve'] as const;
export const TEAMS = ['red', 'blue', 'green'] as const;
export const BOARDS = ['1', '2', '3'] as const;

export const NOTE_IDS = ids('a', 120);
export const REPLY_IDS = ids('b', 100);
export const TICK_IDS = ids('c', 60);
export const SCRAP_IDS = ids('d', 12);
export const COURSE_IDS = ids('f', 24);
export const PAIRS = Array.from({ length: 12 }, (_, pair) => ({ pair, left: id('e', 2 * pair), right: id('e', 2 * pair + 1) }));

/** Keys of the marker rows, which no writer ever touches. */
const MARKER = 900;
export const MARKER_NOTES = Array.from({ length: 4 }, (_, index) => ({
  id: id('a', MARKER + index),
  owner: OWNERS[index % OWNERS.length] as string,
  reviewer: REVIEWERS[index % REVIEWERS.length] as string,
  team: TEAMS[index % TEAMS.length] as string,
}));
export const MARKER_TICKS = BOARDS.map((board, index) => ({ id: id('c', MARKER + index), board }));

/** A slate of that person which nobody writes on. Not their own row: whoever is about to connect would have to be looked up again. */
export function slateOf(user: string): string {
  return user.replace(/^[0-9a-f]{8}/, '00000012');
}

/** Which marker a scope's readers can see, if any. */
export function markerOf(scope: string): { readonly table: string; readonly key: string } | undefined {
  const [, name, parameter] = /^(\w+)(?::([\w-]+))?\/\w+$/.exec(scope) ?? [];
  const note = (found: { id: string } | undefined) => found && { table: 'trial_notes', key: found.id };
  switch (name) {
    case 'owner':
      return note(MARKER_NOTES.find(({ owner }) => owner === parameter));
    case 'reviewer':
      return note(MARKER_NOTES.find(({ reviewer }) => reviewer === parameter));
    case 'team':
      return note(MARKER_NOTES.find(({ team }) => team === parameter));
    case 'notes':
      return note(MARKER_NOTES[0]);
    case 'board': {
      const tick = MARKER_TICKS.find(({ board }) => board === parameter);
      return tick && { table: 'trial_ticks', key: tick.id };
    }
    case 'desk':
      return parameter === undefined ? undefined : { table: 'trial_slates', key: slateOf(parameter) };
    default:
      return undefined;
  }
}

/** What a text column may hold and still has to arrive unharmed. */
const ODDITIES = [
  '',
  'plain words',
  'naïve “quotes” — ünïcödé',
  'two\nlines\r\nand CR\r',
  'data: x\n\nid: 7\n',
  '\\"\\\\ {"a":[1]}',
  '\u2028\u2029',
  '😀👩‍👩‍👧',
  '__proto__',
  "it's; DROP",
  '\t\u0001\u007f',
];
const LONG_TEXT = 20_000;

/** A body: its own canary, and something that is easily broken on the way. */
export function someBody(random: Random): string {
  const long = random.chance(0.02) ? 'ä'.repeat(random.below(LONG_TEXT)) : '';
  return `${makeCanary('body', random)} ${random.pick(ODDITIES)}${long}`;
}

/** So many keys of one kind, the same in every run. */
export function ids(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => id(kind, index));
}

function id(kind: string, index: number): string {
  return `0000000${kind}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}
