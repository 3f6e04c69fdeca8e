import { readConfig } from '../config.ts';
import { failureLines } from '../failure-lines.ts';
import { UsageError, type Command } from './command.ts';
import { doctorCommand } from './doctor-command.ts';
import { explainCommand } from './explain-command.ts';
import { importCommand } from './import-command.ts';
import { migrateCommand } from './migrate-command.ts';
import { schemaCommand } from './schema-command.ts';
import { sqlCommand } from './sql-command.ts';
import { syncSqlCommand } from './sync-sql-command.ts';

const COMMANDS: readonly Command[] = [
  sqlCommand,
  migrateCommand,
  importCommand,
  doctorCommand,
  explainCommand,
  schemaCommand,
  syncSqlCommand,
];
const USAGE_EXIT = 2;

/** Runs what stands on the command line; returns the exit code. Messages go to standard error, results to standard output. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(help());
    return verb === undefined ? USAGE_EXIT : 0;
  }
  const command = COMMANDS.find(({ name }) => name === verb);
  if (command === undefined) {
    console.error(`✗ There is no command "${verb}".\n\n${help()}`);
    return USAGE_EXIT;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${usageOf(command)}\n\n${command.summary}\n`);
    return 0;
  }
  try {
    return await command.run(rest, readConfig(environment));
  } catch (error) {
    if (!(error instanceof UsageError)) {
      console.error(failureLines(error));
      return 1;
    }
    console.error(`✗ ${error.message}\n  ${usageOf(command)}`);
    return USAGE_EXIT;
  }
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name, usage }) => `${name} ${usage}`.length));
  const lines = COMMANDS.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`);
  return `npm run elira -- <command>\n\n${lines.join('\n')}\n  ${'help'.padEnd(width)}  this\n\nEnvironment: DATABASE_URL, or ELIRA_DATA for the folder of the embedded database (docs/operating.md).\n`;
}

function usageOf({ name, usage }: Command): string {
  return `npm run elira -- ${name} ${usage}`.trimEnd();
}
