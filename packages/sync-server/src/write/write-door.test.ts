import { expect, test } from 'vitest';
import { makeUuidV7, Problem } from '@elira/protocol';
import { defineMutator, defineMutators, type Mutation, type MutatorTransaction } from '@elira/rules';
import { makeWriteDoor, type WriteDoor } from './write-door.ts';
import type { FlushedAnswer, FlushRow, LedgerAnswer, WriteLimits } from './write-options.ts';

/** A database of one counter, with transactions that are committed whole or not at all. */
type State = { count: number; ledger: Map<string, LedgerAnswer & { readonly userId: string }> };
type User = { readonly id: string; readonly writes: boolean };

const ANN: User = { id: 'ann', writes: true };
const BOB: User = { id: 'bob', writes: true };

const parse = (value: unknown): { by: number } => {
  if (
    typeof value === 'object' &&
    value !== null &&
    'by' in value &&
    typeof value.by === 'number' &&
    Object.keys(value).length === 1
  )
    return { by: value.by };
  throw Object.assign(new Error('no'), { issues: [{ path: ['by'], message: 'must be a number' }] });
};

class SqlError extends Error {
  readonly code: string;

  constructor(code: string) {
    super('with row data that nobody may read');
    this.code = code;
  }
}

/** What is to go wrong, and where. */
type Faults = { commit?: (() => void) | undefined; effect?: (() => void) | undefined };

function setUp(limits: Partial<WriteLimits> = {}): {
  state: () => State;
  faults: Faults;
  door: WriteDoor<User>;
  flushes: FlushRow[][];
  commits: () => number;
  release: () => void;
  hold: () => void;
} {
  let state: State = { count: 0, ledger: new Map() };
  const faults: Faults = {};
  const flushes: FlushRow[][] = [];
  let commits = 0;
  let gate: Promise<void> = Promise.resolve();
  let open: () => void = () => undefined;
  const mutators = defineMutators<User>([
    defineMutator<{ by: number }, User>({
      name: 'counter.add',
      args: { parse },
      may: ({ writes }) => writes,
      effect: async (tx, { by }) => {
        await tx.query('add', [by]);
        faults.effect?.();
        return { by };
      },
    }),
    defineMutator<{ by: number }, User>({ name: 'counter.tap', args: { parse }, flush: 'flush_taps' }),
  ]);
  const door = makeWriteDoor<User>({
    mutators,
    transaction: async (user, _id, work) => {
      let draft: State = { count: state.count, ledger: new Map(state.ledger) };
      let saved = draft;
      const query = (text: string, values: unknown[] = []): Promise<{ rows: object[]; rowCount: number }> => {
        if (text === 'add') draft = { ...draft, count: draft.count + Number(values[0]) };
        if (text.startsWith('SAVEPOINT')) saved = draft;
        if (text.startsWith('ROLLBACK TO')) draft = saved;
        if (text === 'ledger') draft.ledger.set(String(values[0]), { ...(values[1] as LedgerAnswer), userId: user.id });
        return Promise.resolve({ rows: [{ userId: user.id }], rowCount: 1 });
      };
      const result = await work({ query: query as MutatorTransaction['query'] });
      faults.commit?.();
      state = draft;
      commits += 1;
      return result;
    },
    ledger: {
      find: async (tx, id) => {
        const { rows } = await tx.query<{ userId: string }>('who');
        const found = state.ledger.get(id);
        return found === undefined || found.userId === rows[0]?.userId ? found : 'taken';
      },
      write: async (tx, id, _name, answer) => void (await tx.query('ledger', [id, answer])),
    },
    flush: async (_function, batch) => {
      await gate;
      flushes.push([...batch]);
      if (batch.some(({ args }) => (args as { by: number }).by === 666)) throw new SqlError('22P02');
      if (batch.some(({ args }) => (args as { by: number }).by === 667)) throw new SqlError('XX000');
      faults.effect?.();
      return new Map(
        batch.map(({ id }): [string, FlushedAnswer] => [id, { status: 'applied', answer: { result: flushes.length } }]),
      );
    },
    refusalOf: (error) => {
      if (error instanceof Problem) return error;
      return error instanceof SqlError && error.code.startsWith('2')
        ? new Problem('invalid_request', 'Out of bounds.')
        : undefined;
    },
    onCommit: () => undefined,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    limits,
  });
  return {
    state: () => state,
    faults,
    door,
    flushes,
    commits: () => commits,
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => {
      open();
      gate = Promise.resolve();
    },
  };
}

