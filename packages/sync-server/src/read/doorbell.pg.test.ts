import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createDoorbell } from './doorbell.ts';

let database: ScratchDatabase;

beforeAll(async () => {
  database = await scratchDatabase('doorbell');
});
afterAll(() => database.drop());

test('R5 a doorbell rings itself as soon as it listens, though nobody else ever does', async () => {
  let rings = 0;
  const doorbell = createDoorbell({
    config: database.connection,
    channels: ['never_rung'],
    onRing: () => (rings += 1),
    silenceLimitMs: 60_000,
    log: { info() {}, warn() {}, error() {} },
  });
  onTestFinished(() => doorbell.stop());
  expect(doorbell.silentFor()).toBe(Number.POSITIVE_INFINITY);
  doorbell.start();
  await expect.poll(() => doorbell.silentFor()).toBeLessThan(60_000);
  expect(rings).toBe(1);
});
