import { ids } from './world.ts';

/** Somebody with a row in `users`. Those with a client follow their own stream; the others come and go in the rows of those who do. */
export type Person = {
  readonly name: string;
  readonly id: string;
  readonly role: 'learner' | 'instructor' | 'admin';
  readonly client: boolean;
};

const NAMES: readonly (readonly [name: string, role: Person['role'], client: boolean])[] = [
  ['admin', 'admin', true],
  ['changer', 'learner', true],
  ['author1', 'instructor', true],
  ['author2', 'instructor', true],
  ['author3', 'instructor', true],
  ['learner1', 'learner', true],
  ['learner2', 'learner', true],
  ['learner3', 'learner', true],
  ['learner4', 'learner', true],
  ['learner5', 'learner', true],
  ['learner6', 'learner', true],
  ['learner7', 'learner', true],
  ['guest1', 'learner', false],
  ['guest2', 'learner', false],
  ['guest3', 'instructor', false],
];
const PERSON_IDS = ids('5', NAMES.length);

export const PEOPLE: readonly Person[] = NAMES.map(([name, role, client], index) => ({
  name,
  role,
  client,
  id: PERSON_IDS[index] as string,
}));

/** Whose role changes; all others keep theirs. */
export const CHANGERS: readonly string[] = idsOf('changer', 'guest3');
/** Who is banned at times. */
export const BANNABLE: readonly string[] = idsOf('changer', 'author3', 'learner1', 'learner2');
/** Who is erased at times, with everything that is theirs, and comes back. */
export const GUESTS: readonly string[] = idsOf('guest1', 'guest2', 'guest3');
/** Whose sessions end at times. */
export const CLIENT_PEOPLE: readonly string[] = PEOPLE.filter(({ client }) => client).map(({ id }) => id);
export const MODULE_IDS = ids('6', 48);
export const LESSON_IDS = ids('7', 120);
export const QUIZ_IDS = ids('8', 36);

function idsOf(...names: string[]): string[] {
  return PEOPLE.filter(({ name }) => names.includes(name)).map(({ id }) => id);
}
