import { TYPES, type Column } from './answer.ts';

/** PostgreSQL's messages, version 3, as far as pg uses them. */
export type ClientMessage = { readonly kind: string; readonly body: Buffer };

/** Cuts a stream of bytes into messages; the first one has no kind. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #hasBegun = false;

  push(chunk: Buffer): ClientMessage[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: ClientMessage[] = [];
    for (;;) {
      const head = this.#hasBegun ? 1 : 0;
      if (this.#rest.length < head + 4) return messages;
      const length = head + this.#rest.readInt32BE(head);
      if (this.#rest.length < length) return messages;
      const kind = this.#hasBegun ? String.fromCharCode(this.#rest[0] ?? 0) : 'startup';
      messages.push({ kind, body: this.#rest.subarray(head + 4, length) });
      this.#rest = this.#rest.subarray(length);
      this.#hasBegun = true;
    }
  }
}

/** Texts that end in a zero byte, from the start of a body; and where they end. */
export function readTexts(body: Buffer, count: number): { readonly texts: string[]; readonly at: number } {
  const texts: string[] = [];
  let at = 0;
  while (texts.length < count) {
    const end = body.indexOf(0, at);
    texts.push(body.toString('utf8', at, end));
    at = end + 1;
  }
  return { texts, at };
}

/** The values of a Bind, all in text. */
export function readValues(body: Buffer, from: number): (string | null)[] {
  let at = from + 2 + 2 * body.readInt16BE(from);
  const count = body.readInt16BE(at);
  at += 2;
  return Array.from({ length: count }, () => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return body.toString('utf8', at - length, at);
  });
}

export const PARSED = message('1');
export const BOUND = message('2');
export const NO_DATA = message('n');
export const GREETING = Buffer.concat([message('R', int32(0)), message('K', int32(1), int32(2))]);

export function ready(status: 'I' | 'T' | 'E'): Buffer {
  return message('Z', Buffer.from(status));
}

export function description(columns: readonly Column[]): Buffer {
  const fields = columns.map(({ name, type }) =>
    Buffer.concat([text(name), int32(0), int16(0), int32(TYPES[type]), int16(-1), int32(-1), int16(0)]),
  );
  return message('T', int16(columns.length), ...fields);
}

export function dataRow(row: readonly (string | null)[]): Buffer {
  const parts: Buffer[] = [int16(row.length)];
  for (const value of row) {
    if (value === null) parts.push(int32(-1));
    else parts.push(int32(Buffer.byteLength(value)), Buffer.from(value));
  }
  return message('D', ...parts);
}

export function complete(tag: string): Buffer {
  return message('C', text(tag));
}

export function failure(code: string, what: string): Buffer {
  return message('E', text('SERROR'), text('VERROR'), text(`C${code}`), text(`M${what}`), Buffer.alloc(1));
}

export function notification(channel: string): Buffer {
  return message('A', int32(1), text(channel), text(''));
}

function message(kind: string, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([Buffer.from(kind), int32(length), ...parts], length + 1);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
