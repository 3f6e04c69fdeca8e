import { expect, test } from 'vitest';
import { makeUuidV7 } from '@elira/protocol';
import { readMutations, storedProblem } from './check-mutation.ts';

const LIMIT = { mutationsPerRequest: 3 };
const one = { id: makeUuidV7(), name: 'note.save', args: { a: 1 } };

test('WR10 a request is 1 to so many mutations of id, name and args', () => {
  expect(readMutations([one, { ...one, id: one.id.toUpperCase() }], LIMIT)).toEqual([one, one]);
  const wrong = [
    undefined,
    null,
    {},
    'x',
    [],
    [one, one, one, one],
    [null],
    ['x'],
    [{ ...one, user: 'x' }],
    [{ ...one, id: 1 }],
  ];
  for (const body of [...wrong, [{ id: one.id, name: one.name }], [{ ...one, name: '' }], [{ ...one, name: 'x'.repeat(101) }]])
    expect(() => readMutations(body, LIMIT), JSON.stringify(body)).toThrow(/could not be understood/);
});

test('a stored problem is told whole, whatever of it was stored', () => {
  expect(storedProblem({ code: 'not_found' })).toMatchObject({
    code: 'not_found',
    status: 404,
    type: 'urn:elira:problem:not_found',
  });
  expect(storedProblem({ code: 'version_conflict', theirs: 1 })).toMatchObject({ status: 409, theirs: 1 });
  expect(storedProblem({ code: 'constructor' })).toMatchObject({ status: 500 });
});
