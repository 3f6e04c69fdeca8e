import type { ScopeDelta, StreamMessage } from '@elira/protocol';
import type { Commit, SyncClient } from '@elira/sync-client';
import { holds, type Snapshot } from '../database/snapshot.ts';
import type { VirtualTime } from '../clock/virtual-time.ts';
import { openScopes } from '../world/people.ts';
import { canonical, isInScope, truthOf } from '../world/truth.ts';
import type { Cursors, Place } from './cursors.ts';
import type { Journal } from './findings.ts';
import { interruptedScopes } from './interrupted.ts';

/** Milliseconds by which what a client calls fresh may be older: work of the database and the servers between a commit and a read. */
const WORK_MS = 60;

type Surroundings = {
  readonly name: string;
  readonly person: string;
  readonly client: SyncClient;
  readonly cursors: Cursors;
  readonly journal: Journal;
  readonly time: VirtualTime;
  /** Milliseconds that the bytes since the last message were under way, at most. */
  readonly takeWay: () => number;
  /** Shared: what the oracle said at a position. */
  readonly truths: Map<string, ReadonlyMap<string, string>>;
};

/** Looks over one client's shoulder: at every message, and at every state that it shows. */
export class ClientWatch {
  readonly #around: Surroundings;
  #place: Place | undefined;
  #deltas: ScopeDelta[] = [];
  /** Milliseconds that the last message was under way; of what the device kept nobody knows. */
  #wayMs = Number.POSITIVE_INFINITY;

  constructor(around: Surroundings) {
    this.#around = around;
    around.client.store.subscribe(({ cause }) => this.#onCommit(cause));
  }

  get place(): Place | undefined {
    return this.#place;
  }

  onMessage(message: StreamMessage): void {
    const { name, journal, cursors } = this.#around;
    journal.note(name, `${message.event} ${'id' in message ? (cursors.placeOf(message.id)?.key ?? '?') : ''}`);
    if (message.event === 'hello') this.#deltas = [];
    if (message.event !== 'part' && message.event !== 'batch') return;
    this.#deltas.push(...message.data);
    this.#judgeSecrets(JSON.stringify(message.data));
  }

  #onCommit(cause: Commit['cause']): void {
    const { client, cursors, journal, name } = this.#around;
    const { cursor } = client;
    if (cursor === undefined) return;
    const place = cursors.placeOf(cursor);
    if (place === undefined) {
      journal.fail('cursor', `${name} holds one that was never sent`);
      return;
    }
    const before = this.#place;
    this.#place = place;
    if (cause !== 'batch') return;
    journal.count('states');
    this.#wayMs = this.#around.takeWay();
    const deltas = this.#deltas;
    this.#deltas = [];
    if (before !== undefined && before.history === place.history) {
      this.#judgeForward(before.snapshot, place.snapshot);
      this.#judgeLeaves(deltas, before.snapshot, place);
      this.#judgeAnew(deltas, before.snapshot, place);
    }
    this.#judgeRows(place);
    this.#judgeScopes(place);
    this.judgeAge();
  }

