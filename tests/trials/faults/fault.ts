import type { Random } from '@elira/testkit';
import type { Probe, ProbeOptions } from '../clients/probe.ts';
import type { TrialDatabase } from '../database/trial-database.ts';
import type { HistoryFile } from '../history.ts';
import type { Scale } from '../scale.ts';
import type { Devices } from '../writing/devices.ts';
import type { Fleet } from './fleet.ts';

/** Numbers of `docs/trials.md`, "Faults". */
export type FaultId = `F${number}`;

/**
 * A class of faults. Each fault of it writes its name into the history with what proves that it really happened; one whose name is
 * missing there fails the trial.
 */
export type FaultClass = {
  readonly id: FaultId;
  readonly title: string;
  /** What must hold besides the promises. Faults write it down as they find it (`besides`), and the judge decides. */
  readonly holds: string;
  readonly strikes: readonly Strike[];
  readonly storms: readonly StormPart[];
};

/**
 * A fault with a phase of its own.
 *
 *   under load   writers write and storms go on while it strikes
 *   in calm      writers write, and nothing else fails
 *   at rest      writers and devices stand still while it strikes; then they write some more
 */
export type Strike = {
  readonly name: string;
  /** Other things that must have happened by its doing. */
  readonly also?: readonly string[];
  readonly place: 'under load' | 'in calm' | 'at rest';
  /** Resolves when what it broke is whole again. */
  readonly strike: (context: FaultContext) => Promise<void>;
};

/** Faults that strike again and again, through every phase that is not calm. */
export type Storm = {
  readonly names: readonly string[];
  /** Other things that must have happened when all of it has blown. */
  readonly also?: readonly string[];
  /** Strikes with the faults of these names until `stop`, which resolves when the last has healed. */
  readonly start: (context: FaultContext, names: readonly string[]) => { readonly stop: () => Promise<void> };
};

/** What a class needs of a storm; one storm blows with all that the chosen classes need of it. */
export type StormPart = { readonly storm: Storm; readonly names: readonly string[] };

export type FaultContext = {
  readonly fleet: Fleet;
  readonly database: TrialDatabase;
  readonly devices: Devices;
  readonly history: HistoryFile;
  /** Of this fault and this phase alone. */
  readonly random: Random;
  readonly scale: Scale;
  /** What a request needs to be one of the trial's. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  /** Keeps writers and devices from connecting while it is pending. */
  readonly holdWriters: (until: Promise<void>) => void;
  /** A client of its own, which goes when the phase is over. */
  readonly probe: (options: Omit<ProbeOptions, 'secret' | 'silenceMs'>) => Probe;
  readonly say: (line: string) => void;
};

/** Writes down that the fault really struck. */
export function struck({ history }: Pick<FaultContext, 'history'>, name: string, proof: object): void {
  history.write({ kind: 'fault', name, proof });
}

/** Writes down whether what must hold besides the promises did hold, and what was seen of it. */
export function besides(
  { history }: Pick<FaultContext, 'history'>,
  fault: string,
  what: string,
  holds: boolean,
  seen: object = {},
): void {
  history.write({ kind: 'besides', fault, what, holds, seen });
}
