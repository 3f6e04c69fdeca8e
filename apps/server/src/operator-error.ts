/**
 * Something that a person who runs Elira has to mend: what is wrong, then what to do, in words for the terminal. May name SQL to
 * run, and is never sent to a browser.
 */
export class OperatorError extends Error {
  constructor(what: string, remedy: string, options?: ErrorOptions) {
    super(`${what}\n${remedy}`, options);
    this.name = 'OperatorError';
  }
}
