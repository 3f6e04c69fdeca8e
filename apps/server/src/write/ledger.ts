import { Problem } from '@elira/protocol';
import type { Ledger, LedgerAnswer } from '@elira/sync-server';
import { errorCode } from '../database/connection.ts';

type Found = { readonly own: boolean; readonly status: LedgerAnswer['status']; readonly answer: LedgerAnswer['answer'] };

/** The table `mutations`, by the functions of sql/0016_write_door.sql. */
export const ledger: Ledger = {
  find: async (tx, id) => {
    const { rows } = await tx.query<Found>('SELECT own, status, answer FROM ledger_find($1)', [id]).catch((error: unknown) => {
      // Banned, or gone, since the request came.
      throw errorCode(error) === '42501' ? new Problem('not_signed_in', undefined, { cause: error }) : error;
    });
    const [found] = rows;
    if (found === undefined) return undefined;
    return found.own ? ({ status: found.status, answer: found.answer } as LedgerAnswer) : 'taken';
  },
  write: async (tx, id, name, { status, answer }) => {
    await tx.query('SELECT ledger_write($1, $2, $3, $4)', [id, name, status, JSON.stringify(answer)]);
  },
};
