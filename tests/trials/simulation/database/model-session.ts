import type { VirtualSocket } from '../network/virtual-socket.ts';
import { command, ModelError, type Answer } from './answer.ts';
import type { Cluster } from './cluster.ts';
import type { History } from './history.ts';
import type { Snapshot } from './snapshot.ts';
import type { Catalogue } from './statements/catalogue.ts';
import { runStatement } from './statements/run-statement.ts';
import * as wire from './wire-protocol.ts';

/** Milliseconds after which a statement that cannot go on is cancelled, as `statement_timeout` of the engine's sessions says. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** Milliseconds of work before and after a statement's snapshot, at most. */
const WORK_MS = 4;

type Step = {
  readonly kind: 'parse' | 'bind' | 'describe' | 'execute' | 'simple';
  readonly text: string;
  readonly values: (string | null)[];
};

/** One connection to the model, which speaks PostgreSQL's own protocol: pg does not know the difference. */
export class ModelSession {
  readonly #socket: VirtualSocket;
  readonly #cluster: Cluster;
  readonly #catalogue: Catalogue;
  readonly history: History;
  readonly #reader = new wire.MessageReader();
  readonly #statements = new Map<string, string>();
  readonly #requests: Step[][] = [];
  #steps: Step[] = [];
  #isBusy = false;
  #transaction: { snapshot: Snapshot | undefined } | undefined;
  #hasFailed = false;
  #stopListening: (() => void) | undefined;
  /** No statement goes on before then. */
  stuckUntil = 0;
  /** Whether it is the one on which a server reads changes. */
  isReader = false;

  constructor(socket: VirtualSocket, cluster: Cluster, catalogue: Catalogue) {
    this.#socket = socket;
    this.#cluster = cluster;
    this.#catalogue = catalogue;
    this.history = cluster.current;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.once('end', () => socket.end());
    socket.once('close', () => this.#stopListening?.());
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Whether a transaction is open, whose tables nobody may empty. */
  get isReading(): boolean {
    return this.#transaction !== undefined && !this.#socket.destroyed;
  }

  #take(chunk: Buffer): void {
    for (const { kind, body } of this.#reader.push(chunk)) {
      if (kind === 'startup') this.#greet(body);
      else if (kind === 'X') this.#socket.end();
      else this.#gather(kind, body);
    }
  }

  #greet(body: Buffer): void {
    this.isReader = body.includes('elira-reader');
    this.#socket.write(Buffer.concat([wire.GREETING, wire.ready('I')]));
  }

  #gather(kind: string, body: Buffer): void {
    if (kind === 'Q') {
      this.#steps.push({ kind: 'simple', text: wire.readTexts(body, 1).texts[0] ?? '', values: [] });
      this.#request();
    } else if (kind === 'P') {
      const [name = '', text = ''] = wire.readTexts(body, 2).texts;
      this.#statements.set(name, text);
      this.#steps.push({ kind: 'parse', text, values: [] });
    } else if (kind === 'B') {
      const { texts, at } = wire.readTexts(body, 2);
      this.#steps.push({ kind: 'bind', text: this.#statements.get(texts[1] ?? '') ?? '', values: wire.readValues(body, at) });
    } else if (kind === 'D' || kind === 'E') {
      const bound = this.#steps.findLast((step) => step.kind === 'bind');
      this.#steps.push({ kind: kind === 'D' ? 'describe' : 'execute', text: bound?.text ?? '', values: bound?.values ?? [] });
    } else if (kind === 'S') this.#request();
  }

  #request(): void {
    this.#requests.push(this.#steps);
    this.#steps = [];
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    const steps = this.#requests.shift();
    this.#isBusy = steps !== undefined;
    if (steps === undefined) return;
    const stuckMs = this.stuckUntil - this.#cluster.time.now;
    if (stuckMs > STATEMENT_TIMEOUT_MS)
      this.#socket.later(STATEMENT_TIMEOUT_MS, () => this.#send([wire.failure('57014', 'canceling statement')]));
    else this.#socket.later(Math.max(0, stuckMs) + this.#work(), () => this.#run(steps));
  }

  #run(steps: readonly Step[]): void {
    const parts: Buffer[] = [];
    let answer: Answer | undefined;
    try {
      for (const { kind, text, values } of steps) {
        if (kind === 'parse') parts.push(wire.PARSED);
        else if (kind === 'bind') parts.push(wire.BOUND);
        else {
          answer ??= this.#answer(text, values);
          const hasRows = answer.columns.length > 0;
          if (kind === 'describe' || (kind === 'simple' && hasRows))
            parts.push(hasRows ? wire.description(answer.columns) : wire.NO_DATA);
          if (kind !== 'describe') parts.push(...answer.rows.map((row) => wire.dataRow(row)), wire.complete(answer.tag));
        }
      }
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      this.#hasFailed = this.#transaction !== undefined;
      parts.push(wire.failure(error.code, error.message));
    }
    this.#socket.later(this.#work(), () => this.#send(parts));
  }

  #send(parts: readonly Buffer[]): void {
    if (!this.#socket.destroyed && !this.#socket.writableEnded)
      this.#socket.write(Buffer.concat([...parts, wire.ready(this.#hasFailed ? 'E' : this.#transaction ? 'T' : 'I')]));
    this.#next();
  }

  #answer(text: string, values: readonly (string | null)[]): Answer {
    const [verb = ''] = text.split(' ', 1);
    switch (verb) {
      case 'BEGIN':
        this.#transaction = { snapshot: undefined };
        return command('BEGIN');
      case 'COMMIT':
      case 'ROLLBACK':
        if (text.includes('SAVEPOINT')) break;
        this.#transaction = undefined;
        this.#hasFailed = false;
        return command(verb);
      case 'LISTEN':
        this.#listen();
        return command(verb);
      case 'NOTIFY':
        this.#cluster.ring();
        return command(verb);
      default:
    }
    if (text.startsWith('ROLLBACK TO')) this.#hasFailed = false;
    if (this.#hasFailed) throw new ModelError('25P02', 'current transaction is aborted');
    // None of these takes a snapshot.
    if (/^(?:SAVEPOINT|RELEASE|ROLLBACK TO|LOCK)/.test(text)) return command(verb);
    const taken = this.#transaction?.snapshot ?? this.history.snapshot();
    if (this.#transaction !== undefined) this.#transaction.snapshot = taken;
    const context = { cluster: this.#cluster, history: this.history, catalogue: this.#catalogue, snapshot: taken };
    return runStatement(text, values, context);
  }

  #listen(): void {
    this.#stopListening ??= this.#cluster.listen(() => {
      if (!this.#socket.destroyed && !this.#socket.writableEnded) this.#socket.write(wire.notification('sync_doorbell'));
    });
  }

  #work(): number {
    return this.#cluster.random.next() * WORK_MS;
  }
}
