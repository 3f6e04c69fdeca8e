/** What is needed of a browser's `localStorage`. */
export type Marks = {
  readonly getItem: (name: string) => string | null;
  readonly setItem: (name: string, value: string) => void;
  readonly removeItem: (name: string) => void;
};

/**
 * A word beside the database that something waits in it: browsers remove databases to make room, and what is gone with one would be gone
 * without a word. It says nothing of what waits. Where it cannot be kept, nothing is told.
 */
export class WaitingMark {
  readonly #name: string;
  readonly #marks: Marks | undefined;

  constructor(name: string, marks: Marks | undefined) {
    this.#name = `${name}-waits`;
    this.#marks = marks;
  }

  get isSet(): boolean {
    return this.#try((marks) => marks.getItem(this.#name) !== null) ?? false;
  }

  set(waits: boolean): void {
    this.#try((marks) => (waits ? marks.setItem(this.#name, '1') : marks.removeItem(this.#name)));
  }

  #try<T>(use: (marks: Marks) => T): T | undefined {
    try {
      return this.#marks && use(this.#marks);
    } catch {
      return undefined;
    }
  }
}

/** The browser's own. Asking for it may throw where a page may store nothing. */
export function browserMarks(): Marks | undefined {
  try {
    return (globalThis as { readonly localStorage?: Marks }).localStorage;
  } catch {
    return undefined;
  }
}
