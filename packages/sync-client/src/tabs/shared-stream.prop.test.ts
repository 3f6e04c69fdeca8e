import type { ScopeKey } from '@elira/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { localProblem } from '../connect/client-problem.ts';
import { ConnectionDriver } from '../connect/connection-driver.ts';
import { HandBrowser, type HandTab } from '../contract/hand-browser.ts';
import type { StepEars, Way } from '../ingest/read-stream.ts';
import { RowStore } from '../store/row-store.ts';
import type { SharedStream } from './shared-stream.ts';

const SCOPE = 'items/x' as ScopeKey;
const KEYS = 4;

/** A server whose state at position n is known: item k has the value of the last position that is k modulo KEYS. */
class Server {
  position = KEYS;
  readonly open = new Map<object, { readonly ears: StepEars; at: number; readonly from: number; readonly end: () => void }>();

  readonly wayOf =
    (store: RowStore): Way =>
    (ears) =>
      new Promise((resolve) => {
        const me = {};
        const from = ears.afresh ? -1 : Number(store.cursor?.slice(1) ?? -1);
        const end = (): void => {
          this.open.delete(me);
          resolve({ problem: localProblem('closed') });
        };
        ears.signal.addEventListener('abort', end, { once: true });
        this.open.set(me, { ears, at: -1, from, end });
      });

  /** Brings whoever is connected to where it is. */
  push(): void {
    for (const one of this.open.values()) {
      const known = one.at >= 0 ? one.at : one.from;
      const first = one.at < 0;
      if (first) one.ears.greeted();
      const snapshot = known < 0;
      const puts = Array.from({ length: KEYS }, (_, key) => [`k${key}`, valueAt(this.position, key)] as const);
      const put = puts.filter(([, value]) => snapshot || value > known).map(([key, n]) => [key, { n }] as const);
      one.at = this.position;
      one.ears.heard();
      one.ears.step({
        kind: 'apply',
        told: true,
        batch: {
          cursor: `p${this.position}`,
          epoch: 'e',
          freshAt: Date.now(),
          deltas: put.length === 0 ? [] : [{ scope: SCOPE, ...(snapshot ? { reset: true } : {}), put: { items: put } }],
          ...(first ? { holds: { scopes: [SCOPE], snapshot } } : {}),
        },
      });
      one.ears.moved();
    }
  }
}

const valueAt = (position: number, key: number): number => position - ((((position - key) % KEYS) + KEYS) % KEYS);

/** A tab: a store, a machine and its part in the stream, as a client puts them together. */
class Page {
  readonly store = new RowStore();
  readonly shared: SharedStream;
  readonly driver: ConnectionDriver;
  readonly tab: HandTab;
  readonly wrong: string[] = [];
  #last = -1;

  constructor(browser: HandBrowser, server: Server) {
    this.tab = browser.tab();
    const shared = this.tab.of('u').share(
      { url: '/stream' },
      {
        store: this.store,
        now: Date.now,
        random: () => 0,
        network: server.wayOf(this.store),
        onTurn: () => this.driver.dispatch({ kind: 'turn' }),
        onLook: () => this.driver.dispatch({ kind: 'timer' }),
        onWake: () => this.driver.dispatch({ kind: 'wake' }),
      },
    );
    if (shared === undefined) throw new Error('no room');
    this.shared = shared;
    this.driver = new ConnectionDriver({
      now: Date.now,
      random: () => 0.5,
      silenceMs: undefined,
      connect: (ears) =>
        shared.way({ ...ears, step: (step) => void (step.kind === 'apply' ? this.store.apply(step.batch) : undefined) }),
      onStatus: () => shared.tell(this.driver.status === 'live', this.driver.problem),
    });
    this.store.subscribe(() => this.#look());
    this.start();
  }

  start(): void {
    this.shared.enter();
    this.driver.dispatch({ kind: 'start' });
  }

  stop(): void {
    this.driver.dispatch({ kind: 'stop' });
    this.shared.leave();
  }

  /** Every state that shows is the server's at the cursor, and none is older than the one before. */
  #look(): void {
    const position = Number(this.store.cursor?.slice(1));
    const shown = [...this.store.rows('items')].map(([key, row]) => `${key}:${String(row['n'])}`).toSorted();
    const right = Array.from({ length: KEYS }, (_, key) => `k${key}:${valueAt(position, key)}`);
    if (shown.join() !== right.join()) this.wrong.push(`at ${position}: ${shown.join()}`);
    if (position < this.#last) this.wrong.push(`${position} after ${this.#last}`);
    this.#last = position;
  }
}

const settle = (ms = 1): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
type Doing = readonly [
  what: 'commit' | 'push' | 'freeze' | 'thaw' | 'crash' | 'stop' | 'start' | 'cut' | 'wait' | 'open',
  who: number,
];

async function run(doings: readonly Doing[]): Promise<void> {
  const [browser, server] = [new HandBrowser(), new Server()];
  const pages: Page[] = [new Page(browser, server), new Page(browser, server)];
  const doing: Record<Doing[0], (page: Page, at: number) => void | Promise<unknown>> = {
    commit: () => void (server.position += 1),
    push: () => server.push(),
    freeze: ({ tab }) => tab.freeze(),
    thaw: ({ tab }) => tab.thaw(),
    crash: (page, at) => {
      page.tab.crash();
      page.stop();
      pages.splice(at, 1);
    },
    stop: (page) => page.stop(),
    start: (page) => page.start(),
    cut: () => [...server.open.values()].forEach(({ end }) => end()),
    wait: () => settle(4000),
    open: () => void (pages.length < 5 && pages.push(new Page(browser, server))),
  };
  await settle();
  for (const [what, who] of doings) {
    const at = who % Math.max(1, pages.length);
    const page = pages[at];
    if (page !== undefined) await doing[what](page, at);
    await settle();
    expect(pages.flatMap(({ wrong }) => wrong)).toEqual([]);
  }
  // Whatever happened: when everybody is awake again, one stream serves them all, and all show the same.
  for (const page of pages) {
    page.tab.thaw();
    page.start();
  }
  if (pages.length === 0) return;
  for (let round = 0; round < 30; round += 1) {
    await settle(2500);
    server.position += 1;
    server.push();
    await settle();
  }
  expect(pages.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(pages.map(({ store }) => store.cursor)).toEqual(pages.map(() => `p${server.position}`));
  expect(pages.map(({ driver }) => driver.status)).toEqual(pages.map(() => 'live'));
  expect([server.open.size, pages.filter(({ shared }) => shared.isLeading).length]).toEqual([1, 1]);
  for (const page of pages) page.stop();
  expect(server.open.size).toBe(0);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('K47 K48 whoever opens, closes, crashes, freezes or loses the server: every tab shows states of the server, forward, and one stream is left', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  console.info(`SEED=${seed}`);
  const what = fc.constantFrom<Doing[0]>(
    'commit',
    'push',
    'push',
    'freeze',
    'thaw',
    'crash',
    'stop',
    'start',
    'cut',
    'wait',
    'open',
  );
  const doings = fc.array(fc.tuple(what, fc.nat(4)), { minLength: 10, maxLength: 80 });
  await fc.assert(fc.asyncProperty(doings, run), { seed, numRuns: 400 });
}, 120_000);
