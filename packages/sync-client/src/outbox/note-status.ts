import type { LedgerStatus } from './pending-mutation.ts';

/** Notes what a row of the ledger says of a mutation, if it says anything. */
export function noteStatus(
  statuses: Map<string, LedgerStatus>,
  id: string,
  row: { readonly [column: string]: unknown } | undefined,
): void {
  const status = row?.['status'];
  if (status === 'applied' || status === 'refused') statuses.set(id, status);
}
