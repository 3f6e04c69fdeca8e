import { makeCanary, type Random } from '@elira/testkit';
import { NOTE_IDS, OWNERS, REVIEWERS, someBody, TEAMS } from '../world.ts';
import { touched, type Move, type MoveContext } from './move.ts';

const INSERT = `INSERT INTO trial_notes (id, owner, reviewer, team, visibility, body, secret, hidden) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

type Values = readonly [
  id: string,
  owner: string | null,
  reviewer: string | null,
  team: string | null,
  visibility: string,
  body: string,
  secret: string,
  hidden: string,
];

/** A whole new note; a quarter of its routing columns are NULL. */
export function noteValues(random: Random, id: string = random.pick(NOTE_IDS)): Values {
  const maybe = (from: readonly string[]): string | null => (random.chance(0.25) ? null : random.pick(from));
  const [secret, hidden] = [makeCanary('secret', random), makeCanary('hidden', random)];
  return [
    id,
    maybe(OWNERS),
    maybe(REVIEWERS),
    maybe(TEAMS),
    random.chance(0.3) ? 'public' : 'closed',
    someBody(random),
    secret,
    hidden,
  ];
}

const note = ({ random }: MoveContext): string => random.pick(NOTE_IDS);

async function insertNote({ sql, random }: MoveContext, id?: string): Promise<boolean> {
  return touched(sql, `${INSERT} ON CONFLICT DO NOTHING`, noteValues(random, id));
}

const MOVE_COLUMN = { owner: OWNERS, reviewer: REVIEWERS, team: TEAMS } as const;

function moveColumn(column: keyof typeof MOVE_COLUMN): Move {
  return {
    name: `move the ${column}`,
    weight: 4,
    make: (context) =>
      touched(
        context.sql,
        `UPDATE trial_notes SET ${column} = $2, version = version + 1 WHERE id = $1 AND ${column} IS DISTINCT FROM $2`,
        [note(context), context.random.pick(MOVE_COLUMN[column])],
      ),
  };
}

/** Moves of one note, with plain statements. */
export const NOTE_MOVES: readonly Move[] = [
  { name: 'insert', weight: 10, make: (context) => insertNote(context) },
  {
    name: 'delete',
    weight: 4,
    make: (context) => touched(context.sql, 'DELETE FROM trial_notes WHERE id = $1', [note(context)]),
  },
  {
    name: 'edit the body',
    weight: 6,
    make: (context) =>
      touched(context.sql, 'UPDATE trial_notes SET body = $2, version = version + 1 WHERE id = $1', [
        note(context),
        someBody(context.random),
      ]),
  },
  {
    name: 'edit only what most may not see',
    weight: 3,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE trial_notes SET secret = $2, hidden = $3 WHERE id = $1', [
        random.pick(NOTE_IDS),
        makeCanary('secret', random),
        makeCanary('hidden', random),
      ]),
  },
  moveColumn('owner'),
  moveColumn('reviewer'),
  moveColumn('team'),
  {
    name: 'publish or hide',
    weight: 4,
    make: (context) =>
      touched(
        context.sql,
        `UPDATE trial_notes SET visibility = CASE visibility WHEN 'public' THEN 'closed' ELSE 'public' END WHERE id = $1`,
        [note(context)],
      ),
  },
  {
    name: 'NULL routing',
    weight: 4,
    make: (context) =>
      touched(
        context.sql,
        'UPDATE trial_notes SET owner = NULL, team = NULL, version = version + 1 WHERE id = $1 AND owner IS NOT NULL AND team IS NOT NULL',
        [note(context)],
      ),
  },
  {
    name: 'back from NULL routing',
    weight: 4,
    make: (context) =>
      touched(
        context.sql,
        'UPDATE trial_notes SET owner = $2, team = $3, version = version + 1 WHERE id = $1 AND owner IS NULL',
        [note(context), context.random.pick(OWNERS), context.random.pick(TEAMS)],
      ),
  },
  {
    name: 'a row in two scopes of one user',
    weight: 3,
    make: (context) =>
      touched(
        context.sql,
        `UPDATE trial_notes SET owner = 'ann', team = 'red', visibility = 'public', version = version + 1 WHERE id = $1`,
        [note(context)],
      ),
  },
  {
    name: 'an update that changes nothing',
    weight: 2,
    make: (context) => touched(context.sql, 'UPDATE trial_notes SET body = body WHERE id = $1', [note(context)]),
  },
  {
    name: 'statements that find no row',
    weight: 1,
    make: async ({ sql }) => {
      await sql.query(`UPDATE trial_notes SET owner = 'ann' WHERE false`);
      await sql.query('DELETE FROM trial_notes WHERE false');
      return true;
    },
  },
  {
    name: 'key change',
    weight: 5,
    make: (context) =>
      touched(
        context.sql,
        'UPDATE trial_notes SET id = $2, version = version + 1 WHERE id = $1 AND NOT EXISTS (SELECT FROM trial_notes WHERE id = $2)',
        [note(context), note(context)],
      ),
  },
];

/** Moves of notes that take several statements or rows. */
export const COMPOUND_NOTE_MOVES: readonly Move[] = [
  {
    name: 'A to B to C in one transaction',
    weight: 4,
    async make({ sql, random }) {
      const id = random.pick(NOTE_IDS);
      let moved = 0;
      for (const team of random.sample(TEAMS, 3)) {
        const happened = await touched(
          sql,
          'UPDATE trial_notes SET team = $2, owner = $3, version = version + 1 WHERE id = $1',
          [id, team, random.pick(OWNERS)],
        );
        if (happened) moved += 1;
      }
      return moved === 3;
    },
  },
  {
    name: 'insert and delete in one transaction',
    weight: 4,
    async make(context) {
      const id = note(context);
      return (await insertNote(context, id)) && touched(context.sql, 'DELETE FROM trial_notes WHERE id = $1', [id]);
    },
  },
  {
    name: 'delete and insert again with another owner, in one transaction',
    weight: 4,
    async make(context) {
      const id = note(context);
      return (await touched(context.sql, 'DELETE FROM trial_notes WHERE id = $1', [id])) && insertNote(context, id);
    },
  },
  {
    name: 'swap two keys',
    weight: 2,
    async make({ sql, random }) {
      const [a = '', b = ''] = random.sample(NOTE_IDS, 2);
      const spare = '0000000a-0000-4000-8000-00000000ffff';
      const locked = await sql.query('SELECT id FROM trial_notes WHERE id IN ($1, $2) ORDER BY id FOR UPDATE', [a, b]);
      if (locked.rowCount !== 2) return false;
      for (const [from, to] of [
        [a, spare],
        [b, a],
        [spare, b],
      ])
        await sql.query('UPDATE trial_notes SET id = $2 WHERE id = $1', [from, to]);
      return true;
    },
  },
  {
    name: 'many rows in one statement',
    weight: 4,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE trial_notes n SET owner = $2, version = version + 1
         FROM (SELECT id FROM trial_notes WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) locked WHERE n.id = locked.id`,
        [random.sample(NOTE_IDS, 12), random.pick(OWNERS)],
      ),
  },
  {
    name: 'ON CONFLICT',
    weight: 4,
    make: ({ sql, random }) =>
      touched(
        sql,
        `${INSERT} ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, team = excluded.team, body = excluded.body, version = trial_notes.version + 1`,
        noteValues(random),
      ),
  },
  {
    name: 'MERGE',
    weight: 3,
    make: ({ sql, random }) =>
      touched(
        sql,
        `MERGE INTO trial_notes n USING (VALUES ($1::uuid, $2, $3, $4, $5, $6, $7, $8)) v (id, owner, reviewer, team, visibility, body, secret, hidden) ON n.id = v.id
         WHEN MATCHED AND n.visibility = 'public' THEN DELETE
         WHEN MATCHED THEN UPDATE SET owner = v.owner, reviewer = v.reviewer, version = n.version + 1
         WHEN NOT MATCHED THEN INSERT (id, owner, reviewer, team, visibility, body, secret, hidden)
           VALUES (v.id, v.owner, v.reviewer, v.team, v.visibility, v.body, v.secret, v.hidden)`,
        noteValues(random),
      ),
  },
];
