/** Microseconds of the monotonic clock, the same for all processes of this machine. */
export function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Milliseconds of CPU time that this process has had. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