const add = (by: unknown = 1, id = makeUuidV7()): Mutation => ({ id, name: 'counter.add', args: { by } });
const tap = (by: unknown = 1, id = makeUuidV7()): Mutation => ({ id, name: 'counter.tap', args: { by } });
const once = (fault: () => void): (() => void) => {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    fault();
  };
};

test('WR1 a mutation that is sent again is answered as before, and has no further effect', async () => {
  const { door, state } = setUp();
  const mutation = add(5);
  const first = await door.decide(ANN, [mutation]);
  expect(first).toEqual([{ id: mutation.id, status: 'applied', result: { by: 5 } }]);
  expect(await door.decide(ANN, [mutation, mutation])).toEqual([...first, ...first]);
  expect(state().count).toBe(5);
});

test('WR2 a refusal has no effect, is stored, and is told again though it would be allowed by now', async () => {
  const { door, state, faults } = setUp();
  const mutation = add(5);
  faults.effect = () => {
    throw new Problem('already_exists', 'There.');
  };
  const [refused] = await door.decide(ANN, [mutation]);
  expect(refused).toMatchObject({ status: 'refused', problem: { code: 'already_exists', status: 409, detail: 'There.' } });
  faults.effect = undefined;
  expect(await door.decide(ANN, [mutation])).toEqual([refused]);
  expect(state().count).toBe(0);
});

test('WR2 what a constraint refuses is told without its text, and what follows in the request is decided', async () => {
  const { door, state, faults } = setUp();
  faults.effect = once(() => {
    throw new SqlError('23514');
  });
  const answers = await door.decide(ANN, [add(5), add(6)]);
  expect(answers.map(({ status }) => status)).toEqual(['refused', 'applied']);
  expect(JSON.stringify(answers)).not.toContain('row data');
  expect(state().count).toBe(6);
});

test('WR3 WR4 what fails before the commit is unknown and leaves nothing; what fails after it is found by sending it again', async () => {
  const { door, state, faults } = setUp();
  const mutation = add(5);
  const gone = (): void => {
    throw new Problem('database_unavailable');
  };
  faults.commit = gone;
  expect(await door.decide(ANN, [mutation])).toMatchObject([{ status: 'unknown', problem: { code: 'database_unavailable' } }]);
  expect([state().count, state().ledger.size]).toEqual([0, 0]);
  faults.commit = undefined;
  expect(await door.decide(ANN, [mutation])).toMatchObject([{ status: 'applied' }]);
  // The answer is lost on its way: the client sends it again.
  expect(await door.decide(ANN, [mutation])).toMatchObject([{ status: 'applied', result: { by: 5 } }]);
  expect(state().count).toBe(5);
});

test('WR4 a fault of ours, and what may pass, is unknown and stored nowhere', async () => {
  const { door, state, faults } = setUp();
  for (const [error, code] of [
    [new TypeError('x is not a function'), 'internal'],
    [new Problem('database_unavailable'), 'database_unavailable'],
    [new SqlError('XX000'), 'internal'],
  ] as const) {
    faults.effect = () => {
      throw error;
    };
    expect(await door.decide(ANN, [add()])).toMatchObject([{ status: 'unknown', problem: { code } }]);
  }
  expect([state().count, state().ledger.size]).toEqual([0, 0]);
});

