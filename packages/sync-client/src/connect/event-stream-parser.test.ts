import { expect, test } from 'vitest';
import { EventStreamParser, type RawEvent } from './event-stream-parser.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): RawEvent[] => new EventStreamParser().push(bytes(text));

test('K1 fields, comments, line ends and the one space after a colon', () => {
  expect(parse(': hi\n\nid:c1\r\nevent: batch\rdata:  {}\ndata\nretry: 5\nnonsense\n\n')).toEqual([
    { event: 'batch', id: 'c1', data: [' {}', ''], bytes: 5 + 12 + 9 + 4 + 8 + 8 },
  ]);
});

test('K1 an id and an event name belong to their event alone, and an event without data is none', () => {
  expect(parse('id: c1\nevent: batch\n\ndata: 1\n\nid: a\0b\ndata: 2\n\n')).toMatchObject([
    { event: 'message', id: undefined, data: ['1'] },
    { event: 'message', id: undefined, data: ['2'] },
  ]);
});

test('K1 a byte order mark is dropped at the start only', () => {
  expect(parse('\uFEFFdata: \uFEFFx\n\n\uFEFFdata: y\n\ndata: z\n\n').flatMap(({ data }) => data)).toEqual(['\uFEFFx', 'z']);
});

test('K1 U+2028 and U+0085 end no line', () => {
  expect(parse('data: "a\u2028b\u0085c"\n\n')[0]?.data).toEqual(['"a\u2028b\u0085c"']);
});

test('K1 what is cut off at the end is no event', () => {
  const parser = new EventStreamParser();
  expect([parser.push(bytes('data: 1\n')), parser.push(bytes('data: 2'))]).toEqual([[], []]);
  expect(parser.push(bytes('\n\n'))[0]?.data).toEqual(['1', '2']);
});

test('K2 an event at the limit passes, one byte more is refused, in one line or in many', () => {
  const event = (payload: number): Uint8Array => bytes(`data: ${'x'.repeat(payload - 6)}\n\n`);
  expect(new EventStreamParser(100).push(event(100))[0]?.bytes).toBe(100);
  expect(() => new EventStreamParser(100).push(event(101))).toThrow('longer than 100 bytes');
  const byByte = new EventStreamParser(100);
  expect(() => event(101).forEach((byte) => byByte.push(Uint8Array.of(byte)))).toThrow('longer than 100 bytes');
  expect(() => new EventStreamParser(100).push(bytes('data\n'.repeat(26)))).toThrow('longer than 100 bytes');
});

test('K2 comments and finished events are not held: a stream may run for ever', () => {
  const parser = new EventStreamParser(100);
  for (let round = 0; round < 50; round += 1) {
    parser.push(bytes(`: ${'c'.repeat(40)}\n`));
    expect(parser.push(bytes(`data: ${'x'.repeat(80)}\n\n`))).toHaveLength(1);
  }
});

test('K3 bytes that are not UTF-8 are refused, not replaced', () => {
  const parser = new EventStreamParser();
  expect(() => parser.push(Uint8Array.of(...bytes('data: "'), 0xff, ...bytes('"\n')))).toThrow('not UTF-8');
});
