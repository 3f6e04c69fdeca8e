import { splitSql } from '../sql-text/split-sql.ts';
import type { SqlInside } from '../sql-text/split-sql.ts';

/** What a line typed at the prompt asks for. */
export type PromptAction =
  | { readonly kind: 'run'; readonly sql: string }
  | { readonly kind: 'quit' }
  | { readonly kind: 'relations' }
  | { readonly kind: 'columns'; readonly table: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'unknown'; readonly command: string };

/** Text so far without its ending semicolon. */
export type PromptState = { readonly text: string; readonly inside: SqlInside };
export type PromptStep = { readonly state: PromptState; readonly actions: readonly PromptAction[] };

export const EMPTY_PROMPT: PromptState = { text: '', inside: 'nothing' };

/** Takes one line in. A backslash command counts only where no statement is begun. Pure. */
export function feedLine(state: PromptState, line: string): PromptStep {
  if (state.inside === 'nothing' && line.trimStart().startsWith('\\'))
    return { state: EMPTY_PROMPT, actions: [command(line.trim())] };
  const { statements, rest, inside } = splitSql(`${state.text}${line}\n`);
  const actions = statements.map((statement): PromptAction => ({ kind: 'run', sql: statement.text }));
  return { state: inside === 'nothing' ? EMPTY_PROMPT : { text: rest, inside }, actions };
}

/** At the end of the input a last statement may lack its semicolon. Pure. */
export function endOfInput(state: PromptState): readonly PromptAction[] {
  return state.inside === 'nothing' ? [] : [{ kind: 'run', sql: state.text.trim() }];
}

function command(line: string): PromptAction {
  const [name = '', argument = ''] = line.split(/\s+/, 2);
  switch (name) {
    case '\\q':
      return { kind: 'quit' };
    case '\\d':
      return argument === '' ? { kind: 'relations' } : { kind: 'columns', table: argument.replace(/;$/, '') };
    case '\\dt':
      return { kind: 'relations' };
    case '\\?':
    case '\\h':
      return { kind: 'help' };
    default:
      return { kind: 'unknown', command: name };
  }
}

const MARKS: Readonly<Record<SqlInside, string>> = {
  nothing: '=',
  statement: '-',
  string: "'",
  identifier: '"',
  dollar: '$',
  comment: '*',
  parenthesis: '(',
  body: '-',
};

/** `elira=# `, or what the statement is still inside of, as psql shows it. Pure. */
export function promptText(database: string, state: PromptState): string {
  return `${database}${MARKS[state.inside]}# `;
}
