import { LIMITS } from '@elira/protocol';
import type { Clock } from '../connect/clock.ts';

/** Of the 12 bits that count within a millisecond, a new one starts in the lower half, so that there is room above. */
const START_BELOW = 0x800;
const COUNT_BELOW = 0x1000;

/**
 * Milliseconds by which ids may run ahead of the clock: as far as servers take them. A clock that was once further ahead is not followed,
 * and what was made under it is refused anyway.
 */
const AHEAD_MOST_MS = LIMITS.mutationAheadHours * 3_600_000;

/**
 * Ids of mutations: UUIDv7, each above every one that was made or named to `follow` before, also when the wall clock goes back by a day. Their order
 * is therefore the order in which mutations were made, over reloads too.
 */
export class MutationIds {
  readonly #wall: Clock;
  #ms = 0;
  #count = 0;

  constructor(wall: Clock = () => Date.now()) {
    this.#wall = wall;
  }

  /** Ids made from now on are above this one. Anything else than a UUIDv7 is passed over. */
  follow(id: string): void {
    const [, high = '', low = '', count = ''] = /^([\da-f]{8})-([\da-f]{4})-7([\da-f]{3})-/.exec(id) ?? [];
    if (count === '') return;
    const [ms, counted] = [Number.parseInt(high + low, 16), Number.parseInt(count, 16)];
    if (ms > this.#ms || (ms === this.#ms && counted > this.#count)) [this.#ms, this.#count] = [ms, counted];
  }

  next(): string {
    const random = crypto.getRandomValues(new Uint8Array(10));
    const now = this.#wall();
    const start = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) % START_BELOW;
    if (now > this.#ms || this.#ms - now > AHEAD_MOST_MS) [this.#ms, this.#count] = [now, start];
    else if (this.#count + 1 < COUNT_BELOW) this.#count += 1;
    else [this.#ms, this.#count] = [this.#ms + 1, start];
    const ms = hex(this.#ms, 12);
    const rest = [...random.subarray(0, 8)].map((byte, index) => hex(index === 0 ? (byte & 0x3f) | 0x80 : byte, 2)).join('');
    return `${ms.slice(0, 8)}-${ms.slice(8)}-7${hex(this.#count, 3)}-${rest.slice(0, 4)}-${rest.slice(4)}`;
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
