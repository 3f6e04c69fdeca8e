import type { Mutators } from '@elira/rules';
import { localProblem, type ClientProblem } from '../connect/client-problem.ts';
import type { Effect } from '../view/overlay.ts';
import { isShown, type PendingList, type PendingMutation } from './pending-mutation.ts';

/** What pending mutations show, as their mutators say. A failure is reported once for each mutation. */
export class Effects {
  readonly #mutators: Mutators<never>;
  readonly #userId: string;
  readonly #onProblem: (problem: ClientProblem) => void;
  readonly #known = new Map<string, Effect | undefined>();
  readonly #reported = new Set<string>();
  /** The last answer, and what it was about: most lists are the last one with a mutation more. */
  #list: PendingList = [];
  #effects: readonly Effect[] = [];

  constructor(mutators: Mutators<never>, userId: string, onProblem: (problem: ClientProblem) => void) {
    this.#mutators = mutators;
    this.#userId = userId;
    this.#onProblem = onProblem;
  }

  of(list: PendingList): readonly Effect[] {
    const known = this.#list.every((one, index) => one === list[index]) ? this.#list.length : 0;
    const more = list.slice(known).flatMap((one) => (isShown(one) ? (this.#effect(one) ?? []) : []));
    if (known === 0) this.#effects = more;
    else if (more.length > 0) this.#effects = [...this.#effects, ...more];
    this.#list = list;
    return this.#effects;
  }

  /** The mutation is over. */
  drop(id: string): void {
    this.#known.delete(id);
    this.#reported.delete(id);
  }

  failed(id: string, cause: unknown): void {
    if (this.#reported.has(id)) return;
    this.#reported.add(id);
    this.#onProblem(localProblem('effect_failed', undefined, cause));
  }

  #effect(one: PendingMutation): Effect | undefined {
    if (!this.#known.has(one.id)) this.#known.set(one.id, this.#make(one));
    return this.#known.get(one.id);
  }

  /** Mutations of an earlier version of the application may name what is not there any more; the server decides about them. */
  #make({ id, name, args, madeAt }: PendingMutation): Effect | undefined {
    const mutator = this.#mutators.get(name);
    const { optimistic } = mutator ?? {};
    if (mutator === undefined || optimistic === undefined) return undefined;
    try {
      const parsed: unknown = mutator.args.parse(args);
      return { id, changes: (rows) => optimistic(parsed as never, { userId: this.#userId, madeAt, rows }) };
    } catch (error) {
      this.failed(id, error);
      return undefined;
    }
  }
}
