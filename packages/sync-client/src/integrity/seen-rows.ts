import type { ScopeDelta } from '@elira/protocol';

/** Which rows the stream has spoken of since. What it says is newer than any answer that was asked for before. */
export class SeenRows {
  readonly #rows = new Set<string>();
  readonly #scopes = new Set<string>();

  readonly note = (deltas: readonly ScopeDelta[]): void => {
    for (const { scope, reset, put = {}, drop = {} } of deltas) {
      if (reset === true) this.#scopes.add(scope);
      for (const [table, rows] of Object.entries(put)) for (const [key] of rows) this.#rows.add(rowName(scope, table, key));
      for (const [table, keys] of Object.entries(drop)) for (const key of keys) this.#rows.add(rowName(scope, table, key));
    }
  };

  has(scope: string, table: string, key: string): boolean {
    return this.#scopes.has(scope) || this.#rows.has(rowName(scope, table, key));
  }
}

export function rowName(scope: string, table: string, key: string): string {
  return JSON.stringify([scope, table, key]);
}
