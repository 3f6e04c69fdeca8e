import { canariesIn } from '@elira/testkit';
import type { Entry } from '../history.ts';
import type { ClientModel } from './client-model.ts';
import type { Finding } from './finding.ts';
import { canariesOf } from './judge-barrier.ts';
import type { Memberships } from './memberships.ts';
import { rowName, type Timeline, type Version } from './timeline.ts';

/** A committed state of a row that showed a canary in a scope, and the state in which it no longer did. */
type Showing = { readonly scope: string; readonly version: Version; readonly next: Version | undefined };

/**
 * Ways in which canaries rightly come to people: a text that was a draft before, and a correct answer to those who write it. A trial in
 * which nothing was there to be kept from anybody has shown nothing.
 */
const WAYS = {
  'a draft was published, and its canary came to a learner': { scope: /^content:/, token: /^zqb/ },
  'a correct answer came to an author': { scope: /^authoring:/, token: /^zqs/ },
  'a correct answer came to the learner who had answered': { scope: /^progress:/, token: /^zqs/ },
} as const;
export const CANARY_WAYS = Object.keys(WAYS);

/**
 * I4: a canary may only reach who held a scope in which a committed row showed it. For people, their rows say what they held, and it must
 * have been while the row showed it; for the others, what they were let in to, and when exactly is I2's affair.
 */
export function judgeCanaries(
  entries: readonly Entry[],
  known: {
    readonly models: ReadonlyMap<string, ClientModel>;
    readonly people: ReadonlyMap<string, string>;
    readonly timeline: Timeline;
    readonly memberships: Memberships;
  },
): { findings: Finding[]; seen: number; happened: string[] } {
  const { models, people, memberships } = known;
  const shownIn = showings(entries, known.timeline);
  const happened = new Set<string>();
  const findings: Finding[] = [];
  const received = new Map<string, Set<string>>();
  let seen = 0;
  for (const entry of entries) {
    if (entry.kind === 'barrier') findings.push(...unseen(entry, received));
    if (entry.kind !== 'canaries') continue;
    seen += entry.tokens.length;
    const user = people.get(entry.client);
    const ever = user === undefined ? models.get(entry.client)?.everHeld : memberships.everOpened(user);
    for (const token of entry.tokens) {
      received.set(entry.client, (received.get(entry.client) ?? new Set()).add(token));
      const rightly = (shownIn.get(token) ?? []).filter(
        (showing) =>
          ever?.has(showing.scope) === true && (user === undefined || memberships.mayOverlap(user, showing.scope, showing)),
      );
      if (rightly.length === 0)
        findings.push({
          rule: 'I4',
          detail: `${entry.client} received the canary ${token}, which none of its scopes shows`,
        });
      for (const [way, is] of Object.entries(WAYS))
        if (is.token.test(token) && rightly.some(({ scope }) => is.scope.test(scope))) happened.add(way);
    }
  }
  return { findings, seen, happened: [...happened] };
}

/** A canary that a store shows has come in bytes, or whoever looks for canaries in them is blind. */
function unseen(entry: Extract<Entry, { kind: 'barrier' }>, received: ReadonlyMap<string, ReadonlySet<string>>): Finding[] {
  return entry.stores.flatMap((store) =>
    [...canariesOf(store)]
      .filter((token) => received.get(store.client)?.has(token) !== true)
      .map((token) => ({
        rule: 'I4',
        detail: `${store.client} shows the canary ${token}, which was in none of the bytes it received`,
      })),
  );
}

function showings(entries: readonly Entry[], timeline: Timeline): Map<string, Showing[]> {
  const shown = new Map<string, Showing[]>();
  const names = new Set(entries.flatMap((entry) => (entry.kind === 'history' ? [rowName(entry.tbl, entry.key)] : [])));
  for (const name of names) {
    const versions = timeline.versionsOf(name);
    for (const [index, version] of versions.entries()) {
      for (const [scope, body] of version.views) {
        for (const token of canariesIn(body)) {
          const next = versions.slice(index + 1).find(({ views }) => views.get(scope)?.includes(token) !== true);
          shown.set(token, [...(shown.get(token) ?? []), { scope, version, next }]);
        }
      }
    }
  }
  return shown;
}
