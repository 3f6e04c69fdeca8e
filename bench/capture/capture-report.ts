import { median } from '../measure/statistics.ts';
import type { Form } from './forms.ts';
import { LOADS } from './loads.ts';
import type { LoadResult } from './writers.ts';

/** The rounds of one form, by load. */
export type FormRounds = { readonly form: Form; readonly table: string; readonly loads: readonly LoadResult[][] };

type LoadSummary = {
  readonly load: string;
  readonly rowsPerSecond: number;
  /** Share of the bare table's throughput in the same round; median over the rounds. */
  readonly share: number;
  /** Microseconds of the backend's CPU for each row; undefined with several writers. */
  readonly cpuPerRow: number | undefined;
};

export type FormSummary = { readonly form: string; readonly adds: string; readonly loads: readonly LoadSummary[] };

export function summarise(results: readonly FormRounds[]): FormSummary[] {
  const bare = results[0];
  return results.map(({ form, loads }) => ({
    form: form.name,
    adds: form.adds,
    loads: LOADS.map((load, index) => {
      const rounds = loads[index] ?? [];
      const cpu = rounds.flatMap(({ cpuPerRow }) => (cpuPerRow === undefined ? [] : [cpuPerRow]));
      return {
        load: load.name,
        rowsPerSecond: median(rounds.map(({ rowsPerSecond }) => rowsPerSecond)),
        share: median(
          rounds.map(({ rowsPerSecond }, round) => rowsPerSecond / (bare?.loads[index]?.[round]?.rowsPerSecond ?? Number.NaN)),
        ),
        cpuPerRow: cpu.length === 0 ? undefined : median(cpu),
      };
    }),
  }));
}

export function captureTable(summary: readonly FormSummary[]): string {
  const header = LOADS.flatMap(({ name, writers }) => [name, ...(writers === 1 ? ['CPU µs a row'] : [])]);
  const lines = summary.map(({ adds, loads }, index) => {
    const cells = loads.flatMap(({ share, rowsPerSecond, cpuPerRow }, load) => [
      index === 0 ? `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s` : share.toFixed(2),
      ...(LOADS[load]?.writers === 1 ? [cpuPerRow?.toFixed(1) ?? '–'] : []),
    ]);
    return `| ${adds} | ${cells.join(' | ')} |`;
  });
  return [`| each line adds | ${header.join(' | ')} |`, `| --- |${' ---: |'.repeat(header.length)}`, ...lines].join('\n');
}
