import type { ClientBase } from 'pg';
import type { PresentRow, RememberedRow, WrittenRow } from './reconcile.ts';
import { ROW_KINDS, type RowKind, type Value } from './wanted-rows.ts';

/** Where rows of one kind are, and their fields by JSON name. All of it constants of ours, put into SQL as they are. */
type Table = {
  readonly name: string;
  readonly columns: Readonly<Record<string, { readonly column: string; readonly type: string }>>;
};

const text = (column: string): { column: string; type: string } => ({ column, type: 'text' });
const uuid = (column: string): { column: string; type: string } => ({ column, type: 'uuid' });

const TABLES: Readonly<Record<RowKind, Table>> = {
  course: { name: 'courses', columns: { title: text('title'), description: text('description') } },
  module: { name: 'modules', columns: { title: text('title') } },
  lesson: { name: 'lessons', columns: { moduleId: uuid('module_id'), title: text('title'), content: text('content') } },
  quiz: { name: 'quizzes', columns: { moduleId: uuid('module_id'), title: text('title'), instructions: text('instructions') } },
  question: {
    name: 'questions',
    columns: {
      quizId: uuid('quiz_id'),
      prompt: text('prompt'),
      kind: text('kind'),
      explanation: text('explanation'),
      points: { column: 'points', type: 'integer' },
    },
  },
  option: {
    name: 'options',
    columns: {
      quizId: uuid('quiz_id'),
      questionId: uuid('question_id'),
      label: text('label'),
      isCorrect: { column: 'is_correct', type: 'boolean' },
    },
  },
};

const CONTENT_FIRST: readonly RowKind[] = ['module', 'lesson', 'quiz', 'question', 'option', 'course'];

/** Rows that one statement writes. */
const ROWS_AT_ONCE = 200;

/**
 * Every row of the course, held until the transaction ends, in the order in which authors' edits take their locks: content first, the
 * course's own row last.
 */
export async function readRows(client: ClientBase, courseId: string): Promise<readonly PresentRow[]> {
  const found: PresentRow[] = [];
  for (const kind of CONTENT_FIRST) {
    const { name, columns } = TABLES[kind];
    const fields = Object.entries(columns).map(([field, { column }]) => `'${field}', r.${column}`);
    const own =
      kind === 'course' ? "'' AS position, false AS is_deleted" : 'r.position, r.deleted_at IS NOT NULL AS is_deleted';
    const { rows } = await client.query<{ id: string; fields: Record<string, Value>; position: string; is_deleted: boolean }>(
      `SELECT r.id, json_build_object(${fields.join(', ')}) AS fields, ${own} FROM ${name} r
       WHERE r.${kind === 'course' ? 'id' : 'course_id'} = $1 ORDER BY r.id FOR NO KEY UPDATE`,
      [courseId],
    );
    found.push(...rows.map(({ is_deleted: isDeleted, ...row }) => ({ kind, isDeleted, ...row })));
  }
  return found;
}

export async function insertRows(client: ClientBase, courseId: string, rows: readonly WrittenRow[]): Promise<void> {
  for (const { kind, part } of partsOf(rows)) {
    const { name, columns } = TABLES[kind];
    const own = kind === 'course' ? [] : ['course_id', 'position'];
    const from = kind === 'course' ? [] : ['$2', 'w.position'];
    const fields = Object.entries(columns);
    await client.query(
      `INSERT INTO ${name} (${['id', ...own, ...fields.map(([, { column }]) => column)].join(', ')})
       SELECT ${['w.id', ...from, ...fields.map(([field]) => `w."${field}"`)].join(', ')} FROM ${given(kind)} ORDER BY w.id`,
      kind === 'course' ? [asJson(part)] : [asJson(part), courseId],
    );
  }
}

/** Rows that are changed are there: a mark of deletion is taken from them. */
export async function updateRows(client: ClientBase, rows: readonly WrittenRow[]): Promise<void> {
  for (const { kind, part } of partsOf(rows)) {
    const { name, columns } = TABLES[kind];
    const own = kind === 'course' ? [] : ['position = w.position', 'deleted_at = NULL'];
    const changes = [...Object.entries(columns).map(([field, { column }]) => `${column} = w."${field}"`), ...own];
    await client.query(`UPDATE ${name} r SET ${changes.join(', ')} FROM ${given(kind)} WHERE r.id = w.id`, [asJson(part)]);
  }
}

export async function markDeleted(
  client: ClientBase,
  rows: readonly { readonly kind: RowKind; readonly id: string }[],
): Promise<void> {
  for (const kind of ROW_KINDS.filter((one) => one !== 'course')) {
    const ids = rows.filter((row) => row.kind === kind).map(({ id }) => id);
    if (ids.length > 0)
      await client.query(`UPDATE ${TABLES[kind].name} SET deleted_at = now() WHERE id = ANY ($1::uuid[])`, [ids]);
  }
}

export async function readRemembered(client: ClientBase, courseId: string): Promise<readonly RememberedRow[]> {
  const { rows } = await client.query<RememberedRow>(
    `SELECT i.entity_id AS id, i.entity_type AS kind, i.path, i.place, i.fields, i.removed AS "isRemoved" FROM imported_rows i WHERE i.course_id = $1`,
    [courseId],
  );
  return rows;
}

/** All at once, since files may have taken each other's paths. */
export async function remember(client: ClientBase, courseId: string, rows: readonly RememberedRow[]): Promise<void> {
  await client.query('DELETE FROM imported_rows WHERE course_id = $1', [courseId]);
  await client.query(
    `INSERT INTO imported_rows (entity_id, course_id, entity_type, path, place, fields, removed)
     SELECT w.id, $2, w.kind, w.path, w.place, w.fields, w."isRemoved"
     FROM jsonb_to_recordset($1) AS w(id uuid, kind text, path text, place integer, fields jsonb, "isRemoved" boolean)`,
    [JSON.stringify(rows), courseId],
  );
}

/** By kind, parents before children, so many at once. */
function* partsOf(rows: readonly WrittenRow[]): Generator<{ kind: RowKind; part: readonly WrittenRow[] }> {
  for (const kind of ROW_KINDS) {
    const own = rows.filter((row) => row.kind === kind);
    for (let at = 0; at < own.length; at += ROWS_AT_ONCE) yield { kind, part: own.slice(at, at + ROWS_AT_ONCE) };
  }
}

function given(kind: RowKind): string {
  const fields = Object.entries(TABLES[kind].columns).map(([field, { type }]) => `"${field}" ${type}`);
  return `jsonb_to_recordset($1) AS w(id uuid, position text, ${fields.join(', ')})`;
}

function asJson(rows: readonly WrittenRow[]): string {
  return JSON.stringify(rows.map(({ id, position, fields }) => ({ id, position, ...fields })));
}
