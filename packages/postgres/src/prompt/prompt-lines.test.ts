import { expect, test } from 'vitest';
import { EMPTY_PROMPT, endOfInput, feedLine, promptText } from './prompt-lines.ts';
import type { PromptAction, PromptState } from './prompt-lines.ts';

function feedAll(...lines: string[]): { state: PromptState; actions: PromptAction[] } {
  let state = EMPTY_PROMPT;
  const actions: PromptAction[] = [];
  for (const line of lines) {
    const step = feedLine(state, line);
    state = step.state;
    actions.push(...step.actions);
  }
  return { state, actions };
}

test('PG31 a statement runs when its semicolon has come, over as many lines as it takes', () => {
  expect(feedAll('select 1', ' + 1')).toMatchObject({ actions: [], state: { inside: 'statement' } });
  expect(feedAll('select 1', ' + 1; select', '2;').actions).toEqual([
    { kind: 'run', sql: 'select 1\n + 1;' },
    { kind: 'run', sql: 'select\n2;' },
  ]);
  expect(feedAll("select '", '\\q;', "';").actions).toEqual([{ kind: 'run', sql: "select '\n\\q;\n';" }]);
});

test('PG31 backslash commands', () => {
  expect(feedAll('  \\d', '\\d courses;', '\\q', '\\copy x').actions).toEqual([
    { kind: 'relations' },
    { kind: 'columns', table: 'courses' },
    { kind: 'quit' },
    { kind: 'unknown', command: '\\copy' },
  ]);
});

test('PG31 the end of the input ends a last statement', () => {
  expect(endOfInput(feedAll('select 1').state)).toEqual([{ kind: 'run', sql: 'select 1' }]);
  expect(endOfInput(feedAll('select 1; -- done').state)).toEqual([]);
});

test('PG31 the prompt tells what is still open', () => {
  const shown = (...lines: string[]): string => promptText('elira', feedAll(...lines).state);
  expect([shown(), shown('select'), shown("select '"), shown('select $$'), shown('(')]).toEqual([
    'elira=# ',
    'elira-# ',
    "elira'# ",
    'elira$# ',
    'elira(# ',
  ]);
});
