import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomly } from '../contract/randomly.ts';
import { EventStreamParser, type RawEvent } from './event-stream-parser.ts';

const ending = fc.constantFrom('\n', '\r', '\r\n');
const field = fc.oneof(
  fc.constantFrom(
    'data: {"a":"é😀日本"}',
    'data',
    'data:x',
    'data: a:b',
    'id: c-1',
    'id',
    'event: batch',
    'event: part',
    ': ping',
    ':',
    'retry: 9',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
);
const stream = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(field, ending), { maxLength: 60 }))
  .map(([mark, lines]) => new TextEncoder().encode(`${mark ? '\uFEFF' : ''}${lines.flat().join('')}`));

/** The same by the letter of the format, on the whole text at once. */
function naive(bytes: Uint8Array): Omit<RawEvent, 'bytes' | 'age'>[] {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const events: Omit<RawEvent, 'bytes' | 'age'>[] = [];
  let [event, id, data]: [string, string | undefined, string[]] = ['', undefined, []];
  for (const line of lines.slice(0, -1)) {
    const [, name, value] = /^([^:]*):? ?(.*)$/su.exec(line) ?? [];
    if (line === '') {
      if (data.length > 0) events.push({ event: event || 'message', id, data });
      [event, id, data] = ['', undefined, []];
    } else if (name === 'data') data.push(value ?? '');
    else if (name === 'event') event = value ?? '';
    else if (name === 'id' && !value?.includes('\0')) id = value;
  }
  return events;
}

test('K1 any way to cut a stream gives the events of the uncut one, which are the naive ones', () => {
  randomly(
    fc.property(stream, fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 20 }), (bytes, sizes) => {
      const whole = new EventStreamParser().push(bytes);
      const parser = new EventStreamParser();
      const cut: RawEvent[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        // Empty chunks too, but not for ever.
        const size = turn % (sizes.length + 1) === sizes.length ? 1 : (sizes[turn % sizes.length] ?? 1);
        cut.push(...parser.push(bytes.slice(at, at + size)));
        at += size;
      }
      expect(cut).toEqual(whole);
      expect(whole.map(({ event, id, data }) => ({ event, id, data }))).toEqual(naive(bytes));
    }),
  );
});
