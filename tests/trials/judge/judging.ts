import type { Entry } from '../history.ts';
import { ClientModel, type StreamCounts } from './client-model.ts';
import type { Finding } from './finding.ts';
import { BarrierJudge, type Store } from './judge-barrier.ts';
import { CanaryJudge } from './judge-canaries.ts';
import { judgeWrites } from './judge-writes.ts';
import { Memberships } from './memberships.ts';
import { PersonWatch } from './person-watch.ts';
import { Timeline } from './timeline.ts';

/**
 * The checker. In: the database's own past, and then everything that was observed, one entry after another. Out: what was wrong. It keeps
 * of the messages only what they amount to. Its promise: it shares no code with the engine beyond reading positions, and none with the
 * rules.
 */
export type Verdict = {
  readonly findings: readonly Finding[];
  /** What happened besides moves and faults: it shows in the messages only. */
  readonly happened: readonly string[];
  readonly counts: StreamCounts & {
    /** Mutations of clients that were decided. */
    readonly writes: number;
    readonly barriers: number;
    readonly historyLines: number;
    readonly canariesSeen: number;
    readonly epochs: number;
  };
};

/** Rows that come again although nothing happened to them: the only sign of an older edge that a client can see. */
export const OLDER_EDGE = 'served from an edge older than its cursor';

/** Problems that mean that the stream itself was wrong, not the network. */
const FAULTS_OF_THE_STREAM = new Set([
  'malformed_stream',
  'scope_missing',
  'batch_too_large',
  'callback_failed',
  'cursor_invalid',
  'internal',
]);

/** Entries of which the end asks again: few and small. */
const KEPT = new Set<Entry['kind']>([
  'run',
  'fault',
  'crash',
  'end',
  'made',
  'sent',
  'answered',
  'unsettled',
  'shows',
  'written',
]);

