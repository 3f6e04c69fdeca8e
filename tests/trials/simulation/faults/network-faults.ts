import type { Random } from '@elira/testkit';
import { DATABASE_ADDRESS } from '../actors/simulated-server.ts';
import type { Link } from '../network/network.ts';
import type { Simulation } from '../simulation.ts';
import type { Fault } from './fault.ts';

function clientLink({ network }: Simulation, random: Random): Link | undefined {
  const links = network.links().filter(({ address }) => address !== DATABASE_ADDRESS);
  return links.length === 0 ? undefined : random.pick(links);
}

function databaseLink({ network }: Simulation, random: Random): Link | undefined {
  const links = network.links(DATABASE_ADDRESS);
  return links.length === 0 ? undefined : random.pick(links);
}

function cut(link: Link | undefined): string | undefined {
  if (link === undefined) return undefined;
  const [toServer, toClient] = link.lanes;
  return `${toServer.cut() + toClient.cut()} bytes lost`;
}

export const NETWORK_FAULTS: readonly Fault[] = [
  { name: 'a client’s connection breaks', weight: 5, strike: (simulation, random) => cut(clientLink(simulation, random)) },
  {
    name: 'a client’s connection breaks in the middle of a frame',
    weight: 4,
    strike({ network }) {
      const link = network
        .links()
        .find(({ address, lanes: [, toClient] }) => address !== DATABASE_ADDRESS && toClient.underWay > 0);
      return cut(link);
    },
  },
  {
    name: 'a client’s connection is half-open',
    weight: 2,
    strike(simulation, random) {
      const link = clientLink(simulation, random);
      for (const lane of link?.lanes ?? []) lane.isSilent = true;
      return link === undefined ? undefined : '';
    },
  },
  {
    name: 'a client hears nothing any more',
    weight: 2,
    strike(simulation, random) {
      const link = clientLink(simulation, random);
      if (link !== undefined) link.lanes[1].isSilent = true;
      return link === undefined ? undefined : '';
    },
  },
  {
    name: 'a client hears late',
    weight: 4,
    strike(simulation, random) {
      const link = clientLink(simulation, random);
      const ms = 200 + random.below(4_000);
      link?.lanes[1].stall(simulation.time.now + ms);
      return link === undefined ? undefined : `${ms} ms`;
    },
  },
  {
    name: 'a client is heard late',
    weight: 2,
    strike(simulation, random) {
      const link = clientLink(simulation, random);
      const ms = 200 + random.below(2_000);
      link?.lanes[0].stall(simulation.time.now + ms);
      return link === undefined ? undefined : `${ms} ms`;
    },
  },
  {
    name: 'a connection to the database breaks',
    weight: 3,
    strike: (simulation, random) => cut(databaseLink(simulation, random)),
  },
  {
    name: 'a connection to the database is half-open',
    weight: 0.5,
    strike(simulation, random) {
      const link = databaseLink(simulation, random);
      for (const lane of link?.lanes ?? []) lane.isSilent = true;
      return link === undefined ? undefined : '';
    },
  },
];
