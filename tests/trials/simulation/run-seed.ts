import type { Random } from '@elira/testkit';
import type { SimulatedClient } from './actors/simulated-client.ts';
import { weighted } from './actors/writer.ts';
import { replaceGlobals } from './clock/virtual-globals.ts';
import type { History } from './database/history.ts';
import { holds } from './database/snapshot.ts';
import { FAULTS } from './faults/all-faults.ts';
import type { Finding } from './judge/findings.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';

export type SeedResult = {
  readonly seed: number;
  readonly findings: readonly Finding[];
  readonly digest: string;
  readonly lines: number;
  readonly lastLines: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly rests: readonly Rest[];
  readonly virtualMs: number;
};

export type Rest = {
  /** Milliseconds from the last fault until every client had come to rest. */
  readonly ms: number;
  /** A line was dead without anybody having been told: that fault ends when somebody notices. */
  readonly isSilent: boolean;
};

export type SeedOptions = SimulationOptions & { readonly steps?: number };

const STEPS = 300;
/** Milliseconds before the first step. */
const FIRST_MS = 300;
/** Milliseconds in which everybody must have come to rest after the last fault. */
const HEAL_MS = 60_000;
/** Milliseconds after which everybody looks, and between two looks at everybody. */
const WAKE_MS = 500;
const LOOK_MS = 100;

const { begin } = replaceGlobals();

/** One seed, from the first step to the last judgement. */
export async function runSeed(seed: number, options: SeedOptions): Promise<SeedResult> {
  const simulation = new Simulation(seed, options);
  const { time, random, journal } = simulation;
  begin(time, random.fork('chance'));
  const rests: Rest[] = [];
  simulation.begin();
  await time.runUntil(FIRST_MS);
  if (options.isUndisturbed)
    await time.runUntil(HEAL_MS, () => simulation.clients.every(({ client }) => client.status === 'live'));
  const steps = options.steps ?? STEPS;
  const choices = random.fork('steps');
  for (let step = 1; step <= steps && journal.findings.length === 0; step += 1) {
    if (options.isUndisturbed) simulation.writers[0]?.writeAtOnce();
    else take(simulation, choices);
    await time.runUntil(time.now + pauseOf(choices));
    for (const { watch, actor } of simulation.clients) if (actor.state === 'running') watch.judgeAge();
    if (step % (steps / 2) === 0) rests.push(await rest(simulation, choices.chance(0.85)));
  }
  return {
    seed,
    findings: journal.findings,
    lines: journal.lines,
    lastLines: journal.lastLines(),
    digest: journal.digest(),
    counts: Object.fromEntries(journal.counts),
    rests,
    virtualMs: time.now,
  };
}

function take(simulation: Simulation, random: Random): void {
  const { journal, writers, clients } = simulation;
  const kind = weighted(
    [
      ['write', 10],
      ['mutate', 2],
      ['fault', 2],
    ] as const,
    random,
  );
  if (kind !== 'fault' && simulation.isQuiet) return;
  if (kind === 'write') journal.note('writer', random.pick(writers).step());
  else if (kind === 'mutate')
    random.pick(clients).write(
      weighted(
        [
          ['slate.write', 4],
          ['slate.count', 3],
          ['slate.refuse', 1],
        ] as const,
        random,
      ),
    );
  else {
    const fault = weighted(
      FAULTS.map((one) => [one, one.weight] as const),
      random,
    );
    const done = fault.strike(simulation, random);
    if (done === undefined) return;
    journal.note('FAULT', `${fault.name} ${done}`);
    journal.count(`fault: ${fault.name}`);
  }
}

function pauseOf(random: Random): number {
  const kind = random.next();
  if (kind < 0.3) return 0;
  if (kind < 0.9) return random.next() * 40;
  return random.next() * 400;
}

/** Everything that was broken is whole again, and nobody writes. */
async function rest(simulation: Simulation, isWoken: boolean): Promise<Rest> {
  const { time, cluster, clients, servers, journal, writes, network } = simulation;
  simulation.mend();
  const isSilent = network.hasSilence;
  const from = time.now;
  // A line that holds up bytes goes on with it: that fault is over when it lets them go.
  const healedAt = Math.max(from, network.stalledUntil);
  journal.note('world', `rests${isWoken ? ', and everybody looks' : ''}`);
  // Most would otherwise wait out what they took for a bad network; some do.
  if (isWoken) simulation.after(WAKE_MS, () => clients.forEach((client) => client.wake()));
  let rested = false;
  while (!rested && time.now < from + HEAL_MS) {
    await time.runUntil(time.now + LOOK_MS);
    rested = writes.open() === 0 && clients.every((client) => isAtRest(client, cluster.current));
  }
  if (rested) writes.judge();
  else {
    for (const { name, client, watch } of clients)
      journal.note(
        name,
        `is ${client.status} at ${watch.place?.key ?? '-'}, ${client.outbox.unsent} to send ${client.problem?.code ?? ''}`,
      );
    journal.note('servers', servers.map(({ name, engine }) => `${name} ${JSON.stringify(engine.health())}`).join(' '));
    journal.fail('I11', `not everybody came to rest in ${HEAL_MS} ms; ${writes.open()} writes are open`);
  }
  return { ms: Math.max(0, time.now - healedAt), isSilent };
}

/** Whether it has sent all it has, and shows all there is. */
function isAtRest({ client, watch: { place } }: SimulatedClient, history: History): boolean {
  if (client.outbox.unsent > 0 || client.status !== 'live' || client.cursor === undefined || place?.history !== history)
    return false;
  // Upkeep changes nothing that anybody could be shown: of that nobody need have heard.
  return history.commits.every(
    ({ xid }) => holds(place.snapshot, xid) || !history.changes.some((change) => change.xid === xid && change.tableId !== 0),
  );
}
