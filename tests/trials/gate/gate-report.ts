import { requiredMoves } from '../required-moves.ts';
import type { Finding } from '../judge/finding.ts';
import type { GateRun, LegDone } from './gate-folder.ts';
import { ACCESS_CHANGED } from './heal-watch.ts';
import type { Injection } from './plan-legs.ts';

/** Milliseconds from the end of the last fault that concerns a client until it has everything, at the 99th percentile (I11). */
const HEALED_WITHIN_MS = 10_000;
/** Milliseconds from a commit that changes what somebody may see until their client shows it, at the 99th percentile. */
const SHOWN_WITHIN_MS = 1_000;
/** Runs of fewer transactions cannot be expected to make every move. */
const ENOUGH_FOR_ALL_MOVES = 1_500;
const SHOWN = 12;

type Healing = { readonly clients: number; readonly half: number; readonly p99: number; readonly most: number };

/** What is wrong with a run: with one of its legs, or that something did not happen, or took too long. Pure. */
export function judgeRun(run: GateRun, kinds: readonly Injection[]): Finding[] {
  const findings = run.done.flatMap(({ findings: found }, index) =>
    found.map(({ rule, detail }) => ({ rule, detail: `leg ${index + 1}: ${detail}` })),
  );
  if (run.done.length < run.legs) {
    const missing = `${run.done.length} of ${run.legs} legs are done`;
    return findings.length > 0 ? findings : [{ rule: 'trial', detail: missing }];
  }
  const happened = new Set(run.done.flatMap((leg) => [...Object.keys(leg.happened), ...Object.keys(leg.faults)]));
  const names = run.injections >= kinds.length ? kinds.map(({ name }) => name) : [];
  const moves = run.transactions >= ENOUGH_FOR_ALL_MOVES ? requiredMoves() : [];
  for (const name of [...moves, ...names])
    if (!happened.has(name)) findings.push({ rule: 'trial', detail: `did not happen: ${name}` });
  const { faults, access } = healings(run.done);
  if (run.injections > 0 && faults.clients === 0) findings.push({ rule: 'trial', detail: 'nobody was seen to heal' });
  for (const { p99 } of [faults, access])
    if (p99 > HEALED_WITHIN_MS) findings.push({ rule: 'I11', detail: `clients heal within ${p99} ms at the 99th percentile` });
  const shown = healing(run.done.flatMap((leg) => Object.values(leg.shown).flat()));
  if (shown.p99 > SHOWN_WITHIN_MS)
    findings.push({ rule: 'access', detail: `changes of access show within ${shown.p99} ms at the 99th percentile` });
  return findings;
}

export function legLines(run: GateRun, leg: LegDone, segments: string): string[] {
  const { counts } = leg;
  const { faults, access } = healings([leg]);
  return [
    `  ${leg.committed} of ${leg.asked} transactions, ${counts.batches} batches, ${counts.statesChecked} states (${counts.historyLines} lines), ${counts.drops} leaves, ${counts.writes} mutations, ${counts.canariesSeen} canaries`,
    `  connections: ${listed(counts.resumed)}; ${counts.epochs} epochs; faults: ${listed(leg.faults)}`,
    `  healed: ${said(faults)}; after their access had changed: ${said(access)}; ${leg.seconds} s, judged in ${leg.judgedSeconds} s; load ${leg.load}`,
    ...leg.findings.slice(0, SHOWN).map(({ rule, detail }) => `    ${rule}: ${detail}`),
    leg.findings.length === 0
      ? `  leg ${run.done.length} of ${run.legs} passed`
      : `  leg ${run.done.length} of ${run.legs} FAILED: ${leg.findings.length} findings; its segments: ${segments}`,
  ];
}

export function runLines(run: GateRun, findings: readonly Finding[]): string[] {
  const byFault = new Map<string, number[]>();
  for (const { healed } of run.done)
    for (const [fault, times] of Object.entries(healed)) byFault.set(fault, [...(byFault.get(fault) ?? []), ...times]);
  return [
    ...[...byFault].map(([fault, times]) => `  ${fault}: healed ${said(healing(times))}`),
    ...findings.slice(0, SHOWN).map(({ rule, detail }) => `  ${rule}: ${detail}`),
    `${findings.length === 0 ? 'PASS' : 'FAIL'} gate seed ${run.seed}: ${gateSummary(run, findings)}`,
  ];
}

/** One line for the table of results. */
export function gateSummary(run: GateRun, findings: readonly Finding[]): string {
  const sum = (of: (leg: LegDone) => number): number => run.done.reduce((total, leg) => total + of(leg), 0);
  const faults = sum((leg) => Object.values(leg.faults).reduce((a, b) => a + b, 0));
  const names = new Set(run.done.flatMap((leg) => Object.keys(leg.faults)));
  const healed = healings(run.done);
  const access = healing(run.done.flatMap(({ shown }) => Object.values(shown).flat()));
  return [
    ...(findings.length > 0 ? [`${findings.length} findings`] : []),
    `${run.clients} clients`,
    `${sum(({ committed }) => committed)} transactions in ${run.done.length} legs`,
    `${faults} faults of ${names.size} kinds`,
    `${sum(({ counts }) => counts.batches)} batches`,
    `${sum(({ counts }) => counts.statesChecked)} states`,
    `${sum(({ counts }) => counts.drops)} leaves`,
    `${sum(({ counts }) => Object.values(counts.resumed).reduce((a, b) => a + b, 0))} connections`,
    `${sum(({ counts }) => counts.writes)} mutations`,
    `healed ${said(healed.faults)}, after their access had changed ${said(healed.access)}`,
    ...(access.clients === 0 ? [] : [`${access.clients} changes of access shown within ${seconds(access.p99)} (p99)`]),
    `${Math.round(sum((leg) => leg.seconds) / 60)} min, and ${Math.round(sum((leg) => leg.judgedSeconds) / 60)} min to judge it`,
    `load ${Math.max(0, ...run.done.map(({ load }) => load))} at most`,
  ].join(', ');
}

/** The command that runs the same seed again. */
export function gateCommand({ seed, clients, transactions, injections, legs, faults }: GateRun): string {
  return `npm run trials -- --tier gate --seed ${seed} --clients ${clients} --transactions ${transactions} --injections ${injections} --legs ${legs}${faults.join() === 'all' ? '' : ` --faults ${faults.join(',')}`}`;
}

export function healing(times: readonly number[]): Healing {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { clients: sorted.length, half: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0 };
}

/** Of the faults, and apart from them of what rows of the workload do to whom they concern: the many of the one hide none of the other. */
function healings(legs: readonly LegDone[]): { readonly faults: Healing; readonly access: Healing } {
  const [faults, access]: [number[], number[]] = [[], []];
  for (const { healed } of legs)
    for (const [fault, times] of Object.entries(healed)) (fault === ACCESS_CHANGED ? access : faults).push(...times);
  return { faults: healing(faults), access: healing(access) };
}

function said({ clients, half, p99, most }: Healing): string {
  return `${clients} times: half within ${seconds(half)}, p99 ${seconds(p99)}, at most ${seconds(most)}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function listed(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
