import { parsePosition, sees, type Position } from '@elira/protocol';
import type { Moment, Timeline, Version } from './timeline.ts';

const SOLELY: ReadonlySet<string> = new Set();

/**
 * Which scopes a user held at any position, from the rows that say so: the oracle gives them the scope `holds:<user>`. Whose own row is
 * not in it (banned, erased) holds nothing, whatever other rows say.
 */
export class Memberships {
  readonly #timeline: Timeline;
  readonly #read = new Map<string, { readonly person: boolean; readonly scopes: ReadonlySet<string> }>();
  readonly #seen = new Map<string, Position>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  heldAt(user: string, moment: Moment): ReadonlySet<string> {
    const opened = this.#openedBy(user, (row) => this.#timeline.at(row, moment));
    return opened.person ? opened.scopes : SOLELY;
  }

  /** Every scope that some row ever opened for the user. */
  everOpened(user: string): ReadonlySet<string> {
    const all = new Set<string>();
    for (const row of this.#rows(user))
      for (const version of this.#timeline.versionsOf(row))
        for (const scope of this.#opens(user, version.views)?.scopes ?? []) all.add(scope);
    return all;
  }

  /** Whether one and the same row opened the scope at every moment between the two, and the user was never banned meanwhile. */
  heldThroughout(user: string, scope: string, from: Moment, to: Moment): boolean {
    let [person, opened] = [false, false];
    for (const row of this.#rows(user)) {
      const states = this.#timeline.statesBetween(row, from, to).map((views) => this.#opens(user, views));
      person ||= states.every((state) => state?.person === true);
      opened ||= states.every((state) => state?.scopes.has(scope) === true);
    }
    return person && opened;
  }

  /** Whether some transaction that `moment` does not contain took the scope away, for a while or for good. */
  isLostAfter(user: string, scope: string, moment: Moment): boolean {
    return [...this.#rows(user)].some((row) => {
      const now = this.#opens(user, this.#timeline.at(row, moment));
      if (now === undefined || !(now.person || now.scopes.has(scope))) return false;
      return this.#timeline.versionsAfter(row, moment).some(({ views }) => {
        const later = this.#opens(user, views);
        return (now.person && later === undefined) || (now.scopes.has(scope) && later?.scopes.has(scope) !== true);
      });
    });
  }

  /**
   * Whether the user may have held the scope while the row stood as this version has it: not, if the one was over, for all to see, before
   * the other began.
   */
  mayOverlap(user: string, scope: string, shown: { readonly version: Version; readonly next: Version | undefined }): boolean {
    for (const row of this.#rows(user)) {
      const versions = this.#timeline.versionsOf(row);
      for (const [index, version] of versions.entries()) {
        if (this.#opens(user, version.views)?.scopes.has(scope) !== true) continue;
        const next = versions.slice(index + 1).find(({ views }) => this.#opens(user, views)?.scopes.has(scope) !== true);
        if (!this.#endedBefore(shown.next, version) && !this.#endedBefore(next, shown.version)) return true;
      }
    }
    return false;
  }

  /** Whether `first` was committed before `second` was written. */
  #endedBefore(first: Version | undefined, second: Version): boolean {
    if (first === undefined) return false;
    if (first.incarnation !== second.incarnation) return first.incarnation < second.incarnation;
    if (second.seen === undefined) return false;
    let position = this.#seen.get(second.seen);
    if (position === undefined) this.#seen.set(second.seen, (position = parsePosition(second.seen)));
    return sees(position, first.xid);
  }

  #rows(user: string): Iterable<string> {
    return this.#timeline.rowsOf(`holds:${user}`);
  }

  #opens(user: string, views: ReadonlyMap<string, string>): { person: boolean; scopes: ReadonlySet<string> } | undefined {
    const body = views.get(`holds:${user}`);
    if (body === undefined) return undefined;
    let read = this.#read.get(body);
    if (read === undefined) {
      const { person, scopes } = JSON.parse(body) as { person?: true; scopes: string[] };
      read = { person: person === true, scopes: new Set(scopes) };
      this.#read.set(body, read);
    }
    return read;
  }

  #openedBy(user: string, viewsOf: (row: string) => ReadonlyMap<string, string>): { person: boolean; scopes: Set<string> } {
    const all = { person: false, scopes: new Set<string>() };
    for (const row of this.#rows(user)) {
      const opened = this.#opens(user, viewsOf(row));
      all.person ||= opened?.person === true;
      for (const scope of opened?.scopes ?? []) all.scopes.add(scope);
    }
    return all;
  }
}
