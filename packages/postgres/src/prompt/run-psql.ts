import { execFile, spawn } from 'node:child_process';

/** Whether a psql that starts is on the PATH. */
export function hasPsql(): Promise<boolean> {
  return new Promise((resolve) => execFile('psql', ['--version'], { timeout: 10_000 }, (error) => resolve(error === null)));
}

/**
 * Hands terminal, input and output over to psql, and tells the exit code: 1 for any error. The password goes by the
 * environment, where other users cannot read it.
 */
export function runPsql(url: string, isTerminal: boolean): Promise<number> {
  const { shown, password } = withoutPassword(url);
  const forScripts = ['-X', '-q', '-v', 'ON_ERROR_STOP=1'];
  const env = password === undefined ? process.env : { ...process.env, PGPASSWORD: password };
  const psql = spawn('psql', [...(isTerminal ? [] : forScripts), shown], { stdio: 'inherit', env });
  // Ctrl-C is psql's: it cancels a query there, and must not end us.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise((resolve) => {
    const end = (code: number): void => {
      process.off('SIGINT', ignore);
      resolve(code === 0 ? 0 : 1);
    };
    psql.once('error', () => end(1));
    psql.once('exit', (code) => end(code ?? 1));
  });
}

/** Takes the password out of a libpq URL. Pure. */
export function withoutPassword(url: string): { readonly shown: string; readonly password: string | undefined } {
  const match = /^([a-z]+:\/\/[^/@:]*):([^@]*)@(.*)$/s.exec(url);
  if (match === null) return { shown: url, password: undefined };
  const [, before = '', password = '', after = ''] = match;
  return { shown: `${before}@${after}`, password: decodeURIComponent(password) };
}
