import { canariesIn } from '@elira/testkit';
import type { Entry } from '../history.ts';
import type { ClientModel } from './client-model.ts';
import type { Finding } from './finding.ts';
import { canariesOf, type Store } from './judge-barrier.ts';
import type { Memberships } from './memberships.ts';
import type { Timeline, Version } from './timeline.ts';

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
 *
 * Takes entries as they come; what a client ever held is known at the end.
 */
export class CanaryJudge {
  readonly #known: Known;
  readonly #received = new Map<string, Set<string>>();
  readonly #unseen: Finding[] = [];

  constructor(known: Known) {
    this.#known = known;
  }

  takeCanaries({ client, tokens }: Extract<Entry, { kind: 'canaries' }>): void {
    const received = this.#received.get(client) ?? new Set<string>();
    for (const token of tokens) received.add(token);
    this.#received.set(client, received);
  }

  /** A canary that a store shows has come in bytes, or whoever looks for canaries in them is blind. */
  takeStore(store: Store): void {
    const received = this.#received.get(store.client);
    for (const token of canariesOf(store))
      if (received?.has(token) !== true)
        this.#unseen.push({
          rule: 'I4',
          detail: `${store.client} shows the canary ${token}, which was in none of the bytes it received`,
        });
  }

  verdict(): { findings: Finding[]; seen: number; happened: string[] } {
    const { models, people, timeline, memberships } = this.#known;
    const shownIn = showings(timeline);
    const happened = new Set<string>();
    const findings: Finding[] = [];
    const overlaps = new Map<string, boolean>();
    let seen = 0;
    for (const [client, tokens] of this.#received) {
      seen += tokens.size;
      const user = people.get(client);
      const ever = user === undefined ? models.get(client)?.everHeld : memberships.everOpened(user);
      const mayOverlap = (person: string, token: string, index: number, showing: Showing): boolean => {
        const name = `${person} ${token} ${index}`;
        let may = overlaps.get(name);
        if (may === undefined) overlaps.set(name, (may = memberships.mayOverlap(person, showing.scope, showing)));
        return may;
      };
      for (const token of tokens) {
        const rightly = (shownIn.get(token) ?? []).filter(
          (showing, index) =>
            ever?.has(showing.scope) === true && (user === undefined || mayOverlap(user, token, index, showing)),
        );
        if (rightly.length === 0)
          findings.push({ rule: 'I4', detail: `${client} received the canary ${token}, which none of its scopes shows` });
        for (const [way, is] of Object.entries(WAYS))
          if (is.token.test(token) && rightly.some(({ scope }) => is.scope.test(scope))) happened.add(way);
      }
    }
    return { findings: [...this.#unseen, ...findings], seen, happened: [...happened] };
  }
}

type Known = {
  readonly models: ReadonlyMap<string, ClientModel>;
  readonly people: ReadonlyMap<string, string>;
  readonly timeline: Timeline;
  readonly memberships: Memberships;
};

function showings(timeline: Timeline): Map<string, Showing[]> {
  const shown = new Map<string, Showing[]>();
  for (const name of timeline.names()) {
    const versions = timeline.versionsOf(name);
    for (const [index, version] of versions.entries()) {
      for (const [scope, body] of version.views) {
        for (const token of canariesIn(body)) {
          const next = versions.slice(index + 1).find(({ views }) => views.get(scope)?.includes(token) !== true);
          const showing = { scope, version, next };
          const known = shown.get(token);
          if (known === undefined) shown.set(token, [showing]);
          else known.push(showing);
        }
      }
    }
  }
  return shown;
}
