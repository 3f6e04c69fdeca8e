import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import pg from 'pg';
import { formatError, formatResult } from './format-result.ts';
import { EMPTY_PROMPT, endOfInput, feedLine, promptText } from './prompt-lines.ts';
import type { PromptAction, PromptState } from './prompt-lines.ts';
import { hasPsql, runPsql } from './run-psql.ts';
import { runQuery } from './run-query.ts';

/*
 *   lines ─▶ statements and backslash commands ─▶ PostgreSQL ─▶ aligned tables, errors with their SQLSTATE
 *
 * The promise: what is typed is run once, in order; input that is not a terminal stops at its first error with exit code 1.
 */

export type PromptOptions = {
  /** A libpq URL. */
  readonly url: string;
  readonly input: Readable;
  readonly output: Writable;
  /** Where errors and notices go; `output` unless told. */
  readonly errors?: Writable;
  readonly isTerminal: boolean;
  /** False keeps to the prompt of ours even where psql is installed. */
  readonly usePsql?: boolean;
};

const HELP = `End a statement with ; to run it. \\d lists tables, \\d NAME shows one, \\q leaves.\n`;

/** Serves a prompt, or runs what comes in, until the input ends. Resolves to the exit code. */
export async function sqlPrompt(options: PromptOptions): Promise<number> {
  const ownStreams = options.input === process.stdin && options.output === process.stdout;
  if (ownStreams && options.usePsql !== false && (await hasPsql())) return await runPsql(options.url, options.isTerminal);
  const client = new pg.Client(options.url);
  const errors = options.errors ?? options.output;
  client.on('error', (error) => errors.write(`The connection is lost: ${error.message}\n`));
  client.on('notice', ({ severity, message }) => errors.write(`${severity ?? 'NOTICE'}:  ${message ?? ''}\n`));
  client.on('notification', ({ channel, payload, processId }) => {
    const told = payload === undefined || payload === '' ? '' : ` with payload "${payload}"`;
    options.output.write(`Notification "${channel}"${told} from process ${processId}\n`);
  });
  try {
    await client.connect();
  } catch (error) {
    errors.write(`No connection to PostgreSQL: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  try {
    return await new Session(options, client, errors).run();
  } finally {
    await client.end().catch(() => undefined);
  }
}

class Session {
  readonly #options: PromptOptions;
  readonly #client: pg.Client;
  readonly #errors: Writable;
  #state: PromptState = EMPTY_PROMPT;
  #busy = false;

  constructor(options: PromptOptions, client: pg.Client, errors: Writable) {
    this.#options = options;
    this.#client = client;
    this.#errors = errors;
  }

  async run(): Promise<number> {
    const { input, output, isTerminal } = this.#options;
    const lines = createInterface(isTerminal ? { input, output, terminal: true } : { input });
    if (isTerminal) output.write(HELP);
    lines.on('SIGINT', () => this.#interrupt(lines));
    this.#showPrompt(lines);
    try {
      for await (const line of lines) {
        const step = feedLine(this.#state, line);
        this.#state = step.state;
        const end = await this.#actAll(step.actions);
        if (end !== undefined) return end;
        this.#showPrompt(lines);
      }
      return (await this.#actAll(endOfInput(this.#state))) ?? 0;
    } finally {
      lines.close();
    }
  }

  #showPrompt(lines: Interface): void {
    if (!this.#options.isTerminal) return;
    lines.setPrompt(promptText(this.#client.database ?? '', this.#state));
    lines.prompt();
  }

  /** Ctrl-C cancels what runs, or else forgets what was typed. */
  #interrupt(lines: Interface): void {
    if (this.#busy) {
      void this.#cancel();
      return;
    }
    this.#state = EMPTY_PROMPT;
    this.#options.output.write('^C\n');
    this.#showPrompt(lines);
  }

  async #cancel(): Promise<void> {
    const helper = new pg.Client(this.#options.url);
    try {
      await helper.connect();
      await helper.query('SELECT pg_cancel_backend($1)', [backendPid(this.#client)]);
    } catch (error) {
      this.#errors.write(`Could not cancel: ${error instanceof Error ? error.message : String(error)}\n`);
    } finally {
      await helper.end().catch(() => undefined);
    }
  }

  /** The exit code when it is time to leave, undefined to go on. */
  async #actAll(actions: readonly PromptAction[]): Promise<number | undefined> {
    for (const action of actions) {
      if (action.kind === 'quit') return 0;
      const done = await this.#act(action);
      if (!done && !this.#options.isTerminal) return 1;
    }
    return undefined;
  }

  async #act(action: Exclude<PromptAction, { kind: 'quit' }>): Promise<boolean> {
    switch (action.kind) {
      case 'run':
        return await this.#show(action.sql);
      case 'relations':
        return await this.#show(await sqlFile('prompt-relations.sql'));
      case 'columns':
        return await this.#show(await sqlFile('prompt-columns.sql'), [action.table]);
      case 'help':
        this.#options.output.write(HELP);
        return true;
      case 'unknown':
        this.#errors.write(`${action.command} is not known here. ${HELP}`);
        return false;
    }
  }

  async #show(sql: string, parameters: readonly string[] = []): Promise<boolean> {
    this.#busy = true;
    try {
      this.#options.output.write(formatResult(await runQuery(this.#client, sql, parameters)));
      return true;
    } catch (error) {
      this.#errors.write(error instanceof pg.DatabaseError ? formatError(error, sql) : `${String(error)}\n`);
      return false;
    } finally {
      this.#busy = false;
    }
  }
}

function backendPid(client: pg.Client): number {
  const pid: unknown = Reflect.get(client, 'processID');
  return typeof pid === 'number' ? pid : 0;
}

async function sqlFile(name: string): Promise<string> {
  return await readFile(new URL(`../../sql/${name}`, import.meta.url), 'utf8');
}
