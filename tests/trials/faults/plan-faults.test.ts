import { expect, test } from 'vitest';
import { FAULT_CLASSES } from './classes.ts';
import { DISCONNECT_STORM, DISCONNECTS } from './disconnect.ts';
import { OLDER_EDGE } from '../judge/judging.ts';
import { LOSSES } from '../writing/lose-answers.ts';
import { planFaults, requiredOf } from './plan-faults.ts';

test('the groups are what they were: all faults of the network, and five kills in their order', () => {
  const { strikes, storms } = planFaults(['disconnect', 'kill']);
  expect(strikes.map(({ name }) => name)).toEqual([
    'kill -9 of a server',
    'kill -9 of a backend after rollbacks, ids reused',
    'kill -9 of the other server',
    'kill -9 of PostgreSQL after rollbacks, ids reused',
    'kill -9 of PostgreSQL under load',
  ]);
  expect(storms.map(({ names }) => names.length)).toEqual([DISCONNECTS.length, LOSSES.length]);
});

test('classes that need parts of one storm share it, and nothing strikes twice', () => {
  const { strikes, storms } = planFaults(['F1', 'F4', 'F8', 'F10', 'kill']);
  expect(new Set(strikes).size).toBe(strikes.length);
  expect(storms.filter(({ storm }) => storm === DISCONNECT_STORM)).toHaveLength(1);
  expect(storms[0]?.names).toContain('cut in the middle of a frame');
});

test('all is every fault of every class, and names are given once', () => {
  const required = requiredOf(planFaults(['all']), true);
  for (const { strikes, storms } of FAULT_CLASSES)
    for (const name of [...strikes.map((strike) => strike.name), ...storms.flatMap(({ names }) => names)])
      expect(required).toContain(name);
  expect(new Set(required).size).toBe(required.length);
});

test('of a part of a storm nothing more is required than what it was asked for', () => {
  expect(requiredOf(planFaults(['F8']), true)).not.toContain(OLDER_EDGE);
  expect(requiredOf(planFaults(['disconnect']), true)).toContain(OLDER_EDGE);
  expect(requiredOf(planFaults(['F8']), false)).toEqual([]);
});

test('one fault can be had alone, and what does not exist is refused with what does', () => {
  expect(planFaults(['kill'], 'kill -9 of a server').strikes).toHaveLength(1);
  expect(() => planFaults(['kill'], 'kill -10')).toThrow('kill -9 of a server');
  expect(() => planFaults(['F99'])).toThrow('disconnect');
});
