/** Microseconds of the monotonic clock, the same for all processes of this machine. */
export function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
