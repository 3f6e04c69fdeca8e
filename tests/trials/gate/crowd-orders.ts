import type pg from 'pg';
import type { TrialViewer } from '../viewers.ts';

/** What the process of a crowd is told; it answers each order when it is done. */
export type CrowdOrder =
  | {
      readonly kind: 'open';
      readonly viewers: readonly TrialViewer[];
      readonly target: number;
      readonly secret: string;
      readonly connection: pg.ClientConfig;
      readonly seed: number;
      readonly segment: string;
    }
  /** New connections go to this port; `move`: those there are end, and come back there. */
  | { readonly kind: 'aim'; readonly port: number; readonly move: boolean }
  /** Until everybody shows the marker. */
  | { readonly kind: 'wait'; readonly number: number; readonly banned: readonly string[]; readonly patienceMs: number }
  | { readonly kind: 'write stores'; readonly number: number }
  | { readonly kind: 'marked'; readonly number: number; readonly began: number }
  | { readonly kind: 'ended'; readonly fault: string }
  /** Strikes with this fault until it has struck so often, or for so long. */
  | {
      readonly kind: 'strike';
      readonly fault: string;
      readonly times: number;
      readonly patienceMs: number;
      readonly part: string;
    }
  | { readonly kind: 'close' };

export type CrowdAnswers = {
  readonly open: { readonly clients: number };
  readonly aim: { readonly moved: number };
  readonly wait: { readonly late: readonly { readonly client: string; readonly detail: string }[] };
  readonly 'write stores': object;
  readonly marked: { readonly healing: number };
  readonly ended: object;
  readonly strike: { readonly struck: number };
  readonly close: { readonly bytesScanned: number };
};

export type CrowdKind = CrowdOrder['kind'];
export type CrowdReply = { readonly id: number; readonly answer?: object; readonly error?: string };
