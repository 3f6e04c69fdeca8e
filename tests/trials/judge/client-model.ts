import { contains, formatPosition, parsePosition, type Hello, type Position, type ScopeDelta } from '@elira/protocol';
import type { Entry } from '../history.ts';
import { canonical } from './canonical.ts';
import type { Finding } from './finding.ts';
import type { PersonWatch } from './person-watch.ts';
import { rowName, type Moment, type RowName, type Timeline } from './timeline.ts';

type Message = Extract<Entry, { kind: 'message' }>;
type ScopeModel = Map<RowName, string>;

/** Where a message has led to; rounded, it is a lower bound. */
type Reached = Moment & { readonly rounded: boolean };
/** Contains every transaction. */
const WITHOUT_END: Position = { xmin: 2n ** 63n, xmax: 2n ** 63n, xip: [] };

/** What the messages of one client amount to; counted over all of them. */
export type StreamCounts = {
  batches: number;
  heartbeats: number;
  drops: number;
  puts: number;
  resets: number;
  resumed: Record<string, number>;
  /** Rows that were sent again although they had not changed since the cursor: the client was served from an older edge. */
  sentAgain: number;
  rounded: number;
  statesChecked: number;
  withdrawn: number;
};

/**
 * A second reading of the protocol, by its prose: follows one client's messages and asks of every one of them
 * - does the position only grow (I9)?
 * - was every leave owed, and none told twice?
 * - is what the client then holds the state of the database at that position, in every scope it holds (I1, I2, I3)?
 */
export class ClientModel {
  readonly name: string;
  readonly scopes = new Map<string, ScopeModel>();
  /** Every scope it ever held. */
  readonly everHeld = new Set<string>();
  readonly person: PersonWatch | undefined;
  readonly #timeline: Timeline;
  readonly #epochs: string[];
  readonly #counts: StreamCounts;
  #moment: (Moment & { readonly epoch: string; readonly rounded: boolean }) | undefined;
  #hello: Hello | undefined;
  #settled = false;
  #parts: ScopeDelta[] = [];
  /** Withdrawn on this connection and not begun anew since: nothing of them counts. */
  readonly #withdrawn = new Set<string>();

