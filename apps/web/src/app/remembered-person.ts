import { isRecord } from '../data/request.ts';
import type { Person } from './person.ts';

const NAME = 'elira-person';

/** Who was here last, for when the server cannot be asked. No secret: whoever it is signs in with a cookie all the same. */
export const rememberedPerson = {
  read(): Person | undefined {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(NAME) ?? 'null');
      return isPerson(value) ? value : undefined;
    } catch {
      return undefined;
    }
  },
  write(person: Person | undefined): void {
    try {
      if (person === undefined) localStorage.removeItem(NAME);
      else localStorage.setItem(NAME, JSON.stringify(person));
    } catch {
      // A browser that keeps nothing: then nothing is read offline either.
    }
  },
} as const;

function isPerson(value: unknown): value is Person {
  return isRecord(value) && ['id', 'name', 'email', 'role'].every((name) => typeof value[name] === 'string');
}
