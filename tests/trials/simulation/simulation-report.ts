import type { Finding } from './judge/findings.ts';
import type { SeedResult } from './run-seed.ts';

export function ruleCounts(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

/** What happened in all seeds together, in a few lines. */
export function countsOf(results: readonly SeedResult[]): string[] {
  const sums = new Map<string, number>();
  for (const { counts } of results)
    for (const [what, count] of Object.entries(counts)) sums.set(what, (sums.get(what) ?? 0) + count);
  const sum = (what: string): number => sums.get(what) ?? 0;
  const faults = [...sums].filter(([what]) => what.startsWith('fault: '));
  const struck = faults.reduce((total, [, count]) => total + count, 0);
  const heals = results.flatMap(({ healMs }) => healMs).toSorted((a, b) => a - b);
  const at = (part: number): string => ((heals[Math.floor(part * (heals.length - 1))] ?? 0) / 1000).toFixed(1);
  const hours = results.reduce((total, { virtualMs }) => total + virtualMs, 0) / 3_600_000;
  return [
    `${sum('states')} states, ${sum('leaves')} leaves, ${sum('mutations')} mutations, ${struck} faults of ${faults.length} kinds in ${hours.toFixed(1)} hours of virtual time`,
    `at rest after ${at(0.5)} s (half), ${at(0.99)} s (p99)`,
  ];
}

/** Kinds of faults that were to happen and did not. */
export function missingFaults(results: readonly SeedResult[], names: readonly string[]): string[] {
  return names.filter((name) => !results.some(({ counts }) => (counts[`fault: ${name}`] ?? 0) > 0));
}
