import type { Limits } from '@elira/protocol';
import type { SyncMetrics } from './sync-metrics.ts';

/** What works for now, and should be looked at. */
export type HealthWarning = { readonly code: 'rotation_stuck' | 'transaction_open'; readonly detail: string };

/** Pure. */
export function indexWarnings(
  { stuck, oldestSeconds }: SyncMetrics['index'],
  { oldestTransactionSeconds }: Pick<Limits, 'oldestTransactionSeconds'>,
): HealthWarning[] {
  const warnings: HealthWarning[] = [];
  if (stuck)
    warnings.push({
      code: 'rotation_stuck',
      detail: 'The change index has come round to rows that may not go yet: it grows until the oldest transaction ends.',
    });
  if (oldestSeconds > oldestTransactionSeconds)
    warnings.push({
      code: 'transaction_open',
      detail: `A transaction has been open for ${Math.round(oldestSeconds)} s: the change index and VACUUM wait for it.`,
    });
  return warnings;
}
