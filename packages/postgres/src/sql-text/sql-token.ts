export type SqlTokenKind = 'space' | 'comment' | 'string' | 'identifier' | 'dollar' | 'word' | 'symbol';

/** `end` is exclusive; `closed` is false when the text ended inside the token. */
export type SqlToken = { readonly kind: SqlTokenKind; readonly start: number; readonly end: number; readonly closed: boolean };

const WORD_START = /[\p{L}_\u0080-\uffff]/u;
const WORD = /[\p{L}\p{N}_$\u0080-\uffff]*/uy;
const NUMBER = /[\d.][\p{L}\p{N}_.]*/uy;
const SPACE = /\s+/y;
const DOLLAR_TAG = /\$(?:[\p{L}_\u0080-\uffff][\p{L}\p{N}_\u0080-\uffff]*)?\$/uy;

/** The token of PostgreSQL's lexer that begins at `start`, as far as it matters for finding where a statement ends. Pure. */
export function sqlTokenAt(text: string, start: number): SqlToken {
  const char = text.charAt(start);
  const next = text.charAt(start + 1);
  if (/\s/.test(char)) return whole('space', start, matchEnd(SPACE, text, start));
  if (char === '-' && next === '-') return lineComment(text, start);
  if (char === '/' && next === '*') return blockComment(text, start);
  if (char === "'") return quoted('string', text, start, start + 1, "'", false);
  if (char === '"') return quoted('identifier', text, start, start + 1, '"', false);
  if (/[eE]/.test(char) && next === "'") return quoted('string', text, start, start + 2, "'", true);
  if (char === '$') return dollarQuote(text, start);
  if (/\d/.test(char)) return whole('word', start, matchEnd(NUMBER, text, start));
  if (WORD_START.test(char)) return whole('word', start, Math.max(matchEnd(WORD, text, start), start + 1));
  return whole('symbol', start, start + 1);
}

function whole(kind: SqlTokenKind, start: number, end: number): SqlToken {
  return { kind, start, end, closed: true };
}

function matchEnd(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start + 1;
}

function lineComment(text: string, start: number): SqlToken {
  const end = text.indexOf('\n', start);
  return whole('comment', start, end === -1 ? text.length : end);
}

/** Block comments nest in PostgreSQL. */
function blockComment(text: string, start: number): SqlToken {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return whole('comment', start, marks.lastIndex);
  }
  return { kind: 'comment', start, end: text.length, closed: false };
}

/** A doubled quote stands for itself; a backslash escapes in E'…' only (standard_conforming_strings is on). */
function quoted(kind: SqlTokenKind, text: string, start: number, from: number, quote: string, backslashes: boolean): SqlToken {
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (backslashes && char === '\\') at += 1;
    else if (char === quote && text.charAt(at + 1) === quote) at += 1;
    else if (char === quote) return whole(kind, start, at + 1);
  }
  return { kind, start, end: text.length, closed: false };
}

function dollarQuote(text: string, start: number): SqlToken {
  DOLLAR_TAG.lastIndex = start;
  const tag = DOLLAR_TAG.exec(text)?.[0];
  if (tag === undefined) return whole('symbol', start, start + 1);
  const end = text.indexOf(tag, start + tag.length);
  if (end === -1) return { kind: 'dollar', start, end: text.length, closed: false };
  return whole('dollar', start, end + tag.length);
}
