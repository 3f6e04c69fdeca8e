import { runDoctor } from '../doctor/run-doctor.ts';
import type { Examination } from '../doctor/finding.ts';
import { readOperatorToken, serverUrl } from '../explain/ask-server.ts';
import { readFlags, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  usage: '[--json]',
  summary:
    'look over the database and what runs on it: each fault with its code and what to do; ends with code 1 where there is one',
  run: async (args, config) => {
    const isJson = readFlags(args, ['--json']).has('--json');
    const server = { url: serverUrl(config, process.env['ELIRA_URL']), token: await readOperatorToken(config) };
    const examinations = await withDatabase(config, ({ connection }) => runDoctor(connection, server));
    const findings = examinations.flatMap((one) => one.findings);
    const faults = findings.filter(({ level }) => level === 'fault').length;
    process.stdout.write(
      isJson
        ? `${JSON.stringify({ faults, warnings: findings.length - faults, examinations }, null, 2)}\n`
        : `${doctorLines(examinations).join('\n')}\n`,
    );
    return faults > 0 ? 1 : 0;
  },
};

/** For a terminal. Pure. */
export function doctorLines(examinations: readonly Examination[]): string[] {
  const width = Math.max(...examinations.map(({ name }) => name.length));
  const findings = examinations.flatMap((one) => one.findings);
  const faults = findings.filter(({ level }) => level === 'fault').length;
  const mark = (one: Examination): string => {
    if (one.findings.some(({ level }) => level === 'fault')) return '✗';
    return one.findings.length > 0 ? '!' : '✓';
  };
  return [
    ...examinations.flatMap((one) => [
      `${mark(one)} ${one.name.padEnd(width)}  ${one.seen}`,
      ...one.findings.flatMap(({ code, level, what, remedy }) => [`    ${level} ${code}: ${what}`, `      ${remedy}`]),
    ]),
    '',
    faults > 0
      ? `${faults} ${faults === 1 ? 'fault' : 'faults'}, ${findings.length - faults} to keep an eye on.`
      : findings.length > 0
        ? `No fault; ${findings.length} to keep an eye on.`
        : 'All is well.',
  ];
}