  constructor(name: string, timeline: Timeline, epochs: string[], counts: StreamCounts, person?: PersonWatch) {
    [this.name, this.#timeline, this.#epochs, this.#counts, this.person] = [name, timeline, epochs, counts, person];
  }

  /** It threw everything away. */
  forget(): void {
    this.scopes.clear();
    [this.#moment, this.#hello, this.#parts] = [undefined, undefined, []];
  }

  take(message: Message): Finding[] {
    switch (message.event) {
      case 'hello':
        return this.#greet(message.data as Hello);
      case 'part':
        this.#parts.push(...(message.data as ScopeDelta[]));
        return [];
      case 'batch': {
        const deltas = this.#counting([...this.#parts, ...(message.data as ScopeDelta[])]);
        this.#parts = [];
        this.#counts.batches += 1;
        return this.#move(message, deltas);
      }
      case 'heartbeat':
        this.#counts.heartbeats += 1;
        return this.#awaitsRows() || this.#parts.length > 0 ? [] : this.#move(message, []);
      case 'withdraw':
        return this.#withdraw((message.data as { scopes: string[] }).scopes);
      default:
        return [];
    }
  }

  #greet(hello: Hello): Finding[] {
    [this.#hello, this.#settled, this.#parts] = [hello, false, []];
    this.#withdrawn.clear();
    this.#counts.resumed[hello.resumed] = (this.#counts.resumed[hello.resumed] ?? 0) + 1;
    for (const scope of hello.scopes) this.everHeld.add(scope);
    if (!this.#epochs.includes(hello.epoch)) this.#epochs.push(hello.epoch);
    if (this.#moment !== undefined && this.#moment.epoch !== hello.epoch && hello.resumed !== 'snapshot') {
      return [{ rule: 'epoch', detail: `${this.name}: continued from the ${hello.resumed} in another epoch` }];
    }
    return this.person?.greeted(hello.scopes) ?? [];
  }

  #withdraw(scopes: readonly string[]): Finding[] {
    this.#counts.withdrawn += scopes.length;
    for (const scope of scopes) {
      this.scopes.delete(scope);
      this.#withdrawn.add(scope);
    }
    this.#parts = this.#parts.filter(({ scope }) => !scopes.includes(scope));
    return [];
  }

  /** Lines of a scope that was withdrawn do not count, until it begins anew. */
  #counting(deltas: readonly ScopeDelta[]): ScopeDelta[] {
    return deltas.filter(({ scope, reset }) => {
      if (reset === true) this.#withdrawn.delete(scope);
      return !this.#withdrawn.has(scope);
    });
  }

  /** What this connection began with, without what was withdrawn before it had come. */
  #greetedWith(hello: Hello): readonly string[] {
    return hello.scopes.filter((scope) => !this.#withdrawn.has(scope));
  }

  #awaitsRows(): boolean {
    if (this.#settled || this.#hello === undefined) return false;
    const scopes = this.#greetedWith(this.#hello);
    return scopes.some((scope) => this.#hello?.resumed === 'snapshot' || !this.scopes.has(scope));
  }

  #move(message: Message, deltas: readonly ScopeDelta[]): Finding[] {
    const hello = this.#hello;
    if (hello === undefined || message.at === undefined)
      return [{ rule: 'protocol', detail: `${this.name}: a ${message.event} before the hello` }];
    const to = {
      position: parsePosition(message.at.position),
      incarnation: this.#epochs.indexOf(hello.epoch),
      epoch: hello.epoch,
      rounded: message.at.rounded,
    };
    const from = this.#moment?.epoch === to.epoch ? this.#moment : undefined;
    const findings: Finding[] = [];
    // What is rounded is a lower bound, and the next may be a lower one than the position before; but it never goes back itself.
    const onward = to.rounded
      ? to.position.xmin >= (from?.position.xmin ?? 0n)
      : from === undefined || contains(to.position, from.position);
    if (from !== undefined && !onward) {
      findings.push({
        rule: 'I9',
        detail: `${this.name}: the cursor went from ${formatPosition(from.position)} to ${formatPosition(to.position)}`,
      });
    }
    const replaced = this.#settle(hello, deltas);
    const touched = new Set<RowName>();
    for (const delta of deltas) findings.push(...this.#apply(delta, { from, to, replaced, touched }));
    this.#settled = true;
    this.#moment = to;
    if (message.at.rounded) this.#counts.rounded += 1;
    else findings.push(...this.#compare(from, to, replaced, touched));
    const rounded = to.rounded || from?.rounded === true;
    findings.push(...(this.person?.moved({ from, to, rounded, held: this.scopes.keys(), replaced }) ?? []));
    return findings;
  }

  /** Scopes that are no longer held go; a snapshot, a reset and a gained scope begin empty. Returns the scopes that were replaced. */
  #settle(hello: Hello, deltas: readonly ScopeDelta[]): Set<string> {
    const replaced = new Set(deltas.filter(({ reset }) => reset === true).map(({ scope }) => scope as string));
    this.#counts.resets += replaced.size;
    if (!this.#settled) {
      const greeted = this.#greetedWith(hello);
      for (const scope of this.scopes.keys()) if (!greeted.includes(scope) && !replaced.has(scope)) this.scopes.delete(scope);
      for (const scope of greeted) {
        if (hello.resumed !== 'snapshot' && this.scopes.has(scope)) continue;
        replaced.add(scope);
      }
    }
    for (const scope of replaced) {
      this.scopes.set(scope, new Map());
      this.everHeld.add(scope);
    }
    return replaced;
  }

  #apply(
    delta: ScopeDelta,
    step: { from: Moment | undefined; to: Reached; replaced: ReadonlySet<string>; touched: Set<RowName> },
  ): Finding[] {
    const findings: Finding[] = [];
    const rows = this.scopes.get(delta.scope);
    if (rows === undefined)
      return [{ rule: 'protocol', detail: `${this.name}: a batch continues ${delta.scope}, which it does not hold` }];
    const dropped = new Set<RowName>();
    for (const [table, keys] of Object.entries(delta.drop ?? {})) {
      for (const key of keys) {
        const name = rowName(table, key);
        this.#counts.drops += 1;
        if (dropped.has(name))
          findings.push({ rule: 'leave told twice', detail: `${this.name}: ${delta.scope} drops ${name} twice in one batch` });
        dropped.add(name);
        step.touched.add(name);
        if (!rows.delete(name) || !step.replaced.has(delta.scope))
          findings.push(...this.#owed(name, delta.scope, step.from, step.to));
      }
    }
    for (const [table, pairs] of Object.entries(delta.put ?? {})) {
      for (const [key, body] of pairs) {
        const name = rowName(table, key);
        this.#counts.puts += 1;
        step.touched.add(name);
        findings.push(...this.#put(rows, name, canonical(body), delta.scope, step));
      }
    }
    return findings;
  }

  #put(
    rows: ScopeModel,
    name: RowName,
    body: string,
    scope: string,
    step: { from: Moment | undefined; to: Moment; replaced: ReadonlySet<string> },
  ): Finding[] {
    const old = rows.get(name);
    rows.set(name, body);
    if (old === undefined || step.from === undefined || step.replaced.has(scope)) return [];
    if (old === body && !this.#timeline.wasChangedBetween(name, step.from, step.to)) this.#counts.sentAgain += 1;
    const [before, after] = [versionOf(old), versionOf(body)];
    if (before === undefined || after === undefined || after >= before) return [];
    if (this.#timeline.wasDeletedBetween(name, step.from, step.to)) return [];
    return [{ rule: 'I9', detail: `${this.name}: ${scope}: ${name} went from version ${before} to ${after}` }];
  }

  #owed(name: RowName, scope: string, from: Moment | undefined, to: Reached): Finding[] {
    // What is rounded says only how far it has come at least.
    const until = to.rounded ? { ...to, position: WITHOUT_END } : to;
    if (this.#timeline.stoodBetween(name, scope, from, until)) return [];
    const where = from === undefined ? 'nothing' : formatPosition(from.position);
    return [
      {
        rule: 'leave not owed',
        detail: `${this.name}: told that ${name} left ${scope}, moving from ${where} to ${formatPosition(to.position)}`,
      },
    ];
  }

  /** What it holds against what was: after a snapshot all of it, otherwise the rows that changed or were sent. */
  #compare(from: Moment | undefined, to: Moment, replaced: ReadonlySet<string>, touched: ReadonlySet<RowName>): Finding[] {
    this.#counts.statesChecked += 1;
    const findings: Finding[] = [];
    const judge = (scope: string, rows: ScopeModel, name: RowName, views: ReadonlyMap<string, string>): void => {
      const [held, was] = [rows.get(name), views.get(scope)];
      if (held !== was)
        findings.push({
          rule: 'I2',
          detail: `${this.name}: ${scope}: ${name} at ${formatPosition(to.position)}\n      holds ${held ?? '(nothing)'}\n      was   ${was ?? '(nothing)'}`,
        });
    };
    const isNew = (scope: string): boolean => from === undefined || replaced.has(scope);
    for (const [scope, rows] of this.scopes)
      if (isNew(scope))
        for (const name of new Set([...this.#timeline.rowsOf(scope), ...rows.keys()]))
          judge(scope, rows, name, this.#timeline.at(name, to));
    if (from === undefined) return findings;
    for (const name of new Set([...this.#timeline.changedBetween(from, to), ...touched])) {
      const views = this.#timeline.at(name, to);
      for (const [scope, rows] of this.scopes) if (!isNew(scope)) judge(scope, rows, name, views);
    }
    return findings;
  }
}

function versionOf(body: string): number | undefined {
  const { version } = JSON.parse(body) as { version?: unknown };
  return typeof version === 'number' ? version : undefined;
}
