import type { Random } from '@elira/testkit';
import type { VirtualTime } from '../clock/virtual-time.ts';

/** Bytes under way in one direction, above which the sender waits: what the kernels of both sides hold. */
const UNDER_WAY_BYTES = 12 * 1024;

/** Who is at either side of it. */
export type LaneEnd = {
  readonly destroyed: boolean;
  readonly push: (bytes: Buffer | null) => boolean;
  /** Runs as the actor of that side. */
  readonly later: (ms: number, run: () => void) => void;
  /** The other side has gone. */
  readonly reset: () => void;
};

export type LaneOptions = {
  readonly time: VirtualTime;
  readonly random: Random;
  /** Milliseconds from one side to the other, at least and beyond that at most. */
  readonly latencyMs: readonly [least: number, spread: number];
  /** Chance that a piece arrives in two. */
  readonly splits: number;
  readonly onDelivered?: (bytes: number, transitMs: number) => void;
};

type Piece = { readonly bytes: Buffer | 'end'; readonly sentAt: number };

/** One direction of a connection: bytes arrive in order, in pieces cut anywhere, late, or never. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #to: LaneEnd;
  readonly #from: LaneEnd;
  /** In order, whatever becomes of the times at which they were to arrive. */
  readonly #flying: Piece[] = [];
  readonly #arrived: Piece[] = [];
  #underWay = 0;
  #lastAt = 0;
  #waiting: (() => void) | undefined;
  #isWanted = true;
  /** Nothing sent from now on arrives, and nobody is told. */
  isSilent = false;
  #isCut = false;
  #hasEnded = false;
  #stalledUntil = 0;

  constructor(from: LaneEnd, to: LaneEnd, options: LaneOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
  }

  send(bytes: Buffer, sentAt: number, taken: () => void): void {
    const { random, splits } = this.#options;
    const cut = bytes.length > 1 && random.chance(splits) ? 1 + random.below(bytes.length - 1) : bytes.length;
    this.#underWay += bytes.length;
    this.#dispatch(bytes.subarray(0, cut), sentAt);
    if (cut < bytes.length) this.#dispatch(bytes.subarray(cut), sentAt);
    if (this.#underWay <= UNDER_WAY_BYTES) taken();
    else this.#waiting = taken;
  }

  /** Until when nothing arrives that is under way. */
  get stalledUntil(): number {
    return this.#stalledUntil;
  }

  /** The sender has said everything, or is gone; what is under way still arrives. */
  end(): void {
    if (!this.#hasEnded && !this.#isCut) this.#dispatch('end');
    this.#hasEnded = true;
  }

  /** The receiver has gone: whoever sends is told. */
  refuse(): void {
    if (!this.isSilent) this.#from.later(this.#latency(), () => this.#from.reset());
  }

  /** The line breaks: bytes that have not arrived are lost. Tells how many. */
  cut(): number {
    const lost = this.#underWay;
    this.#isCut = true;
    this.#to.later(this.#latency(), () => this.#to.reset());
    return lost;
  }

  /** Nothing arrives before then. */
  stall(until: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, until);
  }

  get underWay(): number {
    return this.#underWay;
  }

  wanted(): void {
    this.#isWanted = true;
    this.#hand();
  }

  #dispatch(bytes: Buffer | 'end', sentAt = this.#options.time.now): void {
    const { time } = this.#options;
    const piece = { bytes, sentAt };
    this.#lastAt = Math.max(this.#lastAt, this.#stalledUntil, time.now + this.#latency());
    if (this.isSilent) return;
    this.#flying.push(piece);
    this.#to.later(this.#lastAt - time.now, () => this.#arrive());
  }

  #arrive(): void {
    const { time } = this.#options;
    if (this.isSilent || this.#isCut || this.#to.destroyed) return;
    if (time.now < this.#stalledUntil) {
      this.#to.later(this.#stalledUntil - time.now, () => this.#arrive());
      return;
    }
    const piece = this.#flying.shift();
    if (piece !== undefined) this.#arrived.push(piece);
    this.#hand();
  }

  #hand(): void {
    while (this.#isWanted && this.#arrived.length > 0 && !this.#to.destroyed) {
      const { bytes, sentAt } = this.#arrived.shift() as Piece;
      if (bytes === 'end') {
        this.#to.push(null);
        return;
      }
      this.#underWay -= bytes.length;
      this.#options.onDelivered?.(bytes.length, this.#options.time.now - sentAt);
      this.#isWanted = this.#to.push(bytes);
    }
    if (this.#waiting !== undefined && this.#underWay <= UNDER_WAY_BYTES) {
      const taken = this.#waiting;
      this.#waiting = undefined;
      // As the sender's: what it does next is its own.
      this.#from.later(0, taken);
    }
  }

  #latency(): number {
    const [least, spread] = this.#options.latencyMs;
    return least + this.#options.random.next() * spread;
  }
}