export class Judging {
  readonly #timeline: Timeline;
  readonly #memberships: Memberships;
  /** Name of the client → id of the user. */
  readonly #people: ReadonlyMap<string, string>;
  readonly #counts: StreamCounts = {
    batches: 0,
    heartbeats: 0,
    drops: 0,
    puts: 0,
    resets: 0,
    resumed: {},
    sentAgain: 0,
    rounded: 0,
    statesChecked: 0,
    withdrawn: 0,
  };
  readonly #epochs: string[] = [];
  readonly #models = new Map<string, ClientModel>();
  readonly #canaries: CanaryJudge;
  readonly #findings: Finding[] = [];
  readonly #kept: Entry[] = [];
  readonly #barriers = new Map<number, BarrierJudge>();

  /** `known`: what must be known beforehand, the run, the database's past and its crashes among it. Other entries in it do not matter. */
  constructor(known: readonly Entry[]) {
    this.#timeline = new Timeline(known);
    this.#memberships = new Memberships(this.#timeline);
    const run = known.find((entry) => entry.kind === 'run');
    this.#people = new Map(Object.entries(run?.kind === 'run' ? (run.people ?? {}) : {}));
    this.#canaries = new CanaryJudge({
      models: this.#models,
      people: this.#people,
      timeline: this.#timeline,
      memberships: this.#memberships,
    });
  }

  take(entry: Entry): void {
    if (KEPT.has(entry.kind) || (entry.kind === 'history' && entry.tbl === 'trial_slates')) this.#kept.push(entry);
    switch (entry.kind) {
      case 'message':
        this.#findings.push(...this.#modelOf(entry.client).take(entry));
        break;
      case 'asked':
        this.#modelOf(entry.client).person?.asks(entry.session);
        break;
      case 'signed-out':
        this.#modelOf(entry.client).forget();
        break;
      case 'canaries':
        this.#canaries.takeCanaries(entry);
        break;
      case 'barrier':
        this.#barriers.set(entry.number, new BarrierJudge(entry));
        for (const store of entry.stores) this.#takeStore(entry.number, store);
        break;
      case 'store':
        this.#takeStore(entry.number, entry);
        break;
      default:
        this.#findings.push(...this.#plainly(entry));
    }
  }

  verdict(): Verdict {
    const kept = this.#kept;
    const crashes = kept.filter(({ kind }) => kind === 'crash').length;
    const findings = [...this.#findings];
    if (this.#epochs.length !== crashes + 1)
      findings.push({
        rule: 'epoch',
        detail: `PostgreSQL crashed ${crashes} times, and clients saw ${this.#epochs.length} epochs`,
      });
    const canaries = this.#canaries.verdict();
    const writes = judgeWrites(kept);
    const found = [...(this.#counts.sentAgain > 0 ? [OLDER_EDGE] : []), ...canaries.happened, ...writes.happened];
    findings.push(...writes.findings, ...judgeHappenings(kept, found), ...canaries.findings);
    return {
      findings: thatCount(kept, findings),
      happened: found,
      counts: {
        ...this.#counts,
        writes: writes.decided,
        barriers: this.#barriers.size,
        historyLines: this.#timeline.lines,
        canariesSeen: canaries.seen,
        epochs: this.#epochs.length,
      },
    };
  }

  #modelOf(client: string): ClientModel {
    let model = this.#models.get(client);
    if (model === undefined) {
      const user = this.#people.get(client);
      const person = user === undefined ? undefined : new PersonWatch(client, user, this.#timeline, this.#memberships);
      this.#models.set(client, (model = new ClientModel(client, this.#timeline, this.#epochs, this.#counts, person)));
    }
    return model;
  }

  #takeStore(number: number, store: Store): void {
    const { client } = store;
    const barrier = this.#barriers.get(number);
    this.#canaries.takeStore(store);
    this.#findings.push(
      ...(barrier?.take(store, this.#models.get(client), this.#people.get(client)) ?? [
        { rule: 'trial', detail: `${client}: a store of barrier ${number}, at which nobody selected` },
      ]),
    );
  }

  #plainly(entry: Entry): Finding[] {
    switch (entry.kind) {
      case 'half':
        return [{ rule: 'I2', detail: `${entry.client}: half a transaction was shown: ${entry.detail}` }];
      case 'stalled':
        return [{ rule: 'I11', detail: `${entry.client} has not passed barrier ${entry.number}: ${entry.detail}` }];
      case 'problem':
        // People may be signed out.
        if (entry.code === 'not_signed_in' && this.#people.has(entry.client)) return [];
        return entry.word === 'stop' || FAULTS_OF_THE_STREAM.has(entry.code)
          ? [{ rule: 'protocol', detail: `${entry.client}: ${entry.code} ${entry.detail ?? ''}` }]
          : [];
      case 'besides':
        return entry.holds
          ? []
          : [{ rule: 'besides', detail: `${entry.fault}: not so: ${entry.what}: ${JSON.stringify(entry.seen)}` }];
      case 'log-canary':
        return [{ rule: 'I4', detail: `the log of server ${entry.server} holds ${entry.tokens.join(', ')}` }];
      default:
        return [];
    }
  }
}

function thatCount(entries: readonly Entry[], findings: readonly Finding[]): Finding[] {
  const counted = (rules: readonly string[]): Finding[] => findings.filter(({ rule }) => rules.includes(rule));
  // Without its end a history lacks the database's own account, and everything in it would look wrong.
  if (!entries.some(({ kind }) => kind === 'end')) return counted(['trial', 'I11']);
  // Whether one undisturbed client converges: its way there is not asked.
  const run = entries.find((entry) => entry.kind === 'run');
  return run?.kind === 'run' && run.undisturbed ? counted(['trial', 'I1', 'I11']) : [...findings];
}

/** A move that did not occur, or a fault that did not strike, fails the trial. */
function judgeHappenings(entries: readonly Entry[], found: readonly string[]): Finding[] {
  const end = entries.findLast((entry) => entry.kind === 'end');
  const run = entries.find((entry) => entry.kind === 'run');
  if (end?.kind !== 'end' || run?.kind !== 'run')
    return [{ rule: 'trial', detail: 'the history has no end: the run broke off' }];
  const struck = new Set(entries.flatMap((entry) => (entry.kind === 'fault' ? [entry.name] : [])));
  for (const name of found) struck.add(name);
  return run.required
    .filter((name) => (end.happened[name] ?? 0) === 0 && !struck.has(name))
    .map((name) => ({ rule: 'trial', detail: `did not happen: ${name}` }));
}
