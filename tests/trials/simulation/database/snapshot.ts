/** A snapshot as PostgreSQL takes it. Transaction ids are numbers: a simulation begins beyond 32 bits and ends far below 53. */
export type Snapshot = { readonly xmin: number; readonly xmax: number; readonly xip: readonly number[] };

/** Whether the snapshot holds what `xid` did, if that was committed. */
export function holds({ xmin, xmax, xip }: Snapshot, xid: number): boolean {
  if (xid < xmin) return true;
  return xid < xmax && !xip.includes(xid);
}

export function snapshotText({ xmin, xmax, xip }: Snapshot): string {
  return `${xmin}:${xmax}:${xip.join(',')}`;
}
