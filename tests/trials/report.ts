import type { Entry } from './history.ts';
import type { Verdict } from './judge/judging.ts';

/** Findings shown of one rule; the history file holds all of them. */
const SHOWN_PER_RULE = 5;

/** The lines that tell how a run ended. Pure. */
export function reportLines(entries: readonly Entry[], verdict: Verdict, historyPath: string): string[] {
  const run = entries.find((entry) => entry.kind === 'run');
  const end = entries.findLast((entry) => entry.kind === 'end');
  const { counts, findings } = verdict;
  const struck = new Map<string, number>();
  for (const entry of entries) if (entry.kind === 'fault') struck.set(entry.name, (struck.get(entry.name) ?? 0) + 1);
  const resumed = Object.entries(counts.resumed).map(([kind, count]) => `${count} from the ${kind}`);
  const lines = [
    `  ${end?.kind === 'end' ? `${end.committed} of ${end.transactions} transactions committed (${listed(Object.entries(end.aborted))} aborted)` : 'the run broke off'}`,
    `  ${counts.batches} batches, ${counts.statesChecked} states compared with the database's past (${counts.historyLines} lines), ${counts.barriers} barriers compared with SELECT`,
    `  ${counts.puts} rows sent, ${counts.sentAgain} of them again from an older edge; ${counts.drops} leaves judged; ${counts.resets} scopes reset, ${counts.withdrawn} withdrawn`,
    `  ${counts.writes} mutations of people's devices decided`,
    `  connections: ${resumed.join(', ')}; ${counts.epochs} epochs; ${counts.rounded} rounded cursors`,
    `  faults that struck: ${listed(struck)}`,
    `  ${end?.kind === 'end' ? `${end.bytesScanned + end.logBytesScanned} bytes scanned (${end.logBytesScanned} of them logs)` : ''}, ${counts.canariesSeen} canaries seen by those who may`,
  ];
  const seed = run?.kind === 'run' ? run.seed : '?';
  if (findings.length === 0) return [...lines, `PASS seed ${seed}`];
  return [
    ...lines,
    ...findingLines(verdict),
    `FAIL seed ${seed}: ${findings.length} findings`,
    ...replayLines(run, historyPath),
  ];
}

function findingLines({ findings }: Verdict): string[] {
  const byRule = new Map<string, string[]>();
  for (const { rule, detail } of findings) byRule.set(rule, [...(byRule.get(rule) ?? []), detail]);
  return [...byRule].flatMap(([rule, details]) => [
    `  ${rule}: ${details.length}`,
    ...details.slice(0, SHOWN_PER_RULE).map((detail) => `    - ${detail}`),
    ...(details.length > SHOWN_PER_RULE ? [`    … and ${details.length - SHOWN_PER_RULE} more`] : []),
  ]);
}

function replayLines(run: Entry | undefined, historyPath: string): string[] {
  if (run?.kind !== 'run') return [];
  return [`  again:  ${commandOf(run, run.seed)}   (at ${run.commit})`, `  judge:  npm run trials -- --judge ${historyPath}`];
}

/** The command that runs the same seed again. */
export function commandOf(run: { readonly faults: readonly string[]; readonly transactions: number }, seed: number): string {
  const faults = run.faults.length === 0 ? 'none' : run.faults.join(',');
  return `npm run trials -- --tier integration --faults ${faults} --seed ${seed} --transactions ${run.transactions}`;
}

/** One line for the table of results. */
export function summaryOf(entries: readonly Entry[], { counts, findings }: Verdict): string {
  const end = entries.findLast((entry) => entry.kind === 'end');
  const faults = entries.filter(({ kind }) => kind === 'fault').length;
  const connections = Object.values(counts.resumed).reduce((sum, count) => sum + count, 0);
  const wrong = findings.length === 0 ? '' : `${findings.length} findings; `;
  return (
    `${wrong}${end?.kind === 'end' ? end.committed : 0} transactions, ${counts.batches} batches, ${counts.statesChecked} states, ` +
    `${counts.drops} leaves, ${connections} connections, ${faults} faults, ${counts.epochs} epochs, ${counts.barriers} barriers`
  );
}

function listed(counts: Iterable<readonly [string, number]>): string {
  const parts = [...counts].map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
