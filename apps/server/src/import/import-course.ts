import { createHash } from 'node:crypto';
import type { ClientBase, ClientConfig } from 'pg';
import { asRole, errorCode, withClient } from '../database/connection.ts';
import { cleanSvg } from '../media/clean-svg.ts';
import { pictureType, PICTURE_BYTES } from '../media/picture-type.ts';
import { OperatorError } from '../operator-error.ts';
import { assignIds } from './assign-ids.ts';
import { readCourse, type CourseSource } from './course-source.ts';
import { insertRows, markDeleted, readRemembered, readRows, remember, updateRows } from './course-tables.ts';
import { readFolder, type Unused } from './read-folder.ts';
import { reconcile, type Reconciled } from './reconcile.ts';
import { stableId } from './stable-id.ts';
import { pathsOf, wantedRows } from './wanted-rows.ts';

/**
 * A folder becomes a course.
 *
 *   folder ─▶ read-folder ─▶ course-source ─▶ assign-ids ─▶ wanted-rows ─▶ reconcile ─▶ course-tables
 *             files          pages, quizzes   known again   links lead     what the     SQL
 *                            and their order                where they     folder
 *                                                           should         changed
 *
 * In: a folder, and who is the author. Out: what was made, changed and removed, and what was not used. The promise: all of it in one
 * transaction or nothing; run again with the same folder it writes nothing.
 */
export type ImportOptions = {
  readonly folder: string;
  /** What the course is known by at the next import; the folder's name where absent. */
  readonly name?: string | undefined;
  /** E-mail address of who it is by. */
  readonly author?: string | undefined;
  /** Taken where `author` is absent and there is such a person. */
  readonly usualAuthor?: string | undefined;
  readonly language: string;
  readonly overwrite: boolean;
  readonly publish: boolean;
  readonly onProgress: (line: string) => void;
};

export type Imported = {
  readonly courseId: string;
  readonly title: string;
  readonly counts: {
    readonly modules: number;
    readonly lessons: number;
    readonly pages: number;
    readonly introductions: number;
    readonly quizzes: number;
    readonly questions: number;
    readonly pictures: number;
  };
  readonly made: number;
  readonly changed: number;
  readonly removed: number;
  readonly same: number;
  readonly unused: readonly Unused[];
  readonly notes: readonly string[];
};

/** Times the transaction is tried, where authors stood in its way. */
const ATTEMPTS = 3;
const COLLISIONS = new Set(['40001', '40P01']);
/** Pictures between two lines about the progress. */
const EVERY = 25;

/** Throws `OperatorError` for what cannot be imported; then nothing was changed. */
export async function importCourse(connection: ClientConfig, options: ImportOptions): Promise<Imported> {
  const { onProgress } = options;
  const folder = await readFolder(options.folder);
  const source = await readCourse(folder, options);
  const courseId = stableId(`course ${options.name ?? folder.name}`);
  return await withClient(asRole(connection, 'elira_owner'), async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query('BEGIN');
        const imported = await write(client, courseId, source, options);
        await client.query('COMMIT');
        return imported;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        if (attempt === ATTEMPTS || !COLLISIONS.has(errorCode(error) ?? '')) throw error;
        onProgress('Somebody was editing the course; once more.');
      }
    }
  });
}

async function write(client: ClientBase, courseId: string, source: CourseSource, options: ImportOptions): Promise<Imported> {
  // Two imports of one course come one after the other.
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`import ${courseId}`]);
  const author = await signAs(client, options);
  const remembered = await readRemembered(client, courseId);
  const paths = pathsOf(source);
  requireSameCourse(source, remembered, options.name);
  const idOf = assignIds(courseId, paths, remembered);
  const { addresses, refused } = await keepPictures(client, source, options.onProgress);
  const { rows, notes } = wantedRows(source, { idOf, pictureAt: (path) => addresses.get(path) });
  const plan = reconcile(rows, await readRows(client, courseId), remembered, options.overwrite);
  options.onProgress(
    `Writing: ${plan.made.length} rows are new, ${plan.changed.length} have changed, ${plan.removed.length} are gone, ${plan.same} are the same.`,
  );
  await insertRows(client, courseId, plan.made);
  await updateRows(client, plan.changed);
  await markDeleted(client, plan.removed);
  await remember(client, courseId, plan.remembered);
  if (author !== undefined) await addAuthor(client, courseId, author, options.author !== undefined);
  if (options.publish) {
    options.onProgress('Publishing.');
    await client.query('SELECT publish_course($1)', [courseId]);
  }
  return {
    courseId,
    title: source.title,
    ...summed(source, plan),
    unused: [...source.unused, ...refused, ...plan.clashes],
    notes,
  };
}

