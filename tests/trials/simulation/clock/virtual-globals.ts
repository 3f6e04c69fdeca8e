import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import type { Entry, VirtualTime } from './virtual-time.ts';

/**
 * Puts a virtual clock and seeded chance in the place of the process's own: timers, `Date`, `performance.now`, `Math.random`, random ids.
 * The engine and the client run as they are. For a process of its own: nothing here is ever put back.
 */
export function replaceGlobals(): { begin(time: VirtualTime, random: Random): void } {
  let time: VirtualTime | undefined;
  let random: Random | undefined;
  const clock = (): VirtualTime => {
    if (time === undefined) throw new Error('no simulation is running');
    return time;
  };
  const chance = (): Random => {
    if (random === undefined) throw new Error('no simulation is running');
    return random;
  };
  const later = (run: () => void, ms: number): VirtualTimer => new VirtualTimer(clock(), run, ms, false);
  const globals = {
    setTimeout: (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => later(() => run(...given), Number(ms)),
    setInterval: (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
      new VirtualTimer(clock(), () => run(...given), Number(ms), true),
    setImmediate: (run: (...given: unknown[]) => void, ...given: unknown[]) => later(() => run(...given), 0),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    Date: virtualDate(() => (time === undefined ? 0 : time.wallOf(time.current))),
  };
  Object.assign(globalThis, globals);
  Object.assign(performance, { now: () => time?.now ?? 0 });
  Object.assign(Math, { random: () => chance().next() });
  replaceChance(chance);
  Object.assign(timersPromises, { setTimeout: sleep(later) });
  syncBuiltinESMExports();
  return {
    begin(nextTime, nextRandom) {
      time = nextTime;
      random = nextRandom;
    },
  };
}

class VirtualTimer {
  readonly #time: VirtualTime;
  readonly #run: () => void;
  readonly #ms: number;
  readonly #repeats: boolean;
  readonly #actor;
  #entry: Entry;

  constructor(time: VirtualTime, run: () => void, ms: number, repeats: boolean) {
    this.#time = time;
    this.#run = run;
    this.#ms = repeats ? Math.max(1, ms) : ms;
    this.#repeats = repeats;
    this.#actor = time.current;
    this.#entry = this.#begin();
  }

  #begin(): Entry {
    return this.#time.schedule(this.#actor, this.#ms, () => {
      if (this.#repeats) this.#entry = this.#begin();
      this.#run();
    });
  }

  cancel(): void {
    this.#entry.cancelled = true;
  }

  refresh(): this {
    this.#entry.cancelled = true;
    this.#entry = this.#begin();
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

function clear(timer: unknown): void {
  if (timer instanceof VirtualTimer) timer.cancel();
}

type Later = (run: () => void, ms: number) => VirtualTimer;

function sleep(later: Later): (ms?: number, value?: unknown, options?: { readonly signal?: AbortSignal }) => Promise<unknown> {
  return (ms = 0, value, options = {}) =>
    new Promise((resolve, reject) => {
      const timer = later(() => resolve(value), ms);
      options.signal?.addEventListener('abort', () => {
        timer.cancel();
        reject(options.signal?.reason);
      });
    });
}

function virtualDate(wall: () => number): DateConstructor {
  return class extends Date {
    constructor(...given: [] | [number]) {
      if (given.length === 0) super(wall());
      else super(...given);
    }

    static override now(): number {
      return wall();
    }
  } as unknown as DateConstructor;
}

function replaceChance(chance: () => Random): void {
  const uuid = (): string => {
    const hex = chance().hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const fill = (bytes: Uint8Array): Uint8Array => bytes.map((_, index) => (bytes[index] = chance().below(256)));
  Object.assign(crypto, { randomUUID: uuid });
  Object.defineProperty(globalThis.crypto, 'randomUUID', { value: uuid });
  Object.defineProperty(globalThis.crypto, 'getRandomValues', {
    value: (bytes: Uint8Array) => {
      fill(bytes);
      return bytes;
    },
  });
}
