import type { Config } from '../config.ts';

/** One verb of `npm run elira -- <verb>`. */
export type Command = {
  readonly name: string;
  /** As in the help: options and what they take. */
  readonly usage: string;
  readonly summary: string;
  /** Resolves to the exit code. Throws `UsageError` for arguments it does not take. */
  readonly run: (args: readonly string[], config: Config) => Promise<number>;
};

/** The arguments make no sense: the message says which, and the command's usage follows it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The arguments that `known` holds, each at most once. Throws `UsageError` for any other. */
export function readFlags<Flag extends string>(args: readonly string[], known: readonly Flag[]): ReadonlySet<Flag> {
  const found = new Set<Flag>();
  for (const arg of args) {
    const flag = known.find((one) => one === arg);
    if (flag === undefined) throw new UsageError(`It does not take "${arg}".`);
    found.add(flag);
  }
  return found;
}

/** Lines about what is going on, apart from what a command prints. */
export function say(line: string): void {
  console.error(`elira  ${line}`);
}