/** What follows is that person's doing. Returns their id. */
async function signAs(client: ClientBase, { author, usualAuthor }: ImportOptions): Promise<string | undefined> {
  const email = author ?? usualAuthor;
  if (email === undefined) return undefined;
  const { rows } = await client.query<{ id: string }>('SELECT u.id FROM users u WHERE lower(u.email) = lower($1)', [email]);
  const id = rows[0]?.id;
  if (id === undefined && author !== undefined)
    throw new OperatorError(`Nobody here has the e-mail address ${author}.`, 'Let them sign up first, or leave --author out.');
  if (id !== undefined) await client.query("SELECT set_config('elira.user_id', $1, true)", [id]);
  return id;
}

/** Who makes a course owns it, by its trigger; to a course that is there an author is added when that was asked for. */
async function addAuthor(client: ClientBase, courseId: string, userId: string, isNamed: boolean): Promise<void> {
  if (!isNamed) return;
  await client.query(
    `INSERT INTO course_authors (course_id, user_id, role)
     SELECT $1, $2, CASE WHEN EXISTS (SELECT FROM course_authors a WHERE a.course_id = $1) THEN 'co-author' ELSE 'owner' END
     ON CONFLICT (course_id, user_id) DO NOTHING`,
    [courseId, userId],
  );
}

/** Another folder of the same name would take the course's lessons away. */
function requireSameCourse(
  source: CourseSource,
  remembered: readonly { readonly kind: string; readonly path: string }[],
  name: string | undefined,
): void {
  const before = remembered.filter(({ kind }) => kind === 'lesson').map(({ path }) => path);
  const paths = new Set(source.modules.flatMap(({ pages }) => pages.map((page) => page.source.path)));
  if (before.length === 0 || before.some((path) => paths.has(path))) return;
  throw new OperatorError(
    'A course was imported under this name, and not one of its files is in the folder: it is another course.',
    `Give this one a name of its own: --as <name>${name === undefined ? '' : `, other than ${name}`}.`,
  );
}

/** Stores the pictures that pages show. Returns their addresses by path. */
async function keepPictures(
  client: ClientBase,
  { pictures }: CourseSource,
  onProgress: (line: string) => void,
): Promise<{ readonly addresses: ReadonlyMap<string, string>; readonly refused: readonly Unused[] }> {
  const addresses = new Map<string, string>();
  const refused: Unused[] = [];
  let done = 0;
  for (const { path, read } of pictures.values()) {
    const raw = await read();
    const type = pictureType(raw);
    const clean = type === 'image/svg+xml' ? cleanSvg(raw.toString('utf8')) : raw;
    const bytes = typeof clean === 'string' ? Buffer.from(clean) : clean;
    if (type === undefined || bytes === undefined || bytes.length > PICTURE_BYTES) {
      refused.push({ path, reason: 'a drawing that is no well-formed SVG' });
    } else {
      const hash = createHash('sha256').update(bytes).digest('hex');
      await client.query('INSERT INTO media (hash, content_type, bytes) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING', [
        hash,
        type,
        bytes,
      ]);
      addresses.set(path, `/api/media/${hash}`);
    }
    done += 1;
    if (done % EVERY === 0) onProgress(`Took ${done} of ${pictures.size} pictures.`);
  }
  return { addresses, refused };
}

function summed(
  { modules, pictures }: CourseSource,
  { made, changed, removed, same }: Reconciled,
): Pick<Imported, 'counts' | 'made' | 'changed' | 'removed' | 'same'> {
  const pages = modules.flatMap((module) => module.pages);
  const quizzes = modules.flatMap((module) => module.quizzes);
  const counts = {
    modules: modules.length,
    lessons: pages.filter(({ role }) => role === 'lesson').length,
    pages: pages.filter(({ role }) => role === 'page').length,
    introductions: pages.filter(({ role }) => role === 'introduction').length,
    quizzes: quizzes.length,
    questions: quizzes.reduce((sum, { quiz }) => sum + quiz.questions.length, 0),
    pictures: pictures.size,
  };
  return { counts, made: made.length, changed: changed.length, removed: removed.length, same };
}
