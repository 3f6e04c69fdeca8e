import { FAULTS } from './faults/all-faults.ts';
import type { Finding } from './judge/findings.ts';
import type { Rest, SeedResult } from './run-seed.ts';

export function ruleCounts(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

/** Milliseconds after the last fault within which nearly all worlds must have come to rest (I11). */
const HEAL_P99_MS = 10_000;
/** Worlds from which on every kind of fault must have struck. */
const FEWEST_WORLDS = 100;
/** Rests from which on a hundredth of them means something. */
const FEWEST_RESTS = 100;

/** What is wrong with how long it took to heal, if anything. A line that died without a word is a fault until somebody notices. */
export function slowToHeal(results: readonly SeedResult[]): string | undefined {
  const rests = results.flatMap((result) => result.rests).filter(({ isSilent }) => !isSilent);
  const p99 = restAt(rests, 0.99);
  if (rests.length < FEWEST_RESTS || p99 <= HEAL_P99_MS) return undefined;
  return `I11: at rest after ${seconds(p99)} s (p99), which was to be at most ${seconds(HEAL_P99_MS)} s`;
}

/** What happened in all seeds together, in a few lines. */
export function countsOf(results: readonly SeedResult[]): string[] {
  const sums = new Map<string, number>();
  for (const { counts } of results)
    for (const [what, count] of Object.entries(counts)) sums.set(what, (sums.get(what) ?? 0) + count);
  const sum = (what: string): number => sums.get(what) ?? 0;
  const faults = [...sums].filter(([what]) => what.startsWith('fault: '));
  const struck = faults.reduce((total, [, count]) => total + count, 0);
  const rests = results.flatMap((result) => result.rests);
  const [told, silent] = [rests.filter(({ isSilent }) => !isSilent), rests.filter(({ isSilent }) => isSilent)];
  const hours = results.reduce((total, { virtualMs }) => total + virtualMs, 0) / 3_600_000;
  return [
    `${sum('states')} states, ${sum('leaves')} leaves, ${sum('mutations')} mutations, ${struck} faults of ${faults.length} kinds in ${hours.toFixed(1)} hours of virtual time`,
    `at rest after ${seconds(restAt(told, 0.5))} s (half), ${seconds(restAt(told, 0.99))} s (p99) of ${told.length}`,
    `where a line had died without a word ${seconds(restAt(silent, 0.5))} s, ${seconds(restAt(silent, 0.99))} s of ${silent.length}`,
  ];
}

/** Kinds of faults that were to happen and did not, in as many worlds as should have seen them all. */
export function missingFaults(results: readonly SeedResult[]): string[] {
  if (results.length < FEWEST_WORLDS) return [];
  return FAULTS.map(({ name }) => name).filter((name) => !results.some(({ counts }) => (counts[`fault: ${name}`] ?? 0) > 0));
}

/** Milliseconds within which that part of the worlds had come to rest. */
function restAt(rests: readonly Rest[], part: number): number {
  const sorted = rests.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
