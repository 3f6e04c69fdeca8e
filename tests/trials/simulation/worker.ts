import { runSeed } from './run-seed.ts';
for (const seed of process.argv.slice(2).map(Number)) {
  const t = process.cpuUsage();
  const r = await runSeed(seed, { faults: true });
  const c = process.cpuUsage(t);
  console.log(
    seed,
    r.digest,
    r.lines,
    r.findings.length,
    Math.round((c.user + c.system) / 1000),
    'ms cpu',
    Math.round(r.virtualMs),
    r.healMs.map(Math.round).join(','),
    JSON.stringify(r.counts.states),
  );
  if (r.findings.length > 0) {
    console.log(r.lastLines.join('\n'));
    console.log(r.findings.slice(0, 5));
  }
}
