import { LOSS_STORM } from '../writing/lose-answers.ts';
import { FAULT_CLASSES } from './classes.ts';
import { DISCONNECT_STORM } from './disconnect.ts';
import type { Storm, StormPart, Strike } from './fault.ts';
import { CRASH_BACKEND, CRASH_POSTMASTER, CRASH_UNDER_LOAD, KILL_OTHER_SERVER, KILL_SERVER } from './kill.ts';

/** What strikes in a run: strikes in their order, a phase each, and storms with the faults that are wanted of them. */
export type FaultPlan = { readonly strikes: readonly Strike[]; readonly storms: readonly StormPart[] };

type Wanted = Pick<FaultPlan, 'strikes' | 'storms'>;

/** Names for several faults together, as the shorter runs use them. */
const GROUPS: Readonly<Record<string, Wanted>> = {
  disconnect: {
    strikes: [],
    storms: [DISCONNECT_STORM, LOSS_STORM].map((storm) => ({ storm, names: storm.names })),
  },
  kill: { strikes: [KILL_SERVER, CRASH_BACKEND, KILL_OTHER_SERVER, CRASH_POSTMASTER, CRASH_UNDER_LOAD], storms: [] },
};
const ALL = 'all';

/** Words that `--faults` takes besides `none`. */
export const FAULT_WORDS: readonly string[] = [...Object.keys(GROUPS), ...FAULT_CLASSES.map(({ id }) => id), ALL];

/** The plan of these words. `only`: of all their faults the one of this name. Throws with what there is. Pure. */
export function planFaults(words: readonly string[], only?: string): FaultPlan {
  const wanted = words.flatMap((word) => wantedBy(word));
  const strikes = [...new Set(wanted.flatMap((one) => one.strikes))];
  const storms = new Map<Storm, Set<string>>();
  for (const { storm, names } of wanted.flatMap((one) => one.storms))
    storms.set(storm, new Set([...(storms.get(storm) ?? []), ...names]));
  const all = { strikes, storms: [...storms].map(([storm, names]) => ({ storm, names: [...names] })) };
  if (only === undefined) return all;
  const plan = {
    strikes: strikes.filter(({ name }) => name === only),
    storms: all.storms.filter(({ names }) => names.includes(only)).map(({ storm }) => ({ storm, names: [only] })),
  };
  if (plan.strikes.length + plan.storms.length === 0)
    throw new Error(`There is no fault "${only}" among ${words.join(', ')}. There are: ${namesOf(all).join('; ')}.`);
  return plan;
}

/** What must happen in a run of it. In a short run a storm does not get to all of its faults. Pure. */
export function requiredOf({ strikes, storms }: FaultPlan, isLong: boolean): string[] {
  const whole = ({ storm, names }: StormPart): boolean => storm.names.every((name) => names.includes(name));
  return [
    ...strikes.flatMap(({ name, also }) => [name, ...(also ?? [])]),
    ...(isLong ? storms.flatMap((part) => [...part.names, ...(whole(part) ? (part.storm.also ?? []) : [])]) : []),
  ];
}

function namesOf({ strikes, storms }: FaultPlan): string[] {
  return [...strikes.map(({ name }) => name), ...storms.flatMap(({ names }) => names)];
}

function wantedBy(word: string): readonly Wanted[] {
  if (word === ALL) return FAULT_CLASSES;
  const found = GROUPS[word] ?? FAULT_CLASSES.find(({ id }) => id === word);
  if (found === undefined) throw new Error(`There are no faults "${word}". There are ${FAULT_WORDS.join(', ')} and none.`);
  return [found];
}
