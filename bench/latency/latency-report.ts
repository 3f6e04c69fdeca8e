import { median } from '../measure/statistics.ts';
import type { LatencyCase } from './cases.ts';
import type { Measured } from './measure-case.ts';

/** The rounds of one case. */
export type CaseRounds = { readonly what: LatencyCase; readonly engine: Measured[]; readonly baseline: Measured[] };

type Medians = { readonly p50: number; readonly p99: number; readonly cpuMs: number };

/** Medians over the rounds in milliseconds, and the engine's as multiples of the baseline's. */
export type CaseSummary = LatencyCase & {
  readonly engine: Medians;
  readonly baseline: Medians;
  readonly ratio: Medians;
  readonly missing: number;
  readonly pass: boolean;
};

/** What the engine may take, as multiples of the baseline in the same run. */
const MOST_P50 = 1.5;
const MOST_P99 = 2;
/** What one concerned client may take with the most connected, as a multiple of its p50 with the fewest. */
const MOST_BY_CONNECTED = 1.5;

/** How much slower one concerned client is served among many than among few; undefined when only one number of clients was measured. */
export function byConnected(summary: readonly CaseSummary[]): { text: string; pass: boolean } | undefined {
  const one = summary.filter(({ concerned }) => concerned === 'one').toSorted((a, b) => a.clients - b.clients);
  const [few, many] = [one[0], one.at(-1)];
  if (few === undefined || many === undefined || few === many) return undefined;
  const ratio = many.engine.p50 / few.engine.p50;
  const pass = ratio <= MOST_BY_CONNECTED;
  const verdict = pass ? 'pass' : '**fail**';
  const text = `One concerned: p50 with ${many.clients} connected is ${ratio.toFixed(2)} times that with ${few.clients} (≤ ${MOST_BY_CONNECTED}): ${verdict}.`;
  return { text, pass };
}

export function summarise(results: readonly CaseRounds[]): CaseSummary[] {
  return results.map(({ what, engine, baseline }) => {
    const ours = medians(engine);
    const theirs = medians(baseline);
    const ratio = { p50: ours.p50 / theirs.p50, p99: ours.p99 / theirs.p99, cpuMs: ours.cpuMs / theirs.cpuMs };
    const missing = engine.reduce((sum, round) => sum + Math.abs(round.missing), 0);
    return {
      ...what,
      engine: ours,
      baseline: theirs,
      ratio,
      missing,
      pass: missing === 0 && ratio.p50 <= MOST_P50 && ratio.p99 <= MOST_P99,
    };
  });
}

export function verdictTable(summary: readonly CaseSummary[]): string {
  const ms = (value: number): string => value.toFixed(1);
  const connected = byConnected(summary);
  const lines = summary.map((line) =>
    [
      '',
      line.clients,
      `${line.concerned}, ${line.commitsPerSecond}/s`,
      `${ms(line.engine.p50)} / ${ms(line.engine.p99)}`,
      `${ms(line.baseline.p50)} / ${ms(line.baseline.p99)}`,
      line.ratio.p50.toFixed(2),
      line.ratio.p99.toFixed(2),
      line.ratio.cpuMs.toFixed(2),
      line.pass ? 'pass' : `**fail**${line.missing === 0 ? '' : ` (${line.missing} deliveries missing)`}`,
      '',
    ]
      .join(' | ')
      .trim(),
  );
  return [
    `| clients | concerned | engine p50 / p99 ms | baseline p50 / p99 ms | p50 ratio (≤ ${MOST_P50}) | p99 ratio (≤ ${MOST_P99}) | server CPU ratio | |`,
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |',
    ...lines,
    ...(connected === undefined ? [] : ['', connected.text]),
  ].join('\n');
}

function medians(rounds: readonly Measured[]): Medians {
  const of = (pick: (measured: Measured) => number): number => median(rounds.map(pick));
  return { p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99), cpuMs: of(({ cpuMs }) => cpuMs) };
}
