import { makeRandom } from '@elira/testkit';
import { expect, test } from 'vitest';
import { planFaults } from '../faults/plan-faults.ts';
import { injectionsOf, planLegs } from './plan-legs.ts';

const KINDS = injectionsOf(planFaults(['all']));
const plan = (seed: number): string[][] => planLegs(KINDS, 50, 300, makeRandom(seed)).map((leg) => leg.map(({ name }) => name));

test('three hundred injections over all kinds, the legs as equal as can be', () => {
  const legs = plan(1);
  expect(legs.map((leg) => leg.length)).toEqual(Array.from({ length: 50 }, () => 6));
  expect(new Set(legs.flat())).toEqual(new Set(KINDS.map(({ name }) => name)));
});

test('a run that goes on has the plan it began with, and another seed another', () => {
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

test('few injections are as many as were asked for', () => {
  for (const injections of [0, 1, 7, 30]) expect(planLegs(KINDS, 3, injections, makeRandom(1)).flat()).toHaveLength(injections);
});
