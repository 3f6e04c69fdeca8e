import { EventStreamParser } from '../connect/event-stream-parser.ts';
import { decodeMessage } from '../ingest/decode-message.ts';
import { ingest, NEW_SESSION, type Session, type Step } from '../ingest/stream-session.ts';
import type { RowStore } from '../store/row-store.ts';

/** One connection without a network: bytes go in, the store changes. Throws where a client would give the connection up. */
export class Pipeline {
  readonly #store: RowStore;
  readonly #resuming: boolean;
  readonly #batchBytes: number | undefined;
  readonly #parser = new EventStreamParser();
  #session: Session = NEW_SESSION;
  now = 0;

  constructor(store: RowStore, batchBytes?: number) {
    this.#store = store;
    this.#resuming = store.cursor !== undefined;
    this.#batchBytes = batchBytes;
  }

  push(bytes: Uint8Array | string): Step['kind'][] {
    const chunk = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    return this.#parser.push(chunk).flatMap((raw) => {
      const message = decodeMessage(raw);
      if (message === undefined) return [];
      const limit = this.#batchBytes === undefined ? {} : { batchBytes: this.#batchBytes };
      const isHeld = this.#store.holds.bind(this.#store);
      const context = { bytes: raw.bytes, now: this.now, isHeld, resuming: this.#resuming, ...limit };
      const [session, step] = ingest(this.#session, message, context);
      this.#session = session;
      if (step.kind === 'apply') this.#store.apply(step.batch);
      if (step.kind === 'withdraw') this.#store.withdraw(step.scopes);
      if (step.kind === 'leave') throw new Error(`${step.problem.code}: ${step.problem.detail ?? ''}`);
      return [step.kind];
    });
  }
}
