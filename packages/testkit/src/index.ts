export { scratchDatabase } from './scratch-database.ts';
export type { ScratchDatabase } from './scratch-database.ts';
