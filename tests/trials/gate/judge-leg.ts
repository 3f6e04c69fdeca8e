import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCESS_CHANGES } from '../faults/network/access-changes.ts';
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
  /** Change of access → milliseconds from its commit until the client shows it. */
  readonly shown: Readonly<Record<string, readonly number[]>>;
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
  const faults = new Map<string, number>();
  const [healed, shown] = [new Times(), new Times()];
  for await (const { entry } of mergeSegments(names.map((name) => join(folder, name)))) {
    judging.take(entry);
    if (entry.kind === 'healed') healed.add(entry.fault, entry.milliseconds);
    if (entry.kind !== 'fault') continue;
    faults.set(entry.name, (faults.get(entry.name) ?? 0) + 1);
    const { milliseconds } = entry.proof as { milliseconds?: unknown };
    if (ACCESS.has(entry.name) && typeof milliseconds === 'number') shown.add(entry.name, milliseconds);
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
    healed: healed.all(),
    shown: shown.all(),
    bytesScanned,
  };
}

const ACCESS = new Set<string>(ACCESS_CHANGES);

/** Milliseconds by name. */
class Times {
  readonly #times = new Map<string, number[]>();

  add(name: string, milliseconds: number): void {
    const known = this.#times.get(name);
    if (known === undefined) this.#times.set(name, [milliseconds]);
    else known.push(milliseconds);
  }

  all(): Record<string, number[]> {
    return Object.fromEntries(this.#times);
  }
}

/** What must be known before anything is judged: the database's own past above all. */
const KNOWN = new Set<Entry['kind']>(['run', 'crash', 'history', 'end']);

// As a program: judges the folder that is named, and writes the verdict beside it, so that what it took to judge it is given back.
const [, , chosen, verdict] = process.argv;
if (process.argv[1]?.endsWith('judge-leg.ts') === true && chosen !== undefined && verdict !== undefined)
  writeFileSync(verdict, JSON.stringify(await judgeLeg(chosen)));
