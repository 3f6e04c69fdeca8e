import { expect, test } from 'vitest';
import { DelayMeter } from './delay-meter.ts';

test('X1 a commit counts until a read that began after it is with the sockets', () => {
  const meter = new DelayMeter();
  expect(meter.summary()).toMatchObject({ count: 0, p50: undefined });
  meter.committed(5, 100);
  meter.sent(4, 103);
  expect(meter.summary().count).toBe(0);
  meter.committed(6, 104);
  meter.sent(5, 107);
  expect(meter.summary()).toMatchObject({ count: 1, sum: 7, p50: 7, p99: 7 });
  meter.sent(6, 224);
  expect(meter.summary()).toMatchObject({ count: 2, p50: 7, p99: 120 });
  expect(meter.summary().buckets.find(({ atMost }) => atMost === 10)?.count).toBe(1);
  expect(meter.summary().buckets.find(({ atMost }) => atMost === 200)?.count).toBe(2);
});

test('X1 percentiles are of the last 1,000', () => {
  const meter = new DelayMeter();
  for (let read = 1; read <= 2_000; read += 1) {
    meter.committed(read, 0);
    meter.sent(read, read <= 1_000 ? 9_000 : read - 1_000);
  }
  expect(meter.summary()).toMatchObject({ count: 2_000, p50: 500, p95: 950, p99: 990 });
});
