import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { LAST_CHUNK, type Frame, type Tail } from './frame.ts';

/** Where a connection's frames go. */
export type Sink = {
  readonly send: (frame: Frame, tail: Tail) => void;
  /** Bytes that wait in the socket. */
  readonly waiting: () => number;
  /** Calls back once, when nothing waits any more. */
  readonly whenDrained: (callback: () => void) => void;
  /** Ends the answer after what waits. */
  readonly end: () => void;
  readonly destroy: () => void;
};

/** Frames up to this size are copied together with the tail: cheaper than a second buffer in the system call. */
export const COPY_BYTES = 16 * 1024;

/**
 * A sink on an HTTP answer, to be used once its head has been sent: on HTTP/1.1 with chunked encoding, where the pre-framed chunks
 * go straight to the socket (1.4 times the deliveries of `response.write`, docs/decisions); elsewhere through the answer.
 */
export function httpSink(response: ServerResponse): Sink {
  return isRaw(response) ? new WritableSink(response.socket, 'chunk') : new WritableSink(response, 'plain');
}

/** Whether an answer goes straight to its socket. */
export function isRaw(response: ServerResponse): response is ServerResponse & { readonly socket: Socket } {
  return response.socket !== null && response.req.httpVersion === '1.1';
}

/** One object and nothing beside it: there is one for each of many thousand streams that do nothing. */
class WritableSink implements Sink {
  readonly #target: Writable;
  readonly #form: 'plain' | 'chunk';

  constructor(target: Writable, form: 'plain' | 'chunk') {
    this.#target = target;
    this.#form = form;
  }

  send(frame: Frame, tail: Tail): void {
    const target = this.#target;
    if (target.destroyed) return;
    const first = frame[this.#form];
    if (!frame.needsTail) {
      target.write(first);
      return;
    }
    if (first.length <= COPY_BYTES) {
      target.write(tail.after(frame, this.#form));
      return;
    }
    target.cork();
    target.write(first);
    target.write(tail[this.#form]);
    target.uncork();
  }

  waiting(): number {
    return this.#target.writableLength;
  }

  whenDrained(callback: () => void): void {
    this.#target.once('drain', callback);
  }

  end(): void {
    if (this.#target.destroyed) return;
    if (this.#form === 'chunk') this.#target.end(LAST_CHUNK);
    else this.#target.end();
  }

  destroy(): void {
    this.#target.destroy();
  }
}
