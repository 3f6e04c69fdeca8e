import type { ServerResponse } from 'node:http';
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
const COPY_BYTES = 16 * 1024;

/**
 * A sink on an HTTP answer, to be used once its head has been sent: on HTTP/1.1 with chunked encoding, where the pre-framed chunks
 * go straight to the socket (1.4 times the deliveries of `response.write`, docs/decisions); elsewhere through the answer.
 */
export function httpSink(response: ServerResponse): Sink {
  const { socket } = response;
  const raw = socket !== null && response.req.httpVersion === '1.1';
  const target = raw ? socket : response;
  return {
    send(frame, tail) {
      if (target.destroyed) return;
      const first = raw ? frame.chunk : frame.plain;
      if (!frame.needsTail) {
        target.write(first);
        return;
      }
      const second = raw ? tail.chunk : tail.plain;
      if (first.length <= COPY_BYTES) {
        target.write(Buffer.concat([first, second], first.length + second.length));
        return;
      }
      target.cork();
      target.write(first);
      target.write(second);
      target.uncork();
    },
    waiting: () => target.writableLength,
    whenDrained(callback) {
      target.once('drain', callback);
    },
    end() {
      if (target.destroyed) return;
      if (raw) socket.end(LAST_CHUNK);
      else response.end();
    },
    destroy() {
      response.destroy();
      socket?.destroy();
    },
  };
}
