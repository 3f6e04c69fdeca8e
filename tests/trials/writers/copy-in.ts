import type pg from 'pg';

/** The part of node-postgres' connection that COPY needs; it leaves these out of its types. */
type CopyConnection = pg.Connection & {
  readonly query: (text: string) => void;
  readonly sendCopyFromChunk: (chunk: Buffer) => void;
  readonly endCopyFrom: () => void;
};

/** `COPY … FROM STDIN` with all of its data at once. Resolves when the server has taken it. */
export function copyIn(sql: pg.Client, statement: string, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    sql.query(new CopyIn(statement, data, resolve, reject));
  });
}

/** COPY's text format: tabs between, NULL as \N. */
export function copyLine(values: readonly (string | null)[]): string {
  const escaped = values.map((value) =>
    value === null
      ? '\\N'
      : value.replace(/[\\\n\r\t\b\f\v]/g, (found) =>
          found === '\\' ? '\\\\' : `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`,
        ),
  );
  return `${escaped.join('\t')}\n`;
}

class CopyIn implements pg.Submittable {
  readonly #statement: string;
  readonly #data: string;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  #failed: unknown;

  constructor(statement: string, data: string, resolve: () => void, reject: (error: unknown) => void) {
    [this.#statement, this.#data, this.#resolve, this.#reject] = [statement, data, resolve, reject];
  }

  submit(connection: pg.Connection): void {
    (connection as CopyConnection).query(this.#statement);
  }

  handleCopyInResponse(connection: pg.Connection): void {
    (connection as CopyConnection).sendCopyFromChunk(Buffer.from(this.#data));
    (connection as CopyConnection).endCopyFrom();
  }

  handleCommandComplete(): void {
    // The answer counts when the server is ready for the next statement.
  }

  handleError(error: unknown): void {
    this.#failed = error;
    // A connection that is gone never becomes ready again.
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#failed === undefined) this.#resolve();
  }
}
