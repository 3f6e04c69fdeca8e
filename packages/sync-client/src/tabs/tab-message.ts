import { PROTOCOL_VERSION, type ScopeKey } from '@elira/protocol';
import type { ClientProblem } from '../connect/client-problem.ts';
import type { ReadyBatch } from '../ingest/stream-session.ts';
import type { Places } from './places.ts';

/** Form of what tabs tell each other. Tabs of another form, or with another version of the protocol, are strangers. */
export const TABS_FORM = 1;
export const TAB_MARK = `elira-tabs-${TABS_FORM}.${PROTOCOL_VERSION}`;

/** A step of the leader's store. The age stands in for the time of a clock that each tab has of its own. */
export type SharedStep =
  | {
      readonly kind: 'apply';
      readonly batch: Omit<ReadyBatch, 'freshAt'>;
      readonly ageMs: number | undefined;
      readonly told: boolean;
    }
  | { readonly kind: 'withdraw'; readonly scopes: readonly ScopeKey[] };

export type TabWord =
  /** From a leader: it leads from now on; whoever follows joins it. */
  | { readonly kind: 'lead' }
  /** Its answer to `join`: what leads from the cursor that was named to where it is, after the step of that number. */
  | {
      readonly kind: 'come';
      readonly to: string;
      readonly number: number;
      readonly steps: readonly SharedStep[];
      /** Where it has been. */
      readonly way: Places;
      /** Whether it is live; otherwise what comes is only as fresh as it says. */
      readonly live: boolean;
    }
  | { readonly kind: 'step'; readonly number: number; readonly step: SharedStep }
  /** The other answer to `join`: whoever joined is further on, and is to lead. */
  | { readonly kind: 'yours'; readonly to: string }
  /** Its answer to `ask`. */
  | { readonly kind: 'here'; readonly to: string; readonly number: number }
  /** Its connection is gone, or is there again. */
  | { readonly kind: 'trouble'; readonly problem: ClientProblem }
  | { readonly kind: 'live' }
  /** From a follower, which stands at this cursor, and has been there. */
  | { readonly kind: 'join'; readonly cursor?: string; readonly way: Places }
  | { readonly kind: 'ask' }
  /** Somebody looks at it again: what the leader puts off is to be done now. */
  | { readonly kind: 'wake' }
  /** From either: it goes. */
  | { readonly kind: 'bye' };

export type TabMessage = TabWord & {
  readonly mark: string;
  /** The follower's own name, or that of this leadership. */
  readonly from: string;
  /** Wall clock of the browser: how long a message lay in a tab that stood still. */
  readonly at: number;
};

const KINDS: ReadonlySet<unknown> = new Set<TabWord['kind']>([
  'lead',
  'come',
  'step',
  'yours',
  'here',
  'trouble',
  'live',
  'join',
  'ask',
  'wake',
  'bye',
]);

/** What came over the channel, or undefined where it is not of our kind: another version of the application speaks there. */
export function readTabMessage(value: unknown): TabMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mark, from, at, kind } = value as { readonly [name: string]: unknown };
  if (mark !== TAB_MARK || typeof from !== 'string' || typeof at !== 'number' || !KINDS.has(kind)) return undefined;
  return value as TabMessage;
}

/** Name of what these tabs share: one for each person, address and set of scopes, and for each form of what is said there. */
export function roomName(owner: string, url: string, scopes: readonly string[] = []): string {
  return [TAB_MARK, ...[owner, url, ...scopes.toSorted()].map(encodeURIComponent)].join(' ');
}
