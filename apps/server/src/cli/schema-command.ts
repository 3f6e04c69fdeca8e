import { writeFile } from 'node:fs/promises';
import { asRole, withClient } from '../database/connection.ts';
import { dumpedSchema, SCHEMA_FILE } from '../database/dumped-schema.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { readFlags, say, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const schemaCommand: Command = {
  name: 'schema',
  usage: '[--write]',
  summary: 'print what the migrations make of the database; --write keeps it in sql/schema.sql',
  run: async (args, config) => {
    const write = readFlags(args, ['--write']).has('--write');
    return await withDatabase(config, async ({ connection }) => {
      await prepareDatabase(connection, say);
      const text = await withClient(asRole(connection, 'elira_owner'), dumpedSchema);
      if (write) {
        await writeFile(SCHEMA_FILE, text);
        say(`Written to ${SCHEMA_FILE}`);
      } else {
        process.stdout.write(text);
      }
      return 0;
    });
  },
};
