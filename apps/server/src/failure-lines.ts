import { MigrationFailure, PostgresFailure } from '@elira/postgres';
import { Problem } from '@elira/protocol';
import { ConfigError } from './config.ts';
import { OperatorError } from './operator-error.ts';

/** What a person at the terminal reads when a command cannot go on. Our own failures speak for themselves; a stack is for the others. */
export function failureLines(error: unknown): string {
  const ours =
    error instanceof OperatorError ||
    error instanceof ConfigError ||
    error instanceof Problem ||
    error instanceof PostgresFailure ||
    error instanceof MigrationFailure;
  if (ours) return `✗ ${error.message}`;
  return `✗ Something unforeseen went wrong.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
