import { median } from '../measure/statistics.ts';

/** One run of the crowd. */
export type Round = {
  readonly p50: number;
  readonly p99: number;
  /** Deliveries of changes that concern all which did not come. */
  readonly missing: number;
  readonly batches: number;
  /** Resident bytes of the server at its end, after its garbage has been collected. */
  readonly resident: number;
  /** Most bytes that waited in one socket at any look. */
  readonly waiting: number;
  /** Whether the one client had what was written last when it had read again. */
  readonly caughtUp: boolean;
};

export type SlowReaderSummary = {
  readonly clients: number;
  readonly reading: Round;
  readonly stuck: Round;
  /** p99 of the others with one that never reads, as a multiple of that with all reading; and what is within noise. */
  readonly ratio: number;
  readonly mostRatio: number;
  /** Bytes that the server grew by from the first to its largest. */
  readonly grown: number;
  readonly pass: boolean;
};

/** Where rounds of one kind lie closer together than this, it is noise all the same. */
const NOISE = 1.25;
/** Bytes by which the server may grow while thousands of batches go by: garbage that is not given back. */
const MOST_GROWN = 32 * 1024 * 1024;
/** Bytes that may wait for one client: what a socket may hold before it counts as slow, and the one step that it was given then. */
const MOST_WAITING = 1024 * 1024;

/** `before`: resident bytes when everything had been warmed up. */
export function summariseSlowReader(
  clients: number,
  rounds: { readonly reading: readonly Round[]; readonly stuck: readonly Round[] },
  before: number,
): SlowReaderSummary {
  const [reading, stuck] = [medians(rounds.reading), medians(rounds.stuck)];
  const worst = Math.max(...rounds.reading.map(({ p99 }) => p99));
  const mostRatio = Math.max(NOISE, worst / reading.p99);
  const ratio = stuck.p99 / reading.p99;
  const grown = Math.max(...[...rounds.reading, ...rounds.stuck].map(({ resident }) => resident)) - before;
  const whole = [reading, stuck].every(({ missing, caughtUp }) => missing === 0 && caughtUp);
  const pass = whole && ratio <= mostRatio && grown <= MOST_GROWN && stuck.waiting <= MOST_WAITING;
  return { clients, reading, stuck, ratio, mostRatio, grown, pass };
}

export function slowReaderTable({ clients, reading, stuck, ratio, mostRatio, grown, pass }: SlowReaderSummary): string {
  const mb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
  const line = (name: string, round: Round): string =>
    `| ${name} | ${round.p50.toFixed(1)} / ${round.p99.toFixed(1)} | ${round.missing} | ${Math.round(round.batches)} | ${Math.round(round.waiting / 1024)} KB | ${mb(round.resident)} MB | ${round.caughtUp ? 'yes' : '**no**'} |`;
  return [
    `| ${clients} clients | the others' p50 / p99 ms | missing | batches a round | most held for one (≤ ${MOST_WAITING / 1024} KB) | server's memory | up to date after reading again |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | --- |',
    line('all read', reading),
    line('one never reads', stuck),
    '',
    `p99 with one that never reads is ${ratio.toFixed(2)} times that without (≤ ${mostRatio.toFixed(2)}); the server grew by ${mb(grown)} MB meanwhile (≤ ${mb(MOST_GROWN)}): ${pass ? 'pass' : '**fail**'}.`,
  ].join('\n');
}

function medians(rounds: readonly Round[]): Round {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  return {
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    missing: rounds.reduce((sum, { missing }) => sum + missing, 0),
    batches: of(({ batches }) => batches),
    resident: of(({ resident }) => resident),
    waiting: Math.max(...rounds.map(({ waiting }) => waiting)),
    caughtUp: rounds.every(({ caughtUp }) => caughtUp),
  };
}
