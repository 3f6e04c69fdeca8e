import type { IntegrityRequest, ScopeKey } from '@elira/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSyncClient, type SyncClient } from '../sync-client.ts';
import { watchIntegrity, type IntegrityOptions, type IntegrityWatch } from './watch-integrity.ts';

const SCOPE = 'items/x' as ScopeKey;
const RIGHT = { differ: [], deltas: [] };
const MINUTE = 60_000;

let client: SyncClient;
let status: string;
let watch: IntegrityWatch | undefined;
const asked: IntegrityRequest[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  status = 'live';
  client = createSyncClient({ url: 'http://any/api/sync/stream' });
  vi.spyOn(client, 'status', 'get').mockImplementation(() => status as SyncClient['status']);
  const put = { items: [['a', { n: 1 }] as const, ['b', { n: 2 }] as const] };
  client.store.apply({ cursor: 'c1', epoch: 'e', freshAt: 0, deltas: [{ scope: SCOPE, reset: true, put }] });
});
afterEach(() => {
  watch?.stop();
  vi.useRealTimers();
});

function begin(
  answer: (request: IntegrityRequest) => Response | Promise<Response>,
  options: Partial<IntegrityOptions> = {},
): IntegrityWatch {
  const call: typeof fetch = async (_url, init) => {
    const request = JSON.parse(typeof init?.body === 'string' ? init.body : '') as IntegrityRequest;
    asked.push(request);
    return await answer(request);
  };
  watch = watchIntegrity(client, { url: 'http://any/check', fetch: call, random: () => 0.5, ...options });
  return watch;
}

test('K56 rows are checked soon after the start and every five minutes, spread at random', async () => {
  begin(() => Response.json(RIGHT));
  await vi.advanceTimersByTimeAsync(MINUTE - 1);
  expect(asked).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(asked).toHaveLength(2);
  watch?.stop();
  asked.length = 0;
  const times = new Set<number>();
  for (const random of [0, 0.25, 0.75, 0.99]) {
    begin(() => Response.json(RIGHT), { random: () => random });
    const from = Date.now();
    while (asked.length === times.size) await vi.advanceTimersByTimeAsync(500);
    times.add(Date.now() - from);
    watch?.stop();
  }
  expect(times.size).toBe(4);
});

test('K56 nothing is checked while nobody looks or the stream is down, and soon after', async () => {
  let hidden = true;
  begin(() => Response.json(RIGHT), { isHidden: () => hidden });
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(asked).toHaveLength(0);
  hidden = false;
  status = 'waiting';
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(asked).toHaveLength(0);
  status = 'live';
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(asked).toHaveLength(1);
});

test('K56 a server that fails, is older or answers nonsense changes nothing, and is asked again at the next turn', async () => {
  const answers: (() => Response)[] = [
    () => Response.json({ code: 'too_busy', title: 'No.', status: 503 }, { status: 503 }),
    () => new Response('not found', { status: 404 }),
    () => Response.json(null),
    () => Response.json({ differ: 'all', deltas: [] }),
    () => Response.json({ differ: [], deltas: [{ scope: SCOPE, put: { items: [['a', 'no row']] } }] }),
    () => {
      throw new TypeError('the network is gone');
    },
  ];
  const problems: string[] = [];
  const before = client.store.toDump();
  const own = begin(() => (answers[asked.length - 1] ?? (() => Response.json(RIGHT)))(), {
    onProblem: ({ code }) => void problems.push(code),
  });
  for (const _ of answers) expect(await own.check()).toHaveProperty('problem');
  expect(own.state()).toMatchObject({ checkedAt: undefined, faults: 0 });
  expect(await own.check()).toEqual({ rowsMended: 0 });
  expect(client.store.toDump()).toEqual(before);
  expect(problems).toEqual([]);
});

test('K55 only what was asked of, is held as it was reported and was not spoken of since is written', async () => {
  let turn = 0;
  const own = begin(({ rows }) => {
    turn += 1;
    if (rows === undefined)
      return Response.json({
        differ:
          turn === 1
            ? [
                { scope: SCOPE, buckets: [0] },
                { scope: 'other/x', buckets: [0] },
              ]
            : [],
        deltas: [],
      });
    // While the answer is under way.
    client.store.apply({
      cursor: 'c2',
      epoch: 'e',
      freshAt: 0,
      deltas: [{ scope: SCOPE, put: { items: [['b', { n: 3 }]] }, drop: { items: ['gone'] } }],
    });
    const put = {
      items: [
        ['a', { n: 9 }],
        ['b', { n: 9 }],
        ['gone', { n: 9 }],
        ['new', { n: 9 }],
      ],
    };
    return Response.json({
      differ: [],
      deltas: [
        { scope: SCOPE, put },
        { scope: 'other/x', put },
      ],
    });
  });
  const heard: unknown[] = [];
  client.store.subscribe(({ cause, changes }) => void heard.push([cause, [...(changes.get('items')?.keys() ?? [])]]));
  expect(await own.check()).toEqual({ rowsMended: 2 });
  expect(Object.fromEntries(client.store.rows('items'))).toEqual({ a: { n: 9 }, b: { n: 3 }, new: { n: 9 } });
  expect(heard).toEqual([
    ['batch', ['b']],
    ['mend', ['a', 'new']],
  ]);
  expect(client.cursor).toBe('c2');
  expect(asked.map(({ digests, rows }) => [digests?.length, rows?.length])).toEqual([
    [1, undefined],
    [undefined, 1],
    [1, undefined],
  ]);
});

test('K55 nothing is written of a scope that was withdrawn or came anew meanwhile', async () => {
  for (const meanwhile of [
    () => client.store.withdraw([SCOPE]),
    () => client.store.apply({ cursor: 'c3', epoch: 'e', freshAt: 0, deltas: [{ scope: SCOPE, reset: true }] }),
  ]) {
    const own = begin(({ rows }) => {
      if (rows === undefined) return Response.json({ differ: [{ scope: SCOPE, buckets: [0] }], deltas: [] });
      meanwhile();
      return Response.json({
        differ: [],
        deltas: [{ scope: SCOPE, put: { items: [['new', { n: 9 }]] }, drop: { items: ['a'] } }],
      });
    });
    expect(await own.check()).toEqual({ rowsMended: 0 });
    expect(client.store.rows('items').has('new')).toBe(false);
    own.stop();
    client.store.apply({
      cursor: 'c4',
      epoch: 'e',
      freshAt: 0,
      deltas: [{ scope: SCOPE, reset: true, put: { items: [['a', { n: 1 }]] } }],
    });
  }
});

test('K55 a server that finds no end is not asked for ever', async () => {
  const own = begin(({ rows }) =>
    Response.json(
      rows === undefined
        ? { differ: [{ scope: SCOPE, buckets: [0] }], deltas: [] }
        : { differ: [], deltas: [{ scope: SCOPE, put: { items: [['a', { n: asked.length }]] } }] },
    ),
  );
  expect(await own.check()).toEqual({ rowsMended: 20 });
  expect(asked).toHaveLength(40);
});
