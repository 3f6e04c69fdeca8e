import type { ProblemDocument } from '@elira/protocol';

/**
 * A frame: one or more server-sent events, ending in an `id:` line that lacks its second half, or complete as it is.
 * Made once and shared; the HTTP/1.1 chunk framing is part of it, so that sending is one write of bytes that exist already.
 */
export type Frame = { readonly plain: Buffer; readonly chunk: Buffer; readonly needsTail: boolean };

/**
 * The part of an event that is a connection's own: the cursor's second half and the event's end. Kept as text, since it lies there for
 * as long as the connection does: a buffer would hold on to the whole slab that it was cut from.
 */
export class Tail {
  readonly grant: string;

  constructor(grant: string) {
    this.grant = grant;
  }

  get plain(): Buffer {
    return Buffer.from(`${this.grant}\n\n`, 'latin1');
  }

  /** As a chunk of HTTP/1.1. */
  get chunk(): Buffer {
    return Buffer.from(this.#chunk(), 'latin1');
  }

  /** A frame's bytes and the tail behind them, in one. */
  after(frame: Frame, form: 'plain' | 'chunk'): Buffer {
    const [first, text] = form === 'plain' ? [frame.plain, `${this.grant}\n\n`] : [frame.chunk, this.#chunk()];
    const whole = Buffer.allocUnsafe(first.length + text.length);
    first.copy(whole);
    whole.write(text, first.length, 'latin1');
    return whole;
  }

  /** Nothing but ASCII is in it, so that characters are bytes. */
  #chunk(): string {
    return `${(this.grant.length + 2).toString(16)}\r\n${this.grant}\n\n\r\n`;
  }
}

/**
 * A batch of JSON documents as parts and a final batch, each event of at most `frameChars` characters where lines allow it. `ageMs`: time
 * since the read that it stands on began.
 */
export function batchFrame(lines: readonly string[], place: string, frameChars: number, ageMs: number): Frame {
  const events: string[] = [];
  let data: string[] = [];
  let length = 0;
  for (const line of lines) {
    if (data.length > 0 && length + line.length > frameChars) {
      events.push(`event: part\n${data.join('')}\n`);
      data = [];
      length = 0;
    }
    data.push(`data: ${line}\n`);
    length += line.length;
  }
  events.push(`event: batch\nage: ${wholeMs(ageMs)}\n${data.join('')}id: ${place}.`);
  return frame(events.join(''), true);
}

/** Each line as an event without a name, the last with the cursor where there is one. No line: the cursor alone, which is no event. */
export function messagesFrame(lines: readonly string[], place?: string): Frame {
  const events = lines.map((line) => `data: ${line}\n`).join('\n');
  return place === undefined ? frame(`${events}\n`, false) : frame(`${events}id: ${place}.`, true);
}

export function heartbeatFrame(ageMs: number, place: string): Frame {
  return frame(`event: heartbeat\ndata: {"ageMs":${wholeMs(ageMs)}}\nid: ${place}.`, true);
}

function wholeMs(ms: number): number {
  return Math.max(0, Math.round(ms));
}

/** An event with one document and no cursor. */
export function plainFrame(event: 'hello' | 'withdraw', data: object): Frame {
  return frame(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`, false);
}

export function goodbyeFrame(problem: ProblemDocument): Frame {
  return frame(`event: goodbye\ndata: ${JSON.stringify(problem)}\n\n`, false);
}

/** A comment: the connection lives, though its client must wait for a snapshot or a later head. */
export const KEEP_ALIVE = frame(': waiting\n\n', false);

/** The last chunk of an HTTP/1.1 answer. */
export const LAST_CHUNK = Buffer.from('0\r\n\r\n');

function frame(text: string, needsTail: boolean): Frame {
  return { ...chunked(text), needsTail };
}

/** The bytes and their HTTP chunk, held once. */
function chunked(text: string): { plain: Buffer; chunk: Buffer } {
  const length = Buffer.byteLength(text);
  const size = `${length.toString(16)}\r\n`;
  const chunk = Buffer.from(`${size}${text}\r\n`);
  return { plain: chunk.subarray(size.length, size.length + length), chunk };
}
