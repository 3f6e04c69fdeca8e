import type { Random } from '@elira/testkit';
import { DATABASE_ADDRESS, type SimulatedServer } from '../actors/simulated-server.ts';
import type { Simulation } from '../simulation.ts';
import type { Fault } from './fault.ts';

const HOUR_MS = 3_600_000;

function running({ servers }: Simulation, random: Random): SimulatedServer | undefined {
  const found = servers.filter(({ actor }) => actor.state === 'running');
  return found.length === 0 ? undefined : random.pick(found);
}

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'a server is killed',
    weight: 2,
    strike(simulation, random) {
      const server = running(simulation, random);
      if (server === undefined) return undefined;
      simulation.killServer(server);
      simulation.after(100 + random.below(1_500), () => simulation.startServer(server.name));
      return server.name;
    },
  },
  {
    name: 'a server is restarted',
    weight: 1.5,
    strike(simulation, random) {
      const server = running(simulation, random);
      if (server === undefined) return undefined;
      server.stop();
      simulation.after(800, () => simulation.replaceServer(server));
      return server.name;
    },
  },
  {
    name: 'a server stands still',
    weight: 1.5,
    strike(simulation, random) {
      const server = running(simulation, random);
      if (server === undefined) return undefined;
      const ms = 300 + random.below(4_000);
      simulation.time.freeze(server.actor);
      simulation.after(ms, () => simulation.time.thaw(server.actor));
      return `${server.name} for ${ms} ms`;
    },
  },
  {
    name: 'a reader hears nothing from the database',
    weight: 2,
    strike(simulation, random) {
      const ms = 300 + random.below(random.chance(0.1) ? 14_000 : 3_000);
      const sessions = simulation.openSessions();
      if (sessions.length === 0) return undefined;
      random.pick(sessions).stuckUntil = simulation.time.now + ms;
      return `${ms} ms`;
    },
  },
  {
    name: 'a server falls behind, and clients are moved',
    weight: 1,
    strike(simulation, random) {
      const readers = simulation.openSessions().filter(({ isReader }) => isReader);
      if (readers.length < 2) return undefined;
      const ms = 1_500 + random.below(2_000);
      random.pick(readers).stuckUntil = simulation.time.now + ms;
      // By then it has missed something, and who comes to it has seen that.
      simulation.after(ms / 4, () => {
        for (const { address, lanes } of simulation.network.links())
          if (address !== DATABASE_ADDRESS) for (const lane of lanes) lane.cut();
      });
      return `for ${ms} ms`;
    },
  },
  {
    name: 'a page is frozen',
    weight: 2,
    strike({ clients, time, after }, random) {
      const { actor, name } = random.pick(clients);
      const ms = 300 + random.below(6_000);
      time.freeze(actor);
      after(ms, () => time.thaw(actor));
      return `${name} for ${ms} ms`;
    },
  },
  {
    name: 'a page is loaded anew',
    weight: 2,
    strike({ clients }, random) {
      const client = random.pick(clients);
      if (client.actor.state !== 'running') return undefined;
      client.reload();
      return client.name;
    },
  },
  {
    name: 'a client rests',
    weight: 2,
    strike({ clients, after }, random) {
      const client = random.pick(clients);
      const ms = 100 + random.below(4_000);
      client.stop();
      after(ms, () => client.start());
      return `${client.name} for ${ms} ms`;
    },
  },
  {
    name: 'somebody looks again',
    weight: 1,
    strike({ clients }, random) {
      const client = random.pick(clients);
      client.wake();
      return client.name;
    },
  },
  {
    name: 'a client’s clock is set',
    weight: 1.5,
    strike({ clients }, random) {
      const { actor, name } = random.pick(clients);
      // Within the day by which an id may be ahead.
      actor.wallOffsetMs = (random.next() - 0.5) * 40 * HOUR_MS;
      return `${name} to ${Math.round(actor.wallOffsetMs / 1000)} s`;
    },
  },
  {
    name: 'a server’s clock is set',
    weight: 1,
    strike({ servers }, random) {
      const { actor, name } = random.pick(servers);
      actor.wallOffsetMs = (random.next() - 0.5) * 2 * HOUR_MS;
      return `${name} to ${Math.round(actor.wallOffsetMs / 1000)} s`;
    },
  },
];
