import { expect, test } from 'vitest';
import type { Entry } from '../history.ts';
import { judgeWrites, WRITE_WAYS } from './judge-writes.ts';

/* Pat writes: a deed that is applied, one that is refused, and a slate twice. The judge must accept it, and find each lie. */
const sent = (id: string, name: string, args: Record<string, unknown>, times = 1): Entry => ({
  kind: 'sent',
  client: 'pat',
  user: 'p',
  id,
  name,
  args,
  times,
});
const told = (id: string, status: 'applied' | 'refused' | 'unknown', result: unknown = null): Entry => ({
  kind: 'answered',
  client: 'pat',
  id,
  status,
  ...(status === 'applied' ? { result } : { problem: 'forbidden' }),
});
const shows = (seq: number): Entry => ({ kind: 'shows', client: 'pat', slate: 's', seq });
const entered = (id: string, name: string, status = 'applied', user = 'p') => ({ id, user, name, status });
const LEDGER = [
  entered('d', 'deed.do'),
  entered('r', 'deed.count', 'refused'),
  entered('w1', 'slate.write'),
  entered('w2', 'slate.write'),
];
const DEED = { mutation: 'd', deed: 'one', user: 'p', amount: 3 };
const written = (ledger = LEDGER, deeds: readonly (typeof DEED)[] = [DEED]): Entry => ({ kind: 'written', ledger, deeds });
const made = (id: string): Entry => ({ kind: 'made', client: 'pat', id, name: '' });
const WRITES: Entry[] = [
  ...['d', 'r', 'w1', 'w2'].map(made),
  sent('d', 'deed.do', { amount: 3 }),
  sent('d', 'deed.do', { amount: 3 }),
  told('d', 'applied'),
  sent('r', 'deed.count', { amount: -1 }, 2),
  told('r', 'refused'),
  sent('w1', 'slate.write', { slate: 's', seq: 1 }, 2),
  shows(1),
  told('w1', 'applied'),
  shows(1),
  sent('w2', 'slate.write', { slate: 's', seq: 2 }),
  shows(2),
  told('w2', 'applied'),
  shows(2),
];

test('I6 I7 I8 I10 the honest account passes, and all that must happen has', () => {
  const { findings, happened, decided } = judgeWrites([...WRITES, told('d', 'applied'), written()]);
  expect([findings, happened.toSorted(), decided]).toEqual([[], Object.values(WRITE_WAYS).toSorted(), 4]);
});

test('I6 what was acknowledged and is not there is found, in the ledger and in its effect', () => {
  expect(rules(...WRITES, written(LEDGER.slice(1)))).toEqual(['I6', 'I8']);
  expect(rules(...WRITES, written(LEDGER.slice(1), []))).toEqual(['I6']);
  expect(rules(...WRITES, written(LEDGER, []))).toEqual(['I6']);
  expect(rules(...WRITES, written([...LEDGER.slice(1), entered('d', 'deed.do', 'refused')], []))).toEqual(['I6']);
});

test('I7 an effect that came twice is found, and one in the name of another', () => {
  expect(rules(...WRITES, written(LEDGER, [DEED, DEED]))).toEqual(['I7']);
  expect(rules(...WRITES, written(LEDGER, [{ ...DEED, user: 'q' }]))).toEqual(['I7']);
  expect(rules(...WRITES, written([...LEDGER.slice(1), entered('d', 'deed.do', 'applied', 'q')]))).toEqual(['I7']);
});

test('I7 another answer to the same question is found', () => {
  expect(rules(...WRITES, told('d', 'applied', { other: true }), written())).toEqual(['I7']);
  expect(rules(...WRITES, told('w1', 'unknown'), written())).toEqual(['I7']);
  expect(rules(...WRITES, { ...told('w1', 'unknown'), problem: 'mutation_id_taken' } as Entry, written())).toEqual(['I7']);
  expect(rules(...WRITES, { ...told('w1', 'unknown'), problem: 'database_unavailable' } as Entry, written())).toEqual([]);
});

test('I7 a write that came again after a later one is found', () => {
  const line = (ord: number, seq: number): Entry => ({
    kind: 'history',
    ord,
    xid: String(ord),
    tbl: 'trial_slates',
    key: 's',
    views: { 'desk:p/owner': { seq } },
  });
  expect(rules(...WRITES, written(), line(2, 2), line(1, 1))).toEqual([]);
  expect(rules(...WRITES, written(), line(1, 1), line(2, 2), line(3, 1))).toEqual(['I7']);
});

test('I8 a refused one with an effect is found, one that is never decided, and one that nobody sent', () => {
  expect(rules(...WRITES, written(LEDGER, [DEED, { mutation: 'r', deed: 'two', user: 'p', amount: -1 }]))).toEqual(['I8']);
  const lost = [made('lost'), sent('lost', 'deed.do', { amount: 1 })];
  expect(rules(...WRITES, ...lost, { kind: 'unsettled', client: 'pat', id: 'lost' }, written())).toEqual(['I8']);
  expect(rules(...WRITES, ...lost, told('lost', 'unknown'), written([...LEDGER, entered('lost', 'deed.do')]))).toEqual([]);
  expect(
    rules(
      ...WRITES,
      ...lost,
      told('lost', 'unknown'),
      written([...LEDGER, entered('lost', 'deed.do'), entered('alien', 'deed.do')]),
    ),
  ).toEqual(['I8']);
  expect(rules(...WRITES)).toEqual(['trial']);
});

test('I7 I8 what was tried again under another id is found, and what was made and lost', () => {
  const again = [sent('d2', 'deed.do', { amount: 3 }), told('d2', 'applied')];
  const twice = written([...LEDGER, entered('d2', 'deed.do')], [DEED, { ...DEED, mutation: 'd2' }]);
  expect(rules(...WRITES, ...again, twice)).toEqual(['I7']);
  expect(rules(...WRITES, made('d2'), ...again, twice)).toEqual(['I7']);
  expect(rules(...WRITES, made('gone'), written())).toEqual(['I8']);
});

test('I10 who was told that it is written and is shown what was there before is found', () => {
  expect(rules(...WRITES, shows(1), written())).toEqual(['I10']);
  expect(rules(...WRITES, { kind: 'shows', client: 'other', slate: 's', seq: 0 }, written())).toEqual([]);
});

function rules(...entries: Entry[]): string[] {
  return [...new Set(judgeWrites(entries).findings.map(({ rule }) => rule))].toSorted();
}
