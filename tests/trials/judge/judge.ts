import type { Entry } from '../history.ts';
import { ClientModel, type StreamCounts } from './client-model.ts';
import type { Finding } from './finding.ts';
import { judgeBarrier } from './judge-barrier.ts';
import { judgeCanaries } from './judge-canaries.ts';
import { judgeWrites } from './judge-writes.ts';
import { Memberships } from './memberships.ts';
import { PersonWatch } from './person-watch.ts';
import { Timeline } from './timeline.ts';

/**
 * The checker. In: everything that was observed, and the database's own past. Out: what was wrong. Pure, so that a history file can be
 * judged again. Its promise: it shares no code with the engine beyond reading positions, and none with the rules.
 */
export type Verdict = {
  readonly findings: readonly Finding[];
  readonly counts: StreamCounts & {
    /** Mutations of clients that were decided. */
    readonly writes: number;
    readonly barriers: number;
    readonly historyLines: number;
    readonly canariesSeen: number;
    readonly epochs: number;
  };
};

export function judge(entries: readonly Entry[]): Verdict {
  // Without its end a history lacks the database's own account, and everything in it would look wrong.
  const verdict = judgeAll(entries);
  const run = entries.find((entry) => entry.kind === 'run');
  const counted = (rules: readonly string[]): Verdict => ({
    ...verdict,
    findings: verdict.findings.filter(({ rule }) => rules.includes(rule)),
  });
  if (!entries.some(({ kind }) => kind === 'end')) return counted(['trial', 'I11']);
  // Whether one undisturbed client converges: its way there is not asked.
  return run?.kind === 'run' && run.undisturbed ? counted(['trial', 'I1', 'I11']) : verdict;
}

function judgeAll(entries: readonly Entry[]): Verdict {
  const timeline = new Timeline(entries);
  const counts: StreamCounts = {
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
  const epochs: string[] = [];
  const models = new Map<string, ClientModel>();
  const memberships = new Memberships(timeline);
  const people = peopleOf(entries);
  const modelOf = (client: string): ClientModel => {
    let model = models.get(client);
    if (model === undefined) {
      const user = people.get(client);
      const person = user === undefined ? undefined : new PersonWatch(client, user, timeline, memberships);
      models.set(client, (model = new ClientModel(client, timeline, epochs, counts, person)));
    }
    return model;
  };
  const findings: Finding[] = [];
  let barriers = 0;
  for (const entry of entries) {
    switch (entry.kind) {
      case 'message':
        findings.push(...modelOf(entry.client).take(entry));
        break;
      case 'asked':
        modelOf(entry.client).person?.asks(entry.session);
        break;
      case 'signed-out':
        modelOf(entry.client).forget();
        break;
      case 'barrier':
        barriers += 1;
        findings.push(...judgeBarrier(entry, models, people));
        break;
      case 'half':
        findings.push({ rule: 'I2', detail: `${entry.client}: half a transaction was shown: ${entry.detail}` });
        break;
      case 'stalled':
        findings.push({ rule: 'I11', detail: `${entry.client} has not passed barrier ${entry.number}: ${entry.detail}` });
        break;
      case 'problem':
        // People may be signed out.
        if (entry.code === 'not_signed_in' && people.has(entry.client)) break;
        if (entry.word === 'stop' || FAULTS_OF_THE_STREAM.has(entry.code))
          findings.push({ rule: 'protocol', detail: `${entry.client}: ${entry.code} ${entry.detail ?? ''}` });
        break;
      case 'besides':
        if (!entry.holds)
          findings.push({ rule: 'besides', detail: `${entry.fault}: not so: ${entry.what}: ${JSON.stringify(entry.seen)}` });
        break;
      case 'log-canary':
        findings.push({ rule: 'I4', detail: `the log of server ${entry.server} holds ${entry.tokens.join(', ')}` });
        break;
      default:
        break;
    }
  }
  const crashes = entries.filter(({ kind }) => kind === 'crash').length;
  if (epochs.length !== crashes + 1)
    findings.push({ rule: 'epoch', detail: `PostgreSQL crashed ${crashes} times, and clients saw ${epochs.length} epochs` });
  const canaries = judgeCanaries(entries, { models, people, timeline, memberships });
  const found = [...(counts.sentAgain > 0 ? [OLDER_EDGE] : []), ...canaries.happened];
  const writes = judgeWrites(entries);
  findings.push(...writes.findings, ...judgeHappenings(entries, [...found, ...writes.happened]));
  return {
    findings: [...findings, ...canaries.findings],
    counts: {
      ...counts,
      writes: writes.decided,
      barriers,
      historyLines: timeline.lines,
      canariesSeen: canaries.seen,
      epochs: epochs.length,
    },
  };
}

/** Rows that come again although nothing happened to them: the only sign of an older edge that a client can see. */
export const OLDER_EDGE = 'served from an edge older than its cursor';

function peopleOf(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const run = entries.find((entry) => entry.kind === 'run');
  return new Map(Object.entries(run?.kind === 'run' ? (run.people ?? {}) : {}));
}

/** Problems that mean that the stream itself was wrong, not the network. */
const FAULTS_OF_THE_STREAM = new Set([
  'malformed_stream',
  'scope_missing',
  'batch_too_large',
  'callback_failed',
  'cursor_invalid',
  'internal',
]);

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
