/**
 * When what was read is known to have been the database's, in milliseconds of one clock. A read proves that PostgreSQL answers; that it is
 * still the primary, and that capture works, is proven by a write that a read has seen: the heartbeat, or any other. A primary that others have
 * left behind answers as happily as before, and takes no more heartbeats: then its reads count for nothing.
 */
export function provenAt({
  readAt,
  writeSeenAt,
  patienceMs,
}: {
  /** When the last successful read began. */
  readonly readAt: number;
  /** When the read began that saw a write last, or when reading began. */
  readonly writeSeenAt: number;
  /** How long no write may be seen. */
  readonly patienceMs: number;
}): number {
  return readAt - writeSeenAt <= patienceMs ? readAt : writeSeenAt;
}
