/**
 * The one clock of a simulation. Whatever happens later is an entry here, of one actor; between two entries everything that was set off
 * settles. So an entry's whole effect belongs to its actor, who can be frozen, killed, or given a wall clock of its own.
 */
export type Actor = {
  readonly name: string;
  /** Milliseconds by which its wall clock is wrong. */
  wallOffsetMs: number;
  state: 'running' | 'frozen' | 'dead';
};

export type Entry = {
  at: number;
  order: number;
  readonly actor: Actor;
  readonly run: () => void;
  cancelled: boolean;
};

/** Milliseconds since 1970 at which every simulation begins. */
export const BEGINNING = Date.UTC(2026, 0, 5, 8);

/** As it is before any of it is replaced. */
const nextTurn = setImmediate;

export class VirtualTime {
  now = 0;
  /** Entries so far: how long the simulation is. */
  entries = 0;
  readonly world: Actor = makeActor('world');
  current: Actor = this.world;
  #order = 0;
  readonly #heap: Entry[] = [];
  readonly #held = new Map<Actor, Entry[]>();

  schedule(actor: Actor, delayMs: number, run: () => void): Entry {
    const delay = Number.isFinite(delayMs) && delayMs > 0 ? delayMs : 0;
    const entry = { at: this.now + delay, order: (this.#order += 1), actor, run, cancelled: false };
    this.#push(entry);
    return entry;
  }

  wallOf(actor: Actor): number {
    return Math.floor(BEGINNING + this.now + actor.wallOffsetMs);
  }

  freeze(actor: Actor): void {
    if (actor.state === 'running') actor.state = 'frozen';
  }

  /** What should have happened meanwhile happens now, in its order. */
  thaw(actor: Actor): void {
    if (actor.state !== 'frozen') return;
    actor.state = 'running';
    const held = this.#held.get(actor) ?? [];
    this.#held.delete(actor);
    for (const entry of held) {
      entry.at = this.now;
      this.#push(entry);
    }
  }

  kill(actor: Actor): void {
    actor.state = 'dead';
    this.#held.delete(actor);
  }

  /** Lets time pass until then, or until `isEnough`, which is asked after every entry. */
  async runUntil(at: number, isEnough: () => boolean = () => false): Promise<boolean> {
    for (let next = this.#heap[0]; next !== undefined && next.at <= at; next = this.#heap[0]) {
      this.#pop();
      if (next.cancelled || next.actor.state === 'dead') continue;
      if (next.actor.state === 'frozen') {
        this.#hold(next);
        continue;
      }
      this.now = Math.max(this.now, next.at);
      this.current = next.actor;
      this.entries += 1;
      next.run();
      await new Promise((resolve) => nextTurn(resolve));
      this.current = this.world;
      if (isEnough()) return true;
    }
    this.now = Math.max(this.now, at);
    return false;
  }

  #hold(entry: Entry): void {
    const held = this.#held.get(entry.actor) ?? [];
    held.push(entry);
    this.#held.set(entry.actor, held);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry)) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

export function makeActor(name: string): Actor {
  return { name, wallOffsetMs: 0, state: 'running' };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
