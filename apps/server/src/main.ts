import { DEMO_PASSWORD } from './auth/demo-accounts.ts';
import { readConfig } from './config.ts';
import { failureLines } from './failure-lines.ts';
import { openLog } from './open-log.ts';
import { startServer, type RunningServer } from './start-server.ts';

/** Milliseconds an orderly stop may take before the process ends anyway. */
const STOP_MS = 40_000;

await main();

async function main(): Promise<void> {
  let server: RunningServer;
  let interrupted = false;
  const early = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    say('Stopping as soon as the start is through (Ctrl-C again stops at once)');
  };
  process.on('SIGINT', early).on('SIGTERM', early);
  try {
    const config = readConfig(process.env);
    server = await startServer(config, openLog(config), say);
  } catch (error) {
    console.error(failureLines(error));
    process.exit(1);
  }
  process.off('SIGINT', early).off('SIGTERM', early);
  if (interrupted) return await stop(server);
  stopOnSignals(server);
  for (const line of welcome(server)) console.log(line);
}

function stopOnSignals(server: RunningServer): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) {
      console.error('✗ Stopped at once. The database recovers at the next start.');
      process.exit(130);
    }
    stopping = true;
    say('Stopping (Ctrl-C again stops at once)');
    void stop(server);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}

async function stop(server: RunningServer): Promise<void> {
  setTimeout(() => {
    console.error('✗ Some part did not stop in time; ended anyway.');
    process.exit(1);
  }, STOP_MS).unref();
  await server.stop();
  process.exit(0);
}

function welcome({ url, psqlCommand, tokenFile, demoAccounts }: RunningServer): string[] {
  const from = process.env['ELIRA_URL'] ?? (url === 'http://127.0.0.1:3000' ? '' : `ELIRA_URL=${url} `);
  return [
    '',
    `Elira is ready at ${url}`,
    '',
    `  SQL      npm run elira -- sql${psqlCommand === undefined ? '' : `   or   ${psqlCommand}`}`,
    `  follow   ${from}node --conditions=source --import tsx examples/tail.ts`,
    ...(tokenFile === undefined ? [] : [`  token    ${tokenFile} (the operator's: it shows drafts as well)`]),
    ...(demoAccounts.length === 0 ? [] : ['', `  sign in  with the password ${DEMO_PASSWORD} as`]),
    ...demoAccounts.map((email) => `           ${email}`),
    '',
    '  stop     Ctrl-C',
    '',
  ];
}

function say(line: string): void {
  console.error(`elira  ${line}`);
}
