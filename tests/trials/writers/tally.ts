/** What the writers did, counted when it had happened. */
export class Tally {
  begun = 0;
  committed = 0;
  readonly happened = new Map<string, number>();
  /** SQLSTATE or message → how often a transaction ended in it. */
  readonly aborted = new Map<string, number>();

  count(name: string): void {
    this.happened.set(name, (this.happened.get(name) ?? 0) + 1);
  }

  abort(reason: string): void {
    this.aborted.set(reason, (this.aborted.get(reason) ?? 0) + 1);
  }
}
