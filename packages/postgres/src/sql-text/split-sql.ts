import { sqlTokenAt } from './sql-token.ts';
import type { SqlToken } from './sql-token.ts';

/** `line` counts from 1 within the text that was split; `words` are the first few words, upper case, comments left out. */
export type SqlStatement = { readonly text: string; readonly line: number; readonly words: readonly string[] };

/** What the rest of the text is in the middle of. */
export type SqlInside = 'nothing' | 'statement' | 'string' | 'identifier' | 'dollar' | 'comment' | 'parenthesis' | 'body';

export type SplitSql = { readonly statements: readonly SqlStatement[]; readonly rest: string; readonly inside: SqlInside };

const WORDS_KEPT = 8;

/**
 * Cuts SQL at the semicolons that end statements: not those in quotes, dollar quotes, comments, parentheses (rules) or
 * BEGIN ATOMIC bodies. What follows the last one is `rest`. Pure.
 */
export function splitSql(text: string): SplitSql {
  const statements: SqlStatement[] = [];
  let state = emptyState(0);
  let at = 0;
  while (at < text.length) {
    const token = sqlTokenAt(text, at);
    at = token.end;
    if (!token.closed) return { statements, rest: text.slice(state.begin), inside: insideOf(token) };
    const content = text.slice(token.start, token.end);
    if (content === ';' && token.kind === 'symbol' && state.parentheses === 0 && state.bodies === 0) {
      if (state.first !== undefined) statements.push(statementOf(text, state, at));
      state = emptyState(at);
    } else {
      advance(state, token, content);
    }
  }
  return { statements, rest: text.slice(state.begin), inside: restInside(state) };
}

/** Like `splitSql`, with the rest taken for a last statement that lacks its semicolon. */
export function allStatements(text: string): readonly SqlStatement[] {
  const { statements, rest, inside } = splitSql(text);
  return inside === 'nothing' ? statements : splitSql(`${text}${closing(rest)};`).statements;
}

/** A trailing line comment would swallow a semicolon put behind it. */
function closing(rest: string): string {
  return rest.includes('--') ? '\n' : '';
}

type State = {
  readonly begin: number;
  first: number | undefined;
  words: string[];
  parentheses: number;
  bodies: number;
};

function emptyState(begin: number): State {
  return { begin, first: undefined, words: [], parentheses: 0, bodies: 0 };
}

function advance(state: State, token: SqlToken, content: string): void {
  if (token.kind === 'space' || token.kind === 'comment') return;
  state.first ??= token.start;
  if (content === '(') state.parentheses += 1;
  else if (content === ')') state.parentheses = Math.max(0, state.parentheses - 1);
  if (token.kind !== 'word') return;
  const word = content.toUpperCase();
  if (state.words.length < WORDS_KEPT) state.words.push(word);
  if (isRoutine(state.words)) state.bodies = bodiesAfter(state.bodies, word);
}

/** Only in CREATE FUNCTION and CREATE PROCEDURE does BEGIN open a body; CASE … END has an END of its own. */
function isRoutine(words: readonly string[]): boolean {
  const [create, or, replace, kind] = words;
  if (create !== 'CREATE') return false;
  const what = or === 'OR' && replace === 'REPLACE' ? kind : or;
  return what === 'FUNCTION' || what === 'PROCEDURE';
}

function bodiesAfter(bodies: number, word: string): number {
  if (word === 'BEGIN') return bodies + 1;
  if (word === 'CASE' && bodies > 0) return bodies + 1;
  if (word === 'END' && bodies > 0) return bodies - 1;
  return bodies;
}

function statementOf(text: string, state: State, end: number): SqlStatement {
  const start = state.first ?? state.begin;
  const line = text.slice(0, start).split('\n').length;
  return { text: text.slice(start, end), line, words: state.words };
}

function insideOf(token: SqlToken): SqlInside {
  switch (token.kind) {
    case 'string':
    case 'identifier':
    case 'dollar':
    case 'comment':
      return token.kind;
    case 'space':
    case 'word':
    case 'symbol':
      return 'statement';
  }
}

function restInside(state: State): SqlInside {
  if (state.parentheses > 0) return 'parenthesis';
  if (state.bodies > 0) return 'body';
  return state.first === undefined ? 'nothing' : 'statement';
}