test('WR5 an answer outlives the right to ask for it, and another user is told nothing of it', async () => {
  const { door } = setUp();
  const [early, late] = [add(), add()];
  const nobody = { ...ANN, writes: false };
  expect(await door.decide(ANN, [early])).toMatchObject([{ status: 'applied' }]);
  expect(await door.decide(nobody, [late])).toMatchObject([{ status: 'refused', problem: { code: 'forbidden' } }]);
  expect(await door.decide(nobody, [early])).toMatchObject([{ status: 'applied' }]);
  expect(await door.decide(ANN, [late])).toMatchObject([{ status: 'refused', problem: { code: 'forbidden' } }]);
  const [told] = await door.decide(BOB, [early]);
  expect(told).toEqual({ id: early.id, status: 'refused', problem: new Problem('mutation_id_taken').toDocument() });
});

test('WR6 ids are UUIDs of version 7, of the last 90 days', async () => {
  const { door, state } = setUp();
  const at = (days: number): string => makeUuidV7(Date.now() + days * 86_400_000);
  const codes = async (id: string): Promise<unknown> => {
    const [answer] = await door.decide(ANN, [add(1, id)]);
    return answer?.status === 'applied' ? 'applied' : answer?.problem.code;
  };
  expect(await codes(at(-89.9))).toBe('applied');
  expect(await codes(at(-90.1))).toBe('mutation_too_old');
  expect(await codes(at(0.9))).toBe('applied');
  // A clock that is a day fast, and a server that is an hour slow.
  expect(await codes(at(25 / 24))).toBe('applied');
  expect(await codes(at(2.1))).toBe('invalid_request');
  for (const id of ['', 'x', crypto.randomUUID(), `${at(0)}0`]) expect(await codes(id), id).toBe('invalid_request');
  expect(state().count).toBe(3);
});

test('WR7 those that come together leave together, the next as soon as the flush before has returned', async () => {
  const { door, flushes, hold, release } = setUp();
  hold();
  const first = door.decide(ANN, [tap(1)]);
  await new Promise((resolve) => setImmediate(resolve));
  const later = Promise.all([door.decide(ANN, [tap(2), tap(3)]), door.decide(BOB, [tap(4)])]);
  await new Promise((resolve) => setImmediate(resolve));
  expect([flushes.length, door.waiting()]).toEqual([0, 3]);
  release();
  await Promise.all([first, later]);
  expect(flushes.map((batch) => batch.map(({ userId, args }) => [userId, args]))).toEqual([
    [['ann', { by: 1 }]],
    [
      ['ann', { by: 2 }],
      ['ann', { by: 3 }],
      ['bob', { by: 4 }],
    ],
  ]);
});

test('WR7 a flush carries no more than it may, no id twice, and a queue that is full says so', async () => {
  const { door, flushes, hold, release } = setUp({ mutationsPerFlush: 2, mutationsWaiting: 4 });
  hold();
  const twice = makeUuidV7();
  const first = door.decide(ANN, [tap(0)]);
  await new Promise((resolve) => setImmediate(resolve));
  const rest = door.decide(ANN, [tap(1, twice), tap(1, twice), tap(2), tap(3), tap(4)]);
  await new Promise((resolve) => setImmediate(resolve));
  release();
  const answers = [...(await first), ...(await rest)];
  expect(answers.map((answer) => answer.status)).toEqual(['applied', 'applied', 'applied', 'applied', 'applied', 'unknown']);
  expect(answers.at(-1)).toMatchObject({ problem: { code: 'too_busy' } });
  for (const batch of flushes) {
    expect(batch.length).toBeLessThanOrEqual(2);
    expect(new Set(batch.map(({ id }) => id)).size).toBe(batch.length);
  }
});

test('WR8 one that raises refuses only itself, of 500', async () => {
  const { door, state, flushes } = setUp();
  const bad = tap(666);
  const broken = tap(667);
  const all = Array.from({ length: 500 }, (_, index) => (index === 123 ? bad : index === 400 ? broken : tap(index)));
  const answers = (await Promise.all(all.map((one) => door.decide(ANN, [one])))).flat();
  expect(answers.filter(({ status }) => status === 'applied')).toHaveLength(498);
  expect(answers[123]).toMatchObject({ status: 'refused', problem: { code: 'invalid_request' } });
  expect(answers[400]).toMatchObject({ status: 'unknown', problem: { code: 'internal' } });
  // Its refusal is kept like any other.
  expect([...state().ledger.keys()]).toEqual([bad.id]);
  expect(flushes.length).toBeLessThan(40);
  expect(flushes[0]).toHaveLength(500);
});

