import { canariesIn } from '@elira/testkit';
import type { Entry } from '../history.ts';
import { canonical } from './canonical.ts';
import { ClientModel, type Finding, type StreamCounts } from './client-model.ts';
import { rowName, Timeline } from './timeline.ts';

/**
 * The checker. In: everything that was observed, and the database's own past. Out: what was wrong. Pure, so that a history file can be
 * judged again. Its promise: it shares no code with the engine beyond reading positions, and none with the rules.
 */
export type Verdict = {
  readonly findings: readonly Finding[];
  readonly counts: StreamCounts & {
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
  };
  const epochs: string[] = [];
  const models = new Map<string, ClientModel>();
  const findings: Finding[] = [];
  let barriers = 0;
  for (const entry of entries) {
    switch (entry.kind) {
      case 'message': {
        const model = models.get(entry.client) ?? new ClientModel(entry.client, timeline, epochs, counts);
        models.set(entry.client, model);
        findings.push(...model.take(entry));
        break;
      }
      case 'barrier':
        barriers += 1;
        findings.push(...judgeBarrier(entry, models));
        break;
      case 'half':
        findings.push({ rule: 'I2', detail: `${entry.client}: half a transaction was shown: ${entry.detail}` });
        break;
      case 'stalled':
        findings.push({ rule: 'I11', detail: `${entry.client} has not passed barrier ${entry.number}: ${entry.detail}` });
        break;
      case 'problem':
        if (entry.word === 'stop' || FAULTS_OF_THE_STREAM.has(entry.code))
          findings.push({ rule: 'protocol', detail: `${entry.client}: ${entry.code} ${entry.detail ?? ''}` });
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
  findings.push(...judgeHappenings(entries, counts.sentAgain));
  const canaries = judgeCanaries(entries, models);
  return {
    findings: [...findings, ...canaries.findings],
    counts: { ...counts, barriers, historyLines: timeline.lines, canariesSeen: canaries.seen, epochs: epochs.length },
  };
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

/** At rest: each store equals what the oracle selects, every row, every column, both directions (I1). */
function judgeBarrier(entry: Extract<Entry, { kind: 'barrier' }>, models: ReadonlyMap<string, ClientModel>): Finding[] {
  const expected = new Map<string, Map<string, string>>();
  for (const { scope, tbl, key, body } of entry.oracle) {
    const rows = expected.get(scope) ?? new Map<string, string>();
    expected.set(scope, rows.set(rowName(tbl, key), canonical(body)));
  }
  return entry.stores.flatMap(({ client, scopes }) => {
    const missing = [...(models.get(client)?.scopes.keys() ?? [])].filter(
      (scope) => !scopes.some((held) => held.scope === scope),
    );
    return [
      ...missing.map((scope) => ({ rule: 'I1', detail: `barrier ${entry.number}: ${client} does not hold ${scope}` })),
      ...scopes.flatMap(({ scope, rows }) => {
        const held = new Map(rows.map(({ tbl, key, body }) => [rowName(tbl, key), canonical(body)]));
        const wanted = expected.get(scope) ?? new Map<string, string>();
        return [...new Set([...held.keys(), ...wanted.keys()])]
          .filter((name) => held.get(name) !== wanted.get(name))
          .map((name) => ({
            rule: 'I1',
            detail: `barrier ${entry.number} (${entry.name}): ${client}: ${scope}: ${name}\n      store  ${held.get(name) ?? '(nothing)'}\n      SELECT ${wanted.get(name) ?? '(nothing)'}`,
          }));
      }),
    ];
  });
}

/** A canary may only reach who held, at some time, a scope in which a committed row showed it (I4); when exactly is I2's affair. */
function judgeCanaries(
  entries: readonly Entry[],
  models: ReadonlyMap<string, ClientModel>,
): { findings: Finding[]; seen: number } {
  const shownIn = new Map<string, Set<string>>();
  for (const entry of entries) {
    if (entry.kind !== 'history') continue;
    for (const [scope, body] of Object.entries(entry.views)) {
      for (const token of canariesIn(JSON.stringify(body))) shownIn.set(token, (shownIn.get(token) ?? new Set()).add(scope));
    }
  }
  let seen = 0;
  const findings = entries.flatMap((entry): Finding[] => {
    if (entry.kind !== 'canaries') return [];
    seen += entry.tokens.length;
    const held = models.get(entry.client)?.everHeld ?? new Set<string>();
    const leaked = entry.tokens.filter((token) => ![...(shownIn.get(token) ?? [])].some((scope) => held.has(scope)));
    return leaked.map((token) => ({
      rule: 'I4',
      detail: `${entry.client} received the canary ${token}, which none of its scopes shows`,
    }));
  });
  return { findings, seen };
}

/** A move that did not occur, or a fault that did not strike, fails the trial. */
function judgeHappenings(entries: readonly Entry[], sentAgain: number): Finding[] {
  const end = entries.findLast((entry) => entry.kind === 'end');
  const run = entries.find((entry) => entry.kind === 'run');
  if (end?.kind !== 'end' || run?.kind !== 'run')
    return [{ rule: 'trial', detail: 'the history has no end: the run broke off' }];
  const struck = new Set(entries.flatMap((entry) => (entry.kind === 'fault' ? [entry.name] : [])));
  // Rows that come again although nothing happened to them: the only sign of an older edge that a client can see.
  if (sentAgain > 0) struck.add('served from an edge older than its cursor');
  return run.required
    .filter((name) => (end.happened[name] ?? 0) === 0 && !struck.has(name))
    .map((name) => ({ rule: 'trial', detail: `did not happen: ${name}` }));
}
