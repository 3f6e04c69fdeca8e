/**
 * Which file of a folder is what in the course.
 *
 * In: paths of the Markdown files. Out: modules in order, each with its pages in order. The promise: numbers order, then names; the
 * README comes first; a folder that only holds the others (such as `lessons`) is passed through; no file is in two places.
 */
export type Shape = {
  /** What tells of the course as a whole. */
  readonly about: string | undefined;
  readonly modules: readonly ModuleShape[];
  /** Markdown that belongs to no module. */
  readonly rest: readonly string[];
};

export type ModuleShape = {
  /** Path of the folder; empty where the pages lie in the folder of the course itself. */
  readonly path: string;
  readonly pages: readonly PageShape[];
};

export type PageShape = {
  readonly path: string;
  /** What a module begins with, a lesson, or a page that belongs to the lesson before it. */
  readonly role: 'introduction' | 'lesson' | 'page';
};

/** Orders the further pages of one folder; `linked` says in which order its README names them. */
export type PageOrder = (readme: string | undefined) => readonly string[];

type Node = { readonly path: string; readonly files: string[]; readonly folders: Map<string, Node> };

const README = /^(?:readme|index)\.(?:md|markdown)$/i;
/** What stands in front of a course whose folder has another README. */
const ABOUT = /^(?:readme|index|course-readme)\.(?:md|markdown)$/i;

/** Pure. */
export function shapeOf(paths: readonly string[], linked: PageOrder): Shape {
  const root = treeOf(paths);
  const [about] = root.files.filter((path) => ABOUT.test(nameOf(path))).toSorted((a, b) => nameOf(a).length - nameOf(b).length);
  const others = inOrder(
    root.files.filter((path) => path !== about),
    [],
  );
  const folders = passedThrough(root);
  if (folders.length === 0) {
    const own = others.map((path): PageShape => ({ path, role: 'lesson' }));
    if (own.length > 0) return { about, modules: [{ path: '', pages: own }], rest: [] };
    // A course of one page is its own lesson.
    return { about, modules: about === undefined ? [] : [{ path: '', pages: [{ path: about, role: 'lesson' }] }], rest: [] };
  }
  return { about, modules: folders.map((folder) => ({ path: folder.path, pages: pagesOf(folder, linked) })), rest: others };
}

function pagesOf(module: Node, linked: PageOrder): PageShape[] {
  const readme = readmeOf(module);
  const folders = passedThrough(module);
  const own = inOrder(
    module.files.filter((path) => path !== readme),
    linked(readme),
  );
  // A module without folders below it is a list of lessons.
  const first: PageShape[] =
    readme === undefined ? [] : [{ path: readme, role: folders.length + own.length === 0 ? 'lesson' : 'introduction' }];
  return [
    ...first,
    ...own.map((path): PageShape => ({ path, role: 'lesson' })),
    ...folders.flatMap((folder) => lessonOf(folder, linked, true)),
  ];
}

function lessonOf(folder: Node, linked: PageOrder, isLesson: boolean): PageShape[] {
  const readme = readmeOf(folder);
  const pages = inOrder(
    folder.files.filter((path) => path !== readme),
    linked(readme),
  );
  const all = readme === undefined ? pages : [readme, ...pages];
  const own = all.map((path, index): PageShape => ({ path, role: isLesson && index === 0 ? 'lesson' : 'page' }));
  return [...own, ...passedThrough(folder).flatMap((one) => lessonOf(one, linked, isLesson && own.length === 0))];
}

/** The folders below one. Where there is but one, without a number and without a page of its own, it stands for those below it. */
function passedThrough(node: Node): Node[] {
  const folders = [...node.folders.values()].toSorted((a, b) => compareNames(nameOf(a.path), nameOf(b.path)));
  const [only] = folders;
  const isFrame = folders.length === 1 && only?.files.length === 0 && numberOf(nameOf(only.path)) === undefined;
  return isFrame && only.folders.size > 0 ? passedThrough(only) : folders;
}

function readmeOf(node: Node): string | undefined {
  return node.files.filter((path) => README.test(nameOf(path))).toSorted((a, b) => nameOf(b).length - nameOf(a).length)[0];
}

/** Numbered ones by their numbers, then those that are named before in the order of their naming, then the others. */
function inOrder(paths: readonly string[], named: readonly string[]): string[] {
  const rank = (path: string): number => {
    const at = named.indexOf(path);
    return numberOf(nameOf(path)) !== undefined ? -1 : at === -1 ? named.length : at;
  };
  return paths.toSorted((a, b) => rank(a) - rank(b) || compareNames(nameOf(a), nameOf(b)));
}

/** Pure. By the number in front, where there is one; else by name. */
export function compareNames(a: string, b: string): number {
  const [x, y] = [numberOf(a) ?? Number.POSITIVE_INFINITY, numberOf(b) ?? Number.POSITIVE_INFINITY];
  if (x !== y) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberOf(name: string): number | undefined {
  const digits = /^(?:(?:module|lesson|chapter|unit|part|section|week|day|step)[-_ ]?)?(\d{1,9})(?:[-_. )]|$)/i.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Pure. A path as it stays when files get other numbers: `2-farm/lessons/03_soil.md` → `farm/lessons/soil.md`. */
export function withoutNumbers(path: string): string {
  const parts = path.split('/').map((part) => part.replace(/^\d{1,9}[-_. )]+(?!\d|(?:md|markdown)$)/i, ''));
  return parts.join('/').toLowerCase();
}

/** Pure. What a file or folder is called where its content does not say: `2-deeper_dive.md` → `Deeper dive`. */
export function titleOfPath(path: string): string {
  const bare = withoutNumbers(nameOf(path)).replace(/\.(?:md|markdown)$/i, '');
  const words = (bare === '' ? nameOf(path) : bare).replaceAll(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function treeOf(paths: readonly string[]): Node {
  const root: Node = { path: '', files: [], folders: new Map() };
  for (const path of paths) {
    let node = root;
    const parts = path.split('/').slice(0, -1);
    for (const [index, part] of parts.entries()) {
      const next = node.folders.get(part) ?? { path: parts.slice(0, index + 1).join('/'), files: [], folders: new Map() };
      node.folders.set(part, next);
      node = next;
    }
    node.files.push(path);
  }
  return root;
}
