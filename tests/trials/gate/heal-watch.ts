import type { TrialClient } from '../clients/trial-client.ts';
import type { HistoryFile } from '../history.ts';
import { trueTime } from './segment.ts';

/** Milliseconds between two looks at clients that are healing. */
const LOOK_MS = 25;
const NOBODY: ReadonlySet<string> = new Set();

/** A fault of its own, though rows of the workload make it: whom it concerns may hold nothing, and comes back for all of it. */
export const ACCESS_CHANGED = 'what somebody may see has changed, and their stream has ended';

/** `number`: the marker that it has to show; none was set since, as long as it is undefined. */
type Healing = { readonly fault: string; readonly since: number; number: number | undefined };

/**
 * Measures how long clients take from the end of the last fault that concerned them until they show a marker that was set after it. Whose
 * session has ended meanwhile is not measured: how long that lasts is decided by those who may let them in again. Whose stream was live
 * and ended because what they may see has changed is measured anew from there, under that name; who had not come so far goes on.
 */
export class HealWatch {
  readonly #clients: readonly TrialClient[];
  readonly #history: HistoryFile;
  readonly #healing = new Map<TrialClient, Healing>();
  /** As of the last look: whether they were live, and of how many problems they had told. */
  readonly #seen = new Map<TrialClient, { readonly live: boolean; readonly problems: number }>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(clients: readonly TrialClient[], history: HistoryFile) {
    [this.#clients, this.#history] = [clients, history];
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** What had struck these clients is whole again. */
  ended(fault: string, names?: ReadonlySet<string>): void {
    const healing = { fault, since: trueTime(), number: undefined };
    for (const client of this.#clients) if (names?.has(client.viewer.name) ?? true) this.#healing.set(client, { ...healing });
  }

  /** A marker was set, and committed at `at`. */
  marked(number: number, began: number): void {
    for (const one of this.#healing.values()) if (began >= one.since) one.number ??= number;
  }

  /** Clients that have not come to rest. */
  get left(): number {
    return this.#healing.size;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = trueTime();
    for (const client of this.#clients) {
      const { live = false, problems = 0 } = this.#seen.get(client) ?? {};
      if (live && client.problems.length > problems && client.problems.slice(problems).includes('access_changed'))
        this.#healing.set(client, { fault: ACCESS_CHANGED, since: now, number: undefined });
      this.#seen.set(client, { live: client.sync.status === 'live', problems: client.problems.length });
    }
    for (const [client, { fault, since, number }] of this.#healing) {
      if (client.signedOut) this.#healing.delete(client);
      else if (number !== undefined && client.passed(number, NOBODY)) {
        this.#healing.delete(client);
        this.#history.write({ kind: 'healed', client: client.viewer.name, fault, milliseconds: Math.round(now - since) });
      }
    }
  }
}
