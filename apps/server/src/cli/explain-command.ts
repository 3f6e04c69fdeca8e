import { askServer, readOperatorToken, serverUrl } from '../explain/ask-server.ts';
import { explainLines } from '../explain/explain-lines.ts';
import { explainRow, findSubject } from '../explain/explain-row.ts';
import { OperatorError } from '../operator-error.ts';
import { rules } from '../rules.ts';
import { UsageError, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const explainCommand: Command = {
  name: 'explain',
  usage: '<user> <table> <id> [--json]',
  summary:
    'why a person (by id or e-mail address) does or does not have a row: rule, membership, row-level security, and what their streams were sent',
  run: async (args, config) => {
    const isJson = args.includes('--json');
    const [who, name, key, ...more] = args.filter((arg) => arg !== '--json');
    if (who === undefined || name === undefined || key === undefined || more.length > 0 || who.startsWith('--'))
      throw new UsageError('It takes a person, a table and the id of a row.');
    const table = rules.tables.find((one) => one.name === name);
    if (table === undefined) {
      const names = rules.tables.map((one) => one.name).toSorted();
      throw new OperatorError(`No table "${name}" is synchronised.`, `Those that are: ${names.join(', ')}.`);
    }
    const explanation = await withDatabase(config, async ({ connection }) => {
      const person = await findSubject(connection, who);
      if (person === undefined)
        throw new OperatorError(
          `There is nobody with the id or e-mail address "${who}".`,
          'SELECT id, email FROM users; tells who there is.',
        );
      return await explainRow(connection, { person, table, key });
    });
    const token = await readOperatorToken(config);
    const sent = await askServer(serverUrl(config, process.env['ELIRA_URL']), token, {
      user: explanation.person.id,
      table: name,
      key,
    });
    process.stdout.write(
      isJson ? `${JSON.stringify({ ...explanation, sent }, null, 2)}\n` : `${explainLines(explanation, sent).join('\n')}\n`,
    );
    return 0;
  },
};
