import { prepareDatabase } from '../database/prepare-database.ts';
import { readFlags, say, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  usage: '',
  summary: 'bring the database to the version of this program, as a starting server does',
  run: async (args, config) => {
    readFlags(args, []);
    const applied = await withDatabase(config, ({ connection }) => prepareDatabase(connection, say));
    say(applied.length === 0 ? 'Nothing to do: the database is up to date.' : `Done: ${applied.length} migrations.`);
    return 0;
  },
};
