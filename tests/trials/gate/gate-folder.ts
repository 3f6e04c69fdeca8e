import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { chmod, lstat, mkdir, rm, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { copyDataFolder } from '@elira/testkit';
import type { LegVerdict } from './judge-leg.ts';

/** What a run is, and how far it has come. */
export type GateRun = {
  readonly seed: number;
  readonly commit: string;
  readonly clients: number;
  readonly transactions: number;
  readonly injections: number;
  readonly legs: number;
  readonly pauseMs: number;
  readonly faults: readonly string[];
  readonly done: readonly LegDone[];
};

export type LegDone = LegVerdict & {
  /** Transactions begun, and seconds that it took to run and to judge it. */
  readonly asked: number;
  readonly seconds: number;
  readonly judgedSeconds: number;
  /** Load of the machine over the last five minutes of the leg. */
  readonly load: number;
};

/**
 * The folder of a run: what is known of the legs that are done, and the cluster as the last of them has left it. A leg works on a copy, so
 * that one that was cut off leaves no trace.
 *
 *   run.json    the run
 *   cluster     as the last leg that is done has left it (absent before the first)
 *   work        where the leg under way works, its clusters among it
 *   leg-<n>     the segments of a leg
 */
export class GateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get isThere(): boolean {
    return existsSync(join(this.path, 'run.json'));
  }

  read(): GateRun {
    return JSON.parse(readFileSync(join(this.path, 'run.json'), 'utf8')) as GateRun;
  }

  /** Whole or not at all. */
  write(run: GateRun): void {
    mkdirSync(this.path, { recursive: true });
    writeFileSync(join(this.path, 'run.json.next'), JSON.stringify(run));
    renameSync(join(this.path, 'run.json.next'), join(this.path, 'run.json'));
  }

  segments(leg: number): string {
    return join(this.path, `leg-${String(leg).padStart(3, '0')}`);
  }

  /** Where the clusters of a leg are. */
  get work(): string {
    return join(this.path, 'work');
  }

  /** The cluster is as the last leg that is done has left it, whatever another one has done to it since. */
  async begin(leg: number): Promise<void> {
    // PostgreSQL runs as somebody else where this process is root.
    await chmod(this.path, 0o755);
    await rm(this.work, { recursive: true, force: true });
    await rm(this.segments(leg), { recursive: true, force: true });
    await mkdir(this.segments(leg));
    await mkdir(this.work);
    if (leg > 1) await copyDataFolder(join(this.path, 'cluster'), join(this.work, 'db'));
  }

  /** The leg counts from now on. `home`: of the cluster that it has left, which has been stopped. */
  async end(run: GateRun, home: string): Promise<void> {
    const next = join(this.path, 'cluster.next');
    if ((await lstat(join(home, 'data'))).isSymbolicLink())
      throw new Error(`${this.path} cannot be reached by the user that PostgreSQL runs as: choose another folder with --out`);
    await rm(next, { recursive: true, force: true });
    await copyDataFolder(home, next);
    await rm(join(this.path, 'cluster'), { recursive: true, force: true });
    await rename(next, join(this.path, 'cluster'));
    this.write(run);
    await rm(this.work, { recursive: true, force: true });
  }
}
