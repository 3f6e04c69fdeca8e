import type { Random } from '@elira/testkit';
import { CLIENT_FAULTS } from '../faults/client-faults.ts';
import type { Storm, Strike } from '../faults/fault.ts';
import type { FaultPlan } from '../faults/plan-faults.ts';

/** One injection: a strike, one blow of a storm on the trial's own clients, or a fault of one client of the crowd. */
export type Injection =
  | { readonly kind: 'strike'; readonly name: string; readonly strike: Strike }
  | { readonly kind: 'blow'; readonly name: string; readonly storm: Storm }
  | { readonly kind: 'crowd'; readonly name: string };

/** Share of injections that are strikes: they take long, and concern everybody. */
const STRIKES_SHARE = 0.2;

/** Which injections there are, each once. Pure. */
export function injectionsOf({ strikes, storms }: FaultPlan): Injection[] {
  const found = new Map<string, Injection>();
  const ofOneClient = new Set<string>(CLIENT_FAULTS);
  for (const strike of strikes) found.set(strike.name, { kind: 'strike', name: strike.name, strike });
  for (const { storm, names } of storms)
    for (const name of names) found.set(name, ofOneClient.has(name) ? { kind: 'crowd', name } : { kind: 'blow', name, storm });
  return [...found.values()];
}

/**
 * Which injections come in which leg: so many altogether, each kind at least once where there are enough, the legs as equal as can be.
 * The same for the same random numbers, so that a run that goes on has the plan it began with. Pure.
 */
export function planLegs(kinds: readonly Injection[], legs: number, injections: number, random: Random): Injection[][] {
  const strikes = shuffled(
    kinds.filter(({ kind }) => kind === 'strike'),
    random,
  );
  const others = shuffled(
    kinds.filter(({ kind }) => kind !== 'strike'),
    random,
  );
  const ofStrikes =
    others.length === 0
      ? injections
      : Math.max(Math.min(strikes.length, injections - others.length), Math.round(injections * STRIKES_SHARE));
  const dealt = (from: readonly Injection[], count: number): Injection[] =>
    from.length === 0 ? [] : Array.from({ length: Math.max(0, count) }, (_, index) => from[index % from.length] as Injection);
  const plan: Injection[][] = Array.from({ length: legs }, () => []);
  const chosen = [
    ...dealt(strikes, strikes.length === 0 ? 0 : ofStrikes),
    ...dealt(others, injections - (strikes.length === 0 ? 0 : ofStrikes)),
  ];
  for (const [index, injection] of chosen.entries()) plan[index % legs]?.push(injection);
  return plan;
}

function shuffled<T>(from: readonly T[], random: Random): T[] {
  return from
    .map((value) => ({ value, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
