import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '../history.ts';
import type { Finding } from '../judge/finding.ts';
import { Judging, type Verdict } from '../judge/judging.ts';
import { mergeSegments, readSegment } from './segment.ts';

/** What is kept of a leg when its segments are gone. */
export type LegVerdict = {
  readonly findings: readonly Finding[];
  readonly counts: Verdict['counts'];
  readonly committed: number;
  readonly happened: Readonly<Record<string, number>>;
  readonly aborted: Readonly<Record<string, number>>;
  /** Name → how often it struck. */
  readonly faults: Readonly<Record<string, number>>;
  /** Fault → milliseconds from its end until a client that it concerned had everything. */
  readonly healed: Readonly<Record<string, readonly number[]>>;
  readonly bytesScanned: number;
};

/** Findings kept; a leg in which everything is wrong has too many to be of use. */
const MOST_FINDINGS = 500;

/** Judges the segments in a folder, one after another, and never has more of them in memory than what many clients share. */
export async function judgeLeg(folder: string): Promise<LegVerdict> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.gz'));
  const known: Entry[] = [];
  for await (const chunk of readSegment(join(folder, 'main.gz')))
    for (const { entry } of chunk) if (KNOWN.has(entry.kind)) known.push(entry);
  const judging = new Judging(known);
  const [faults, healed] = [new Map<string, number>(), new Map<string, number[]>()];
  for await (const { entry } of mergeSegments(names.map((name) => join(folder, name)))) {
    judging.take(entry);
    if (entry.kind === 'fault') faults.set(entry.name, (faults.get(entry.name) ?? 0) + 1);
    if (entry.kind === 'healed') healed.set(entry.fault, [...(healed.get(entry.fault) ?? []), entry.milliseconds]);
  }
  const { findings, counts, happened: seen } = judging.verdict();
  const end = known.find((entry) => entry.kind === 'end');
  const { happened, aborted, committed, bytesScanned } =
    end?.kind === 'end' ? end : { happened: {}, aborted: {}, committed: 0, bytesScanned: 0 };
  return {
    findings: findings.slice(0, MOST_FINDINGS),
    counts,
    committed,
    happened: { ...happened, ...Object.fromEntries(seen.map((name) => [name, 1])) },
    aborted,
    faults: Object.fromEntries(faults),
    healed: Object.fromEntries(healed),
    bytesScanned,
  };
}

/** What must be known before anything is judged: the database's own past above all. */
const KNOWN = new Set<Entry['kind']>(['run', 'crash', 'history', 'end']);

// As a program: judges the folder that is named, and writes the verdict beside it, so that what it took to judge it is given back.
const [, , chosen, verdict] = process.argv;
if (process.argv[1]?.endsWith('judge-leg.ts') === true && chosen !== undefined && verdict !== undefined)
  writeFileSync(verdict, JSON.stringify(await judgeLeg(chosen)));
