import { median } from '../measure/statistics.ts';

/** Transactions of so many rows. */
export type Form = { readonly rowsEach: number; readonly transactions: number };

/** One run of one form. */
export type Arrival = {
  readonly form: Form;
  /** Changed rows that came into the client's store for each second from the first commit to the last of them. */
  readonly perSecond: number;
  /** Rows that the writers committed for each second meanwhile; where they are many and small, more cannot come. */
  readonly committedPerSecond: number;
  readonly batches: number;
  readonly reset: boolean;
  readonly serverCpuMs: number;
  readonly clientCpuMs: number;
};

export type FormSummary = Omit<Arrival, 'reset'> & { readonly way: string; readonly pass: boolean };

/** Changed rows a second that have to come where the form allows it. */
const LEAST = 30_000;
/** Where the writers themselves commit fewer: of those, the share that has to come in the same time. */
const LEAST_SHARE = 0.8;

export function summariseRows(arrivals: readonly Arrival[]): FormSummary[] {
  const forms = [...new Set(arrivals.map(({ form }) => form))];
  return forms.map((form) => {
    const all = arrivals.filter((arrival) => arrival.form === form);
    const of = (pick: (arrival: Arrival) => number): number => median(all.map(pick));
    const perSecond = of((arrival) => arrival.perSecond);
    const committedPerSecond = of((arrival) => arrival.committedPerSecond);
    return {
      form,
      perSecond,
      committedPerSecond,
      batches: of(({ batches }) => batches),
      serverCpuMs: of(({ serverCpuMs }) => serverCpuMs),
      clientCpuMs: of(({ clientCpuMs }) => clientCpuMs),
      way: all.every(({ reset }) => reset) ? 'the scope anew' : all.some(({ reset }) => reset) ? 'both' : 'changes',
      pass: perSecond >= Math.min(LEAST, committedPerSecond * LEAST_SHARE),
    };
  });
}

export function rowsTable(summary: readonly FormSummary[]): string {
  const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
  const micros = (ms: number, { form }: FormSummary): string => ((ms * 1000) / (form.rowsEach * form.transactions)).toFixed(1);
  return [
    `| transactions of | rows | rows/s in the client's store (≥ ${LEAST.toLocaleString('en-US')}, as far as they are committed) | committed/s | in batches | as | server µs a row | client µs a row | |`,
    '| ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |',
    ...summary.map((line) =>
      [
        '',
        whole(line.form.rowsEach),
        whole(line.form.rowsEach * line.form.transactions),
        whole(line.perSecond),
        whole(line.committedPerSecond),
        whole(line.batches),
        line.way,
        micros(line.serverCpuMs, line),
        micros(line.clientCpuMs, line),
        line.pass ? 'pass' : '**fail**',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}
