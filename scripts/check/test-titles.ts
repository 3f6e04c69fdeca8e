import { parseAst } from 'rolldown/parseAst';

/** The first string of a test, and where it stands. Parts of a template that are not known are written `${}`. */
export type TestTitle = {
  readonly title: string;
  readonly line: number;
  /** Why it proves nothing, where that can be told: it is never run, or has nothing in it. */
  readonly idle: string | undefined;
};

type Node = { readonly type: string; readonly start: number; readonly [field: string]: unknown };

const TESTS = new Set(['test', 'it']);
const GROUPS = new Set(['describe', 'suite']);
/** Where the projects of vitest.config.ts look for tests. */
const PROJECTS = /^((packages|apps)\/[^/]+\/src|tests|bench|scripts|examples)\//;

/**
 * The tests that a file has: calls of `test` and `it`, also with `.each`, `.skipIf` and the like. What stands in a comment or in a string is
 * none. One that is always skipped, empty, or where no project looks is told with the reason.
 */
export function testTitles(path: string, text: string): TestTitle[] {
  const found: TestTitle[] = [];
  const outside = PROJECTS.test(path) ? undefined : 'lies where no project of vitest.config.ts looks';
  walk(parse(path, text), undefined, (node, group) => {
    if (node.type !== 'CallExpression') return group;
    const called = calledName(node);
    const [first, ...rest] = node['arguments'] as readonly Node[];
    const title = first === undefined ? undefined : stringOf(first);
    if (called === undefined || title === undefined) return group;
    const never = neverRun(called.modifiers);
    if (GROUPS.has(called.name)) return group ?? (never && `stands in a group that ${never}`);
    if (TESTS.has(called.name))
      found.push({ title, line: lineAt(text, node.start), idle: outside ?? group ?? never ?? emptyness(rest) });
    return group;
  });
  return found;
}

/** The values of every property `rule: '…'`, and where. */
export function ruleProperties(path: string, text: string): [rule: string, line: number][] {
  const found: [string, number][] = [];
  walk(parse(path, text), undefined, (node, group) => {
    const [key, value] = [node['key'], node['value']] as [Node | undefined, Node | undefined];
    const rule = node.type === 'Property' && key?.['name'] === 'rule' && value ? stringOf(value) : undefined;
    if (rule !== undefined) found.push([rule, lineAt(text, node.start)]);
    return group;
  });
  return found;
}

type Modifier = { readonly name: string; readonly args: readonly Node[] };

/** `test.each(rows)('…')` → test, each. Undefined: called is something else. */
function calledName({ callee }: Node): { readonly name: string; readonly modifiers: readonly Modifier[] } | undefined {
  const modifiers: Modifier[] = [];
  let args: readonly Node[] = [];
  let node = callee as Node;
  for (;;) {
    if (node.type === 'Identifier') {
      const name = String(node['name']);
      return TESTS.has(name) || GROUPS.has(name) ? { name, modifiers } : undefined;
    }
    if (node.type === 'MemberExpression') {
      modifiers.push({ name: String((node['property'] as Node)['name']), args });
      args = [];
      node = node['object'] as Node;
    } else if (node.type === 'CallExpression') {
      args = node['arguments'] as readonly Node[];
      node = node['callee'] as Node;
    } else if (node.type === 'TaggedTemplateExpression') node = node['tag'] as Node;
    else return undefined;
  }
}

function neverRun(modifiers: readonly Modifier[]): string | undefined {
  for (const { name, args } of modifiers) {
    const [first] = args;
    if (name === 'skip' || name === 'todo') return 'is never run';
    if (name === 'fails') return 'passes by failing';
    if ((name === 'skipIf' && first?.['value'] === true) || (name === 'runIf' && first?.['value'] === false))
      return 'is never run';
    if (name === 'each' && first?.type === 'ArrayExpression' && (first['elements'] as unknown[]).length === 0)
      return 'has no cases';
  }
  return undefined;
}

/** A test calls something, or it cannot fail. */
function emptyness(args: readonly Node[]): string | undefined {
  if (args.some((node) => node.type === 'ObjectExpression' && /"name":"(skip|todo)"/.test(JSON.stringify(node))))
    return 'is never run';
  const body = args.find(({ type }) => type === 'ArrowFunctionExpression' || type === 'FunctionExpression');
  if (body === undefined)
    return args.some(({ type }) => type === 'Identifier' || type === 'CallExpression') ? undefined : 'has no body';
  let calls = 0;
  walk(body, undefined, (node) => {
    if (node.type === 'CallExpression') calls += 1;
    return undefined;
  });
  return calls === 0 ? 'has nothing in it that could fail' : undefined;
}

function stringOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type !== 'TemplateLiteral') return undefined;
  return (node['quasis'] as readonly { readonly value: { readonly cooked: string } }[])
    .map(({ value }) => value.cooked)
    .join('${}');
}

function parse(path: string, text: string): Node {
  return parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }, path) as unknown as Node;
}

/** Visits every node; what `visit` returns is given to it for the nodes below. */
function walk(
  node: Node,
  group: string | undefined,
  visit: (node: Node, group: string | undefined) => string | undefined,
): void {
  const below = visit(node, group);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) walk(child, below, visit);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
