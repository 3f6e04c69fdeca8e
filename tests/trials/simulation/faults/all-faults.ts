import { DATABASE_FAULTS } from './database-faults.ts';
import type { Fault } from './fault.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { PROCESS_FAULTS } from './process-faults.ts';

export const FAULTS: readonly Fault[] = [...NETWORK_FAULTS, ...PROCESS_FAULTS, ...DATABASE_FAULTS];
