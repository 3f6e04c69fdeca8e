import { LIMITS } from '@elira/protocol';
import { StreamFault } from './client-problem.ts';

/** One server-sent event. Data lines stay apart: in a batch each is one JSON document. */
export type RawEvent = {
  readonly event: string;
  readonly id: string | undefined;
  /** The field `age`, which is this protocol's own. */
  readonly age: string | undefined;
  readonly data: readonly string[];
  /** Bytes of its lines on the wire, without line ends. */
  readonly bytes: number;
};

const LF = 10;
const CR = 13;
const COLON = 58;
const FIRST_TAIL_BYTES = 4096;

/**
 * Bytes as they come from the socket, cut anywhere, become whole server-sent events.
 *
 * In: chunks. Out: the events that each chunk completes. The promise: every way to cut the same bytes gives the same
 * events, and no more than `limitBytes` are ever held. Text is decoded line by line, so a character cut in two is whole
 * again; bytes that are not UTF-8 are refused, since a replaced character would show a state that never was.
 */
export class EventStreamParser {
  readonly #limitBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #tail = new Uint8Array(0);
  #tailBytes = 0;
  #heldBytes = 0;
  #atStart = true;
  #afterCr = false;
  #event = '';
  #id: string | undefined;
  #age: string | undefined;
  #data: string[] = [];

  constructor(limitBytes: number = LIMITS.batchBytes) {
    this.#limitBytes = limitBytes;
  }

  /** Whether an event has begun that is not whole yet. */
  get isGathering(): boolean {
    return this.#tailBytes > 0 || this.#heldBytes > 0;
  }

  /** Throws StreamFault: `batch_too_large` above the limit, `malformed_stream` for bytes that are not UTF-8. */
  push(chunk: Uint8Array): RawEvent[] {
    const events: RawEvent[] = [];
    let at = 0;
    if (this.#afterCr && chunk.length > 0) {
      this.#afterCr = false;
      if (chunk[0] === LF) at = 1;
    }
    let lf = chunk.indexOf(LF, at);
    let cr = chunk.indexOf(CR, at);
    while (lf >= 0 || cr >= 0) {
      const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
      this.#line(chunk.subarray(at, end), events);
      at = end + 1;
      if (end === cr) {
        if (at === chunk.length) this.#afterCr = true;
        else if (chunk[at] === LF) at += 1;
        cr = chunk.indexOf(CR, at);
      }
      if (lf >= 0 && lf < at) lf = chunk.indexOf(LF, at);
    }
    this.#keep(chunk.subarray(at));
    return events;
  }

  #line(last: Uint8Array, events: RawEvent[]): void {
    let line = last;
    if (this.#tailBytes > 0) {
      this.#keep(last);
      line = this.#tail.subarray(0, this.#tailBytes);
    }
    this.#tailBytes = 0;
    if (this.#atStart) {
      this.#atStart = false;
      if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    }
    if (line.length === 0) this.#dispatch(events);
    else if (line[0] !== COLON) this.#field(line);
    if (this.#tail.length > LIMITS.frameBytes) this.#tail = new Uint8Array(0);
  }

  #field(line: Uint8Array): void {
    this.#guard(line.length);
    this.#heldBytes += line.length;
    const colon = line.indexOf(COLON);
    const name = this.#decode(colon < 0 ? line : line.subarray(0, colon));
    const start = colon < 0 ? line.length : line[colon + 1] === 32 ? colon + 2 : colon + 1;
    if (name === 'data') this.#data.push(this.#decode(line.subarray(start)));
    else if (name === 'event') this.#event = this.#decode(line.subarray(start));
    else if (name === 'age') this.#age = this.#decode(line.subarray(start));
    else if (name === 'id') {
      const id = this.#decode(line.subarray(start));
      if (!id.includes('\0')) this.#id = id;
    }
  }

  #dispatch(events: RawEvent[]): void {
    if (this.#data.length > 0) {
      events.push({
        event: this.#event === '' ? 'message' : this.#event,
        id: this.#id,
        age: this.#age,
        data: this.#data,
        bytes: this.#heldBytes,
      });
    }
    this.#event = '';
    this.#id = undefined;
    this.#age = undefined;
    this.#data = [];
    this.#heldBytes = 0;
  }

  #keep(bytes: Uint8Array): void {
    const needed = this.#tailBytes + bytes.length;
    this.#guard(needed);
    if (needed > this.#tail.length) {
      const larger = new Uint8Array(Math.max(FIRST_TAIL_BYTES, Math.min(2 * needed, this.#limitBytes)));
      larger.set(this.#tail.subarray(0, this.#tailBytes));
      this.#tail = larger;
    }
    this.#tail.set(bytes, this.#tailBytes);
    this.#tailBytes = needed;
  }

  #guard(lineBytes: number): void {
    if (this.#heldBytes + lineBytes <= this.#limitBytes) return;
    throw new StreamFault('batch_too_large', `an event is longer than ${this.#limitBytes} bytes`);
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new StreamFault('malformed_stream', 'a line is not UTF-8');
    }
  }
}
