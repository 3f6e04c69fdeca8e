import type { Frame, Tail } from './frame.ts';
import type { Transport } from './transport.ts';

/** Seconds after which a poll takes a heartbeat for an answer, at most. */
export const POLL_SECONDS = 20;

const HEARTBEAT = Buffer.from('event: heartbeat\n');
const HELLO = Buffer.from('event: hello\n');
const COMMENT = Buffer.from(':');

/**
 * A stream that ends with the first thing it says: for clients behind proxies that hand on nothing before an answer has ended. It is a connection like
 * any other, with the same cursor and the same frames; what comes after its end is what the next poll's cursor brings. `waitSeconds`: a
 * heartbeat is an answer only after that time, or a quiet client would ask without a pause.
 */
export function pollTransport(transport: Transport, waitSeconds: number): Transport {
  const { sink } = transport;
  const due = performance.now() + waitSeconds * 1000;
  let hello: readonly [Frame, Tail] | undefined;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    sink.end();
  };
  return {
    ...transport,
    sink: {
      waiting: () => sink.waiting(),
      whenDrained: (callback) => sink.whenDrained(callback),
      destroy: () => sink.destroy(),
      send(frame, tail) {
        if (isOver || begins(frame, COMMENT)) return;
        if (begins(frame, HEARTBEAT) && performance.now() < due) return;
        if (begins(frame, HELLO)) {
          hello = [frame, tail];
          return;
        }
        if (hello !== undefined) sink.send(...hello);
        hello = undefined;
        sink.send(frame, tail);
        // A withdrawal may be followed at once by the batch that explains it, or by a goodbye.
        setImmediate(end);
      },
      end,
    },
  };
}

function begins({ plain }: Frame, words: Buffer): boolean {
  return plain.subarray(0, words.length).equals(words);
}
