import { median } from '../measure/statistics.ts';
import type { Side } from '../latency/cases.ts';

/** One round of one side. */
export type Held = {
  /** Resident bytes of the server's process for each open, quiet stream. */
  readonly bytesEach: number;
  /** Streams that were still open at the end of the quiet. */
  readonly open: number;
  /** Milliseconds from the restart until the last client was served again. */
  readonly backMs: number;
  /** Milliseconds of CPU time that the server's process took for each who came back. */
  readonly cpuMsEach: number;
  /** What the server asked of its database meanwhile. */
  readonly statements: number;
};

export type ConnectionsSummary = {
  readonly clients: number;
  readonly engine: Held;
  readonly baseline: Held;
  /** The engine's time until all were back, as a multiple of bare Node's. */
  readonly backRatio: number;
  readonly pass: boolean;
};

/** What an idle stream may cost, in bytes of resident memory. */
const MOST_BYTES = 12 * 1024;
/** How long it may take until all are served again, as a multiple of a bare Node SSE server's in the same run. */
const MOST_BACK = 1.6;
/** Statements that may be needed for all who return, however many they are: distinct scopes, and what runs by itself meanwhile. */
const MOST_STATEMENTS = 500;

export function summariseConnections(clients: number, results: Readonly<Record<Side, readonly Held[]>>): ConnectionsSummary {
  const [engine, baseline] = [medians(results.engine), medians(results.baseline)];
  const backRatio = engine.backMs / baseline.backMs;
  const allHeld = [...results.engine, ...results.baseline].every(({ open }) => open === clients);
  const pass = allHeld && engine.bytesEach <= MOST_BYTES && backRatio <= MOST_BACK && engine.statements <= MOST_STATEMENTS;
  return { clients, engine, baseline, backRatio, pass };
}

export function connectionsTable({ clients, engine, baseline, backRatio, pass }: ConnectionsSummary): string {
  const line = (name: string, held: Held, ratio: string, verdict: string): string =>
    `| ${name} | ${(held.bytesEach / 1024).toFixed(1)} | ${held.open} | ${(held.backMs / 1000).toFixed(2)} s | ${Math.round(held.cpuMsEach * 1000)} | ${ratio} | ${held.statements} | ${verdict} |`;
  return [
    `| ${clients} streams | KB each (≤ ${MOST_BYTES / 1024}) | held | all back | CPU µs each | ratio (≤ ${MOST_BACK}) | statements (≤ ${MOST_STATEMENTS}) | |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    line('Elira', engine, backRatio.toFixed(2), pass ? 'pass' : '**fail**'),
    line('bare Node', baseline, '1', ''),
  ].join('\n');
}

function medians(rounds: readonly Held[]): Held {
  const of = (pick: (held: Held) => number): number => median(rounds.map(pick));
  return {
    bytesEach: of(({ bytesEach }) => bytesEach),
    open: of(({ open }) => open),
    backMs: of(({ backMs }) => backMs),
    cpuMsEach: of(({ cpuMsEach }) => cpuMsEach),
    statements: of(({ statements }) => statements),
  };
}
