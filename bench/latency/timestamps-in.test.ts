import { expect, test } from 'vitest';
import { timestampsIn } from './timestamps-in.ts';

test('times are found in both forms, whole and with fractions that PostgreSQL has shortened', () => {
  const text =
    '{"id":1,"ts":1763848399123456}{"title":"course \\"ts\\":1763848399000001"}{"lastAccessedAt":"2025-11-22T21:53:19.12+00:00"}' +
    '{"lastAccessedAt":"2025-11-22T21:53:19+00:00"} lots of facts';
  expect(timestampsIn(Buffer.from(text))).toEqual([1763848399123456, 1763848399000001, 1763848399120000, 1763848399000000]);
});
