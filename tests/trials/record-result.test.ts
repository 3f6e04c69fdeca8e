import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withResult } from './record-result.ts';

test('a result goes on top of the table, and the mark stays', () => {
  const document = readFileSync(new URL('../../docs/trials.md', import.meta.url), 'utf8');
  const twice = withResult(withResult(document, '| one |'), '| two |');
  expect(twice).toContain('|---|---|---|\n| two |\n| one |\n');
  expect(twice).toMatch(/\n<!-- results -->\n$/);
  expect(() => withResult('no table', '| one |')).toThrow(/mark/);
});
