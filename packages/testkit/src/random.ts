/** Random choices that a seed repeats. Every actor of a run takes a stream of its own, so that timing does not change its choices. */
export type Random = {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  below(below: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** `count` distinct elements, in the order of `from`. */
  sample<T>(from: readonly T[], count: number): T[];
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** An independent stream for the actor of that name. */
  fork(name: string): Random;
};

/** mulberry32: small, and good enough to choose moves with. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new RangeError('nothing to pick from');
    return from[below(from.length)] as T;
  };
  return {
    next,
    below,
    pick,
    chance: (probability) => next() < probability,
    sample<T>(from: readonly T[], count: number): T[] {
      const chosen = new Set<number>();
      while (chosen.size < Math.min(count, from.length)) chosen.add(below(from.length));
      return from.filter((_, index) => chosen.has(index));
    },
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(''),
    fork: (name) => makeRandom(hash(`${seed}/${name}`)),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
