import { expect, test } from 'vitest';
import { shapeOf, titleOfPath, withoutNumbers } from './course-shape.ts';

/** One line for each page: module, role by its first letter, path. */
function shape(paths: readonly string[], linked: Record<string, readonly string[]> = {}): string[] {
  const { about, modules, rest } = shapeOf(paths, (readme) => linked[readme ?? ''] ?? []);
  return [
    ...(about === undefined ? [] : [`about ${about}`]),
    ...modules.flatMap(({ path, pages }) =>
      pages.map((page) => `${path}: ${page.role} ${page.path.slice(path === '' ? 0 : path.length + 1)}`),
    ),
    ...rest.map((path) => `rest ${path}`),
  ];
}

test('IM1 numbers order, not letters, and what has none comes after', () => {
  expect(
    shape([
      '10-ten/README.md',
      '2-two/README.md',
      'appendix/README.md',
      '1-one/2.md',
      '1-one/10.md',
      '1-one/b.md',
      '1-one/a.md',
    ]),
  ).toEqual([
    '1-one: lesson 2.md',
    '1-one: lesson 10.md',
    '1-one: lesson a.md',
    '1-one: lesson b.md',
    '2-two: lesson README.md',
    '10-ten: lesson README.md',
    'appendix: lesson README.md',
  ]);
});

test('IM1 a folder that only holds the others is passed through; numbered ones never are', () => {
  expect(shape(['lessons/1-a/lessons/1-b/README.md', 'lessons/1-a/lessons/1-b/c.md', 'lessons/1-a/README.md'])).toEqual([
    'lessons/1-a: introduction README.md',
    'lessons/1-a: lesson lessons/1-b/README.md',
    'lessons/1-a: page lessons/1-b/c.md',
  ]);
  expect(shape(['1-a/1-b/README.md', '1-a/2-c/README.md'])).toEqual(['1-a: lesson 1-b/README.md', '1-a: lesson 2-c/README.md']);
  expect(shape(['1-a/1-b/x/README.md'])).toEqual(['1-a: lesson 1-b/x/README.md']);
});

test('IM1 pages follow their lesson in the order in which it names them', () => {
  const paths = ['1-m/1/README.md', '1-m/1/a.md', '1-m/1/b.md', '1-m/1/c.md', '1-m/1/more/d.md'];
  expect(shape(paths, { '1-m/1/README.md': ['1-m/1/c.md', '1-m/1/a.md'] })).toEqual([
    '1-m: lesson 1/README.md',
    '1-m: page 1/c.md',
    '1-m: page 1/a.md',
    '1-m: page 1/b.md',
    '1-m: page 1/more/d.md',
  ]);
});

test('IM1 a folder of pages alone is one module, and one page is one lesson', () => {
  expect(shape(['README.md', '2.md', '1.md'])).toEqual(['about README.md', ': lesson 1.md', ': lesson 2.md']);
  expect(shape(['README.md'])).toEqual(['about README.md', ': lesson README.md']);
  expect(shape(['readme.md', 'course-README.md', 'x.md', '1/a.md'])).toEqual([
    'about readme.md',
    '1: lesson a.md',
    'rest course-README.md',
    'rest x.md',
  ]);
  expect(shape([])).toEqual([]);
});

test('IM5 a path without its numbers is the same whatever the numbers', () => {
  expect(withoutNumbers('lessons/2-Farm/03_soil.md')).toBe('lessons/farm/soil.md');
  expect(withoutNumbers('01.md')).toBe('01.md');
  expect([titleOfPath('a/2-deeper_dive.md'), titleOfPath('3'), titleOfPath('1-a')]).toEqual(['Deeper dive', '3', 'A']);
});