test('WR8 when the database is gone, a batch is not halved but unknown as a whole', async () => {
  const { door, faults, flushes } = setUp();
  faults.effect = () => {
    throw new Problem('database_unavailable');
  };
  const answers = await Promise.all(Array.from({ length: 20 }, () => door.decide(ANN, [tap()])));
  expect(answers.flat().every(({ status }) => status === 'unknown')).toBe(true);
  expect(flushes).toHaveLength(1);
});

test('WR9 two that stand in each other’s way are tried again, and not for ever', async () => {
  const { door, state, faults, commits } = setUp();
  let raised = 0;
  faults.effect = () => {
    raised += 1;
    if (raised < 3) throw new SqlError('40P01');
  };
  expect(await door.decide(ANN, [add(5)])).toMatchObject([{ status: 'applied' }]);
  expect([state().count, raised, commits()]).toEqual([5, 3, 1]);
  faults.effect = () => {
    throw new SqlError('40001');
  };
  expect(await door.decide(ANN, [add(5)])).toMatchObject([{ status: 'unknown', problem: { code: 'database_unavailable' } }]);
  expect(state().count).toBe(5);
});

test('WR10 arguments that are not as described are refused by what is wrong', async () => {
  const { door, state } = setUp();
  const answers = await door.decide(ANN, [add('5'), { ...add(1), args: { by: 1, count: 9 } }, tap('x')]);
  expect(answers.map((answer) => (answer.status === 'refused' ? answer.problem.code : ''))).toEqual([
    'invalid_request',
    'invalid_request',
    'invalid_request',
  ]);
  expect(answers[0]).toMatchObject({ problem: { detail: 'by: must be a number' } });
  expect([state().count, state().ledger.size]).toEqual([0, 3]);
});

test('WR11 what a server of another version may know is put off, for seven days, and told as decided once that server has', async () => {
  const { door, state } = setUp();
  const at = (days: number): Mutation => {
    return { id: makeUuidV7(Date.now() + days * 86_400_000), name: 'counter.reset', args: {} };
  };
  const [fresh, old] = [at(0), at(-7.1)];
  expect(await door.decide(ANN, [fresh, at(-6.9), add(5)])).toMatchObject([
    { status: 'unknown', problem: { code: 'mutation_unknown' } },
    { status: 'unknown', problem: { code: 'mutation_unknown' } },
    { status: 'applied' },
  ]);
  expect(state().ledger.size).toBe(1);
  state().ledger.set(fresh.id, { status: 'applied', answer: { result: 'there' }, userId: ANN.id });
  expect(await door.decide(ANN, [fresh])).toEqual([{ id: fresh.id, status: 'applied', result: 'there' }]);
  expect(await door.decide(BOB, [fresh])).toMatchObject([{ status: 'refused', problem: { code: 'mutation_id_taken' } }]);
  const [refused] = await door.decide(ANN, [old]);
  expect(refused).toMatchObject({ status: 'refused', problem: { code: 'mutation_unknown' } });
  expect(await door.decide(ANN, [old])).toEqual([refused]);
  expect(state().ledger.has(old.id)).toBe(true);
});

test('a door that stops decides what waits, and answers what comes later as unknown', async () => {
  const { door, hold, release } = setUp();
  hold();
  const waits = door.decide(ANN, [tap()]);
  await new Promise((resolve) => setImmediate(resolve));
  const stopping = door.stop();
  expect(await door.decide(ANN, [tap()])).toMatchObject([{ status: 'unknown', problem: { code: 'shutting_down' } }]);
  release();
  await stopping;
  expect(await waits).toMatchObject([{ status: 'applied' }]);
});
