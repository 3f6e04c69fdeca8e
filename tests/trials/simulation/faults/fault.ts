import type { Random } from '@elira/testkit';
import type { Simulation } from '../simulation.ts';

/** Something that breaks. Tells what was done; undefined: it could not be done now, and nothing was. */
export type Fault = {
  readonly name: string;
  readonly weight: number;
  readonly strike: (simulation: Simulation, random: Random) => string | undefined;
};
