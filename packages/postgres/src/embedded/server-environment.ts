import { dirname, join } from 'node:path';

/**
 * The environment PostgreSQL's programs get: none of the caller's (PGPORT, PGDATA, LC_ALL and their like would change what
 * we start), and the folder of libraries beside `program`, since not all of them say themselves where the others are.
 */
export function serverEnvironment(program: string): NodeJS.ProcessEnv {
  const libraries = join(dirname(dirname(program)), 'lib');
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  const base = { PATH: path, LC_ALL: 'C', HOME: '/' };
  // The list is separated by colons and knows no escape, so a path with one relies on the libraries' own hints.
  return process.platform !== 'linux' || libraries.includes(':') ? base : { ...base, LD_LIBRARY_PATH: libraries };
}
