import { PROBLEMS, type ProblemCode } from '@elira/protocol';

/**
 * What a client does about a problem:
 *
 *   stop       give up until the application calls `start()` again; what is on the screen stays, with its age
 *   retry      come back after the backoff, from the last cursor
 *   reconnect  the same; nothing is wrong, the server merely asks to come again
 *   restart    forget the cursor and come back after the backoff; a fresh snapshot is swapped in
 */
export type ClientWord = 'stop' | 'retry' | 'reconnect' | 'restart';

/** What only the client can notice. The wire's own codes are in `@elira/protocol`. */
export const LOCAL_PROBLEMS = {
  unreachable: { title: 'The server cannot be reached.', client: 'retry' },
  closed: { title: 'The stream ended without a goodbye.', client: 'retry' },
  silent: { title: 'Nothing was heard for too long: the connection is dead or frozen.', client: 'retry' },
  stalled: { title: 'The connection lives, but brings nothing that leads on.', client: 'retry' },
  unexpected_answer: { title: 'Something answered that is not a sync server, perhaps a proxy.', client: 'retry' },
  rejected: { title: 'The request was refused without a reason that this client knows.', client: 'stop' },
  malformed_stream: { title: 'The stream broke the protocol.', client: 'retry' },
  batch_too_large: { title: 'One batch is larger than a client gathers.', client: 'restart' },
  scope_missing: { title: 'A scope was continued that this client does not hold.', client: 'restart' },
  protocol_unsupported: { title: 'The server speaks another version of the protocol: reload the application.', client: 'stop' },
  outcome_unknown: { title: 'The server could not tell whether it was done; it is asked again.', client: 'retry' },
  effect_failed: {
    title: 'What a change would look like could not be worked out; it is shown when the server has it.',
    client: 'retry',
  },
  offline_failed: { title: 'This device could not read or keep what it holds for use offline.', client: 'retry' },
  rows_differed: { title: 'Rows were held here that the database does not have so. They were mended.', client: 'retry' },
  callback_failed: { title: 'A listener of the application threw an error.', client: 'retry' },
} as const satisfies Record<string, { title: string; client: ClientWord }>;

export type LocalCode = keyof typeof LOCAL_PROBLEMS;

export type ClientProblem = {
  /** A code of `PROBLEMS`, of `LOCAL_PROBLEMS`, or of a newer server. */
  readonly code: string;
  readonly title: string;
  readonly client: ClientWord;
  readonly detail?: string;
  /** HTTP status, where the server answered with one. */
  readonly status?: number;
  /** The error behind it, for logs; never for screens. */
  readonly cause?: unknown;
};

export function localProblem(code: LocalCode, detail?: string, cause?: unknown): ClientProblem {
  const { title, client } = LOCAL_PROBLEMS[code];
  return { code, title, client, ...(detail === undefined ? {} : { detail }), ...(cause === undefined ? {} : { cause }) };
}

/** Statuses below 500 that pass by themselves: not yet deployed, timed out, too early, too many. */
const PASSING = new Set([404, 408, 425, 429]);

/**
 * What an answer other than a stream means. `document` is the parsed body, trusted in nothing: a code we know decides by
 * itself, a code of a newer server or a bare status decides by status.
 */
export function answeredProblem(status: number, document: unknown): ClientProblem {
  const { code, title, detail } = readDocument(document);
  if (code !== undefined && isProblemCode(code)) {
    const known = PROBLEMS[code];
    return { code, title: known.title, client: known.client, status, ...(detail === undefined ? {} : { detail }) };
  }
  const passing = status < 400 || status >= 500 || PASSING.has(status);
  const local = localProblem(passing ? 'unexpected_answer' : 'rejected', detail ?? `HTTP status ${status}`);
  return code === undefined ? { ...local, status } : { ...local, code, title: title ?? local.title, status };
}

/** An error that the stream itself shows; the connection is given up. */
export class StreamFault extends Error {
  readonly code: LocalCode;

  constructor(code: LocalCode, detail: string) {
    super(detail);
    this.name = 'StreamFault';
    this.code = code;
  }
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

function readDocument(value: unknown): { code?: string; title?: string; detail?: string } {
  if (typeof value !== 'object' || value === null) return {};
  const text = (name: string): string | undefined => {
    const field: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return typeof field === 'string' ? field : undefined;
  };
  const [code, title, detail] = [text('code'), text('title'), text('detail')];
  return {
    ...(code === undefined ? {} : { code }),
    ...(title === undefined ? {} : { title }),
    ...(detail === undefined ? {} : { detail }),
  };
}
