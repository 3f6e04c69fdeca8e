import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { localProblem } from './client-problem.ts';
import type { ConnectionEars, ConnectionEnd } from './connection-driver.ts';
import { FIRST_BYTE_MS, SteadyWay, STREAM_AGAIN_MS } from './steady-way.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const CLOSED: ConnectionEnd = { problem: localProblem('closed') };

/** A server behind a proxy that swallows streams, as long as it does. */
class Behind {
  swallows = true;
  readonly asked: string[] = [];
  open = 0;
  most = 0;
  readonly told: string[] = [];
  readonly abort = new AbortController();
  readonly way = new SteadyWay<ConnectionEars>({
    now: Date.now,
    silenceMs: 15_000,
    ask: (ears, waitSeconds) => this.#ask(ears, waitSeconds),
  });

  connect(): Promise<ConnectionEnd> {
    const tell = (word: string) => (): void => void this.told.push(word);
    return this.way.connect({
      signal: this.abort.signal,
      afresh: false,
      heard: () => true,
      told: tell('told'),
      greeted: tell('greeted'),
      moved: tell('moved'),
      withdrew: tell('withdrew'),
    });
  }

  async #ask(ears: ConnectionEars, waitSeconds: number | undefined): Promise<ConnectionEnd> {
    this.asked.push(waitSeconds === undefined ? 'stream' : `poll ${waitSeconds}`);
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    const isStream = waitSeconds === undefined;
    await new Promise<void>((resolve) => {
      // Polls are not given up here, streams are.
      if (!isStream) setTimeout(resolve, waitSeconds * 1000 + 20);
      else ears.signal.addEventListener('abort', () => resolve(), { once: true });
      if (isStream && !this.swallows) setTimeout(resolve, 60_000);
      if (isStream && this.swallows) return;
      setTimeout(() => {
        ears.heard();
        ears.greeted();
        ears.moved();
      }, 10);
    });
    this.open -= 1;
    return CLOSED;
  }
}

test('K53 streams are tried again, more and more seldom, between two polls and as one connection', async () => {
  const behind = new Behind();
  const over = behind.connect();
  await vi.advanceTimersByTimeAsync(FIRST_BYTE_MS + 1000);
  expect(behind.asked).toEqual(['stream', 'poll 0', 'poll 5']);
  const streamsUntil = async (ms: number): Promise<number> => {
    await vi.advanceTimersByTimeAsync(ms);
    return behind.asked.splice(0).filter((one) => one === 'stream').length;
  };
  expect(await streamsUntil(STREAM_AGAIN_MS.first)).toBe(2);
  expect(await streamsUntil(STREAM_AGAIN_MS.first)).toBe(0);
  expect(await streamsUntil(STREAM_AGAIN_MS.first + FIRST_BYTE_MS * 2)).toBe(1);
  await streamsUntil(3 * STREAM_AGAIN_MS.most);
  expect(await streamsUntil(6 * STREAM_AGAIN_MS.most)).toBeLessThanOrEqual(6);
  expect(behind.told.filter((word) => word === 'greeted')).toHaveLength(1);
  expect(behind.most).toBe(1);
  behind.abort.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  await over;
});

test('K53 where streams come through again, they are kept', async () => {
  const behind = new Behind();
  void behind.connect();
  await vi.advanceTimersByTimeAsync(FIRST_BYTE_MS + 1000);
  behind.swallows = false;
  await vi.advanceTimersByTimeAsync(STREAM_AGAIN_MS.first + 10_000);
  expect(behind.asked.at(-1)).toBe('stream');
  await vi.advanceTimersByTimeAsync(60_000);
  const asked = behind.asked.length;
  const over = behind.connect();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(await over).toEqual(CLOSED);
  expect(behind.asked.slice(asked)).toEqual(['stream']);
});
