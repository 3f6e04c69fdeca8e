import { writeSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import pg from 'pg';

/**
 * Named points at which a server of the trial kills itself with SIGKILL, when TRIAL_DIE_AT names one. Nothing of it is in what is tried: the
 * points lie in this process's own handler, in the response it hands over, and in the client of the database that everybody shares.
 */
export const DEATHS = [
  'after the commit, before the answer',
  'in the middle of a frame',
  'between a snapshot and its first edge',
  'while a read is under way',
  'while a new start is logged',
] as const;
export type Death = (typeof DEATHS)[number];

const point = process.env['TRIAL_DIE_AT'] ?? '';
/** Bytes from which on a piece of the stream is a frame worth cutting, and frames that pass before that. */
const FRAME_BYTES = 600;
const FRAMES_BEFORE = 12;
const READS_BEFORE = 40;
/** The word on standard error that proves where it died. */
export const DIED_AT = 'dies here: ';

/** Does nothing anywhere but at the point that was named. */
export function dieHere(here: Death): void {
  if (point !== here) return;
  writeSync(2, `${JSON.stringify({ message: `${DIED_AT}${here}` })}\n`);
  process.kill(process.pid, 'SIGKILL');
  // Until the signal is there.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

let frames = 0;
let isDying = false;

/** Passes everything on; at the point in the middle of a frame half of one. */
export function dyingInAFrame(response: ServerResponse): ServerResponse {
  const { socket } = response;
  if (point !== 'in the middle of a frame' || socket === null) return response;
  const write = socket.write.bind(socket) as (chunk: unknown, ...rest: unknown[]) => boolean;
  const cut = (chunk: unknown, ...rest: unknown[]): boolean => {
    // Half a frame was the last that anybody got.
    if (isDying) return true;
    if (!(typeof chunk === 'string' || Buffer.isBuffer(chunk)) || chunk.length < FRAME_BYTES) return write(chunk, ...rest);
    frames += 1;
    if (frames <= FRAMES_BEFORE) return write(chunk, ...rest);
    isDying = true;
    return write(chunk.slice(0, chunk.length >> 1), () => dieHere('in the middle of a frame'));
  };
  Object.assign(socket, { write: cut });
  return response;
}

/** Statements of the engine after whose answers it dies. */
const STATEMENTS: Readonly<
  Partial<Record<Death, { readonly begins: string; readonly before: number; readonly answered: boolean }>>
> = {
  'between a snapshot and its first edge': {
    begins: 'SELECT pg_current_snapshot()::text AS at, (SELECT i.id',
    before: 3,
    answered: true,
  },
  'while a read is under way': { begins: 'WITH w AS MATERIALIZED', before: READS_BEFORE, answered: false },
  'while a new start is logged': { begins: 'SELECT sync.log_start', before: 0, answered: true },
};

/** Looks at every statement of this process, where the point is one of them. */
export function dieAtStatements(): void {
  const death = DEATHS.find((name) => name === point);
  const at = death === undefined ? undefined : STATEMENTS[death];
  if (death === undefined || at === undefined) return;
  let seen = 0;
  const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  const watched = function (this: pg.Client, ...args: unknown[]): unknown {
    const [first] = args;
    const text = typeof first === 'string' ? first : (first as { readonly text?: string } | undefined)?.text;
    const answer = query.apply(this, args);
    if (text?.trimStart().startsWith(at.begins) === true && ++seen > at.before) {
      if (at.answered) void Promise.resolve(answer).then(() => dieHere(death));
      else setImmediate(() => dieHere(death));
    }
    return answer;
  };
  Object.assign(pg.Client.prototype, { query: watched });
}
