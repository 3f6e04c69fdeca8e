import { Duplex } from 'node:stream';
import type { Actor, VirtualTime } from '../clock/virtual-time.ts';
import type { Lane } from './lane.ts';

/** One end of a connection, as `net.Socket` is used by pg and node:http. It belongs to an actor and dies with it. */
export class VirtualSocket extends Duplex {
  readonly actor: Actor;
  readonly #time: VirtualTime;
  /** What is sent. */
  #out: Lane | undefined;
  /** What is received. */
  #in: Lane | undefined;
  /** Called to open the connection, where that is still to be done. */
  readonly #dial: (() => void) | undefined;
  #waiting: (() => void) | undefined;
  /** When what waits here was written. */
  readonly #writtenAt: number[] = [];

  constructor(time: VirtualTime, actor: Actor, options: { readonly allowHalfOpen: boolean; readonly dial?: () => void }) {
    super({ allowHalfOpen: options.allowHalfOpen });
    this.#time = time;
    this.actor = actor;
    this.#dial = options.dial;
  }

  /** As pg calls it. */
  connect(): this {
    this.#dial?.();
    return this;
  }

  /** Both lanes are there. */
  open(out: Lane, into: Lane): void {
    this.#out = out;
    this.#in = into;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  get lanes(): { readonly out: Lane | undefined; readonly into: Lane | undefined } {
    return { out: this.#out, into: this.#in };
  }

  override write(chunk: Uint8Array | string, ...more: unknown[]): boolean {
    this.#writtenAt.push(this.#time.now);
    return super.write(chunk, ...(more as [BufferEncoding]));
  }

  override _write(chunk: Buffer, _: string, done: (error?: Error | null) => void): void {
    const writtenAt = this.#writtenAt.shift() ?? this.#time.now;
    const send = (): void => this.#out?.send(Buffer.from(chunk), writtenAt, () => done());
    if (this.#out === undefined) this.#waiting = send;
    else send();
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#out === undefined) this.#waiting = () => this.#out?.end();
    else this.#out.end();
    done();
  }

  override _read(): void {
    this.#in?.wanted();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#out?.end();
    this.#in?.refuse();
    done(error);
  }

  /** The other side has gone, or said that it takes no more. */
  reset(): void {
    if (this.destroyed) return;
    this.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  }

  /** Runs as this end's actor. */
  later(ms: number, run: () => void): void {
    this.#time.schedule(this.actor, ms, run);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
