import { sqlPrompt } from '@elira/postgres';
import { readFlags, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const sqlCommand: Command = {
  name: 'sql',
  usage: '',
  summary:
    'a prompt on the database, as the user who owns everything; reads standard input too: echo "SELECT 1" | npm run elira -- sql',
  run: async (args, config) => {
    readFlags(args, []);
    return await withDatabase(config, async ({ url }) => {
      // Ctrl-C is the prompt's: it cancels a statement, and must not end this process before the database is put away.
      process.on('SIGINT', () => undefined);
      return await sqlPrompt({
        url,
        input: process.stdin,
        output: process.stdout,
        errors: process.stderr,
        isTerminal: process.stdin.isTTY,
      });
    });
  },
};
