import { SYNC_SQL } from '../database/sync-migration.ts';
import { readFlags, type Command } from './command.ts';

export const syncSqlCommand: Command = {
  name: 'sync:sql',
  usage: '[--schema | --capture]',
  summary: 'print the migration that captures changes as the rules say; the change index alone, or the triggers alone',
  run: async (args) => {
    const flags = readFlags(args, ['--schema', '--capture']);
    const both = flags.size !== 1;
    if (both || flags.has('--schema')) process.stdout.write(SYNC_SQL.schema());
    if (both || flags.has('--capture')) process.stdout.write(SYNC_SQL.capture());
    return 0;
  },
};
