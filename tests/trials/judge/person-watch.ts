import { formatPosition } from '@elira/protocol';
import type { Finding } from './finding.ts';
import type { Memberships } from './memberships.ts';
import { rowName, type Moment, type Timeline } from './timeline.ts';

/** How a message moved a client, and what it holds afterwards. */
export type Moved = {
  readonly from: Moment | undefined;
  readonly to: Moment;
  /** One of the positions is only a lower bound: what lies between them cannot be told exactly. */
  readonly rounded: boolean;
  readonly held: Iterable<string>;
  /** Scopes that began anew with this message. */
  readonly replaced: ReadonlySet<string>;
};

/**
 * Of a client that is a person (I5): does it hold what rows open for its user at its position, no more and no less? Does a scope begin
 * anew whose membership was interrupted? Does a stream end with its session, and with the role its user had?
 */
export class PersonWatch {
  readonly #name: string;
  readonly #user: string;
  readonly #timeline: Timeline;
  readonly #memberships: Memberships;
  #session: string | undefined;
  /** Where this connection's first message had brought it. */
  #began: Moment | undefined;

  constructor(name: string, user: string, timeline: Timeline, memberships: Memberships) {
    [this.#name, this.#user, this.#timeline, this.#memberships] = [name, user, timeline, memberships];
  }

  asks(session: string): void {
    [this.#session, this.#began] = [session, undefined];
  }

  greeted(scopes: readonly string[]): Finding[] {
    const ever = this.#memberships.everOpened(this.#user);
    return scopes
      .filter((scope) => !ever.has(scope))
      .map((scope) => ({ rule: 'I5 held', detail: `${this.#name}: the hello names ${scope}, which nothing ever opened` }));
  }

  moved({ from, to, rounded, held, replaced }: Moved): Finding[] {
    if (rounded) return [];
    const findings: Finding[] = [];
    const found = (rule: string, detail: string): void => {
      findings.push({ rule, detail: `${this.#name} at ${formatPosition(to.position)}: ${detail}` });
    };
    const owed = this.#memberships.heldAt(this.#user, to);
    const holds = new Set(held);
    for (const scope of holds) if (!owed.has(scope)) found('I5 held', `holds ${scope}, which no row opens`);
    for (const scope of owed)
      if (!holds.has(scope) && !this.#memberships.isLostAfter(this.#user, scope, to))
        found('I5 missing', `does not hold ${scope}, which rows open`);
    if (from !== undefined)
      for (const scope of holds)
        if (!replaced.has(scope) && !this.#memberships.heldThroughout(this.#user, scope, from, to))
          found('I5 interrupted', `${scope} was led on from ${formatPosition(from.position)}, and was not held all the while`);
    findings.push(...this.#rests(to));
    return findings;
  }

  /** What the connection rests on: its session is there, and its user is who they were when it began. */
  #rests(to: Moment): Finding[] {
    const at = `${this.#name} at ${formatPosition(to.position)}`;
    this.#began ??= to;
    const session = this.#session ?? '';
    if (!this.#timeline.at(rowName('sessions', session), to).has(`session:${session}`))
      return [{ rule: 'I5 rests', detail: `${at}: the stream goes on, and its session ${session} is over` }];
    const states = this.#timeline.statesBetween(rowName('users', this.#user), this.#began, to);
    const identities = new Set(states.map((views) => views.get(`identity:${this.#user}`)));
    if (identities.size === 1) return [];
    return [{ rule: 'I5 rests', detail: `${at}: the stream goes on, and its user is another: ${[...identities].join(', ')}` }];
  }
}