  /** I2, I3: what is held is the database at the cursor's position, in every scope. */
  #judgeRows(place: Place): void {
    const { client, truths, journal, name } = this.#around;
    for (const scope of client.store.scopes()) {
      const key = `${place.key} ${scope}`;
      let truth = truths.get(key);
      if (truth === undefined) truths.set(key, (truth = truthOf(place.history, place.snapshot, scope)));
      let held = 0;
      for (const [table, rows] of client.store.dump(scope) ?? []) {
        for (const [id, row] of rows) {
          held += 1;
          const shown = canonical(row);
          const right = truth.get(`${table}/${id}`);
          if (right !== shown)
            journal.fail('I2', `${name} shows ${scope} ${table} ${id} ${shown}, right is ${right ?? 'none'} at ${place.key}`);
        }
      }
      if (held < truth.size) {
        const missing = [...truth.keys()].filter(
          (one) =>
            client.store
              .dump(scope)
              ?.get(one.split('/')[0] ?? '')
              ?.has(one.slice(one.indexOf('/') + 1)) !== true,
        );
        journal.fail('I2', `${name} lacks ${scope} ${missing.join(' ')} at ${place.key}`);
      }
    }
  }

  /** I5: the scopes held are those that are open at the position, where nothing changed that since. */
  #judgeScopes({ history, snapshot, key }: Place): void {
    const { client, person, journal, name } = this.#around;
    const isLater = ({ xid }: { readonly xid: number }): boolean => history.committed.has(xid) && !holds(snapshot, xid);
    const chains = [history.chains('person').get(person) ?? [], ...history.chains('member').values()];
    const isTouched = chains.some((chain, index) =>
      chain.some(
        (version, at) =>
          isLater(version) && (index === 0 || [version.row, chain[at - 1]?.row].some((row) => row?.['person'] === person)),
      ),
    );
    if (isTouched) return;
    const right = openScopes(person, history.rowAt('person', person, snapshot), history.rowsAt('member', snapshot).values());
    const held = client.store.scopes().toSorted().join(' ');
    const open = [...(right ?? [])].toSorted().join(' ');
    if (held !== open) journal.fail('I5', `${name} holds ${held}; open are ${open} at ${key}`);
  }

  /** I9. */
  #judgeForward(before: Snapshot, after: Snapshot): void {
    const { journal, name } = this.#around;
    const isBack = after.xmax < before.xmax || after.xip.some((xid) => holds(before, xid));
    if (isBack) journal.fail('I9', `${name} went back from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
  }

  /** Was there a transaction between the two positions before which the row stood in that scope? */
  #judgeLeaves(deltas: readonly ScopeDelta[], before: Snapshot, { history, snapshot }: Place): void {
    const { journal, name } = this.#around;
    for (const { scope, drop } of deltas) {
      for (const [table, keys] of Object.entries(drop ?? {})) {
        for (const key of keys) {
          journal.count('leaves');
          const chain = (history.chains(table).get(key) ?? []).filter(({ xid }) => history.committed.has(xid));
          const isOwed = chain.some(({ xid }, index) => {
            const previous = chain[index - 1];
            const isBetween = !holds(before, xid) && holds(snapshot, xid) && previous?.xid !== xid;
            return isBetween && previous?.row !== undefined && isInScope(scope, table, previous.row);
          });
          if (!isOwed) journal.fail('leaves', `${name} is told that ${table} ${key} left ${scope}, where it was not`);
        }
      }
    }
  }

  /** I5: a scope that was closed in between begins anew, though it is open again; where nothing is in it, nothing need be said. */
  #judgeAnew(deltas: readonly ScopeDelta[], before: Snapshot, { history, snapshot, key }: Place): void {
    const { client, person, journal, name } = this.#around;
    for (const scope of interruptedScopes(history, person, before, snapshot)) {
      const isAnew = deltas.some((delta) => delta.scope === scope && delta.reset === true);
      const isEmpty = [...(client.store.dump(scope)?.values() ?? [])].every((rows) => rows.size === 0);
      if (!isAnew && !isEmpty) journal.fail('I5', `${name} was led on in ${scope}, which was closed before ${key}`);
    }
  }

  /** I4: what is secret is in no byte sent to anybody but its owner. */
  #judgeSecrets(text: string): void {
    const { person, journal, name } = this.#around;
    for (const [secret, owner] of text.matchAll(/secret of (\w+) \d+/g))
      if (owner !== person) journal.fail('I4', `${name} was sent “${secret}”`);
  }

  /** Freshness: whatever was committed before the moment that the client calls fresh is in what it shows. */
  judgeAge(): void {
    const { client, time, journal, name } = this.#around;
    const place = this.#place;
    const { ageMs } = client;
    if (place === undefined || ageMs === undefined || client.cursor === undefined) return;
    const until = time.now - ageMs - this.#wayMs - WORK_MS;
    const { xmin } = place.snapshot;
    // In the order of their ends, so that most are not looked at.
    const missed = place.history.commits.findLast(({ xid, at }) => at < until && xid >= xmin && !holds(place.snapshot, xid));
    if (missed !== undefined)
      journal.fail(
        'age',
        `${name} says its rows are ${ageMs.toFixed(0)} ms old, but lacks ${missed.xid} of ${(time.now - missed.at).toFixed(0)} ms ago`,
      );
  }
}
