import { makeCanary } from '@elira/testkit';
import { BOARDS, NOTE_IDS, PAIRS, REPLY_IDS, SCRAP_IDS, someBody, TEAMS, TICK_IDS } from '../world.ts';
import { copyIn, copyLine } from './copy-in.ts';
import { touched, type Move } from './move.ts';
import { noteValues } from './note-moves.ts';

/** Moves of every table but notes alone: the foreign key, the filled table, the cheap form, pairs, TRUNCATE, COPY. */
export const OTHER_MOVES: readonly Move[] = [
  {
    name: 'COPY',
    weight: 2,
    async make({ sql, random }) {
      const fresh = await sql.query<{ id: string }>(
        'SELECT id FROM unnest($1::uuid[]) AS wanted (id) WHERE NOT EXISTS (SELECT FROM trial_notes n WHERE n.id = wanted.id)',
        [random.sample(NOTE_IDS, 3)],
      );
      if (fresh.rows.length === 0) return false;
      const lines = fresh.rows.map(({ id }) => copyLine(noteValues(random, id)));
      await copyIn(
        sql,
        'COPY trial_notes (id, owner, reviewer, team, visibility, body, secret, hidden) FROM STDIN',
        lines.join(''),
      );
      return true;
    },
  },
  {
    name: 'reply',
    weight: 6,
    make: ({ sql, random }) =>
      touched(
        sql,
        `INSERT INTO trial_replies (id, note_id, team, body, hidden) SELECT $1, n.id, n.team, $3, $4 FROM trial_notes n WHERE n.id = $2 ON CONFLICT DO NOTHING`,
        [random.pick(REPLY_IDS), random.pick(NOTE_IDS), someBody(random), makeCanary('hidden', random)],
      ),
  },
  {
    name: 'move a reply to another note',
    weight: 5,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE trial_replies SET note_id = $2, version = version + 1
         WHERE id = (SELECT r.id FROM trial_replies r WHERE r.id = ANY ($1::uuid[]) ORDER BY r.id LIMIT 1)
           AND EXISTS (SELECT FROM trial_notes WHERE id = $2)`,
        [random.sample(REPLY_IDS, 8), random.pick(NOTE_IDS)],
      ),
  },
  {
    name: 'a cascade of deletes',
    weight: 3,
    async make({ sql, random }) {
      const [found] = (
        await sql.query<{ note_id: string }>('SELECT note_id FROM trial_replies WHERE id = ANY ($1::uuid[]) LIMIT 1', [
          random.sample(REPLY_IDS, 8),
        ])
      ).rows;
      return found !== undefined && touched(sql, 'DELETE FROM trial_notes WHERE id = $1', [found.note_id]);
    },
  },
  {
    name: 'a cascade of key changes',
    weight: 5,
    async make({ sql, random }) {
      const [found] = (
        await sql.query<{ note_id: string }>('SELECT note_id FROM trial_replies WHERE id = ANY ($1::uuid[]) LIMIT 1', [
          random.sample(REPLY_IDS, 8),
        ])
      ).rows;
      if (found === undefined) return false;
      return touched(
        sql,
        'UPDATE trial_notes SET id = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM trial_notes WHERE id = $2)',
        [found.note_id, random.pick(NOTE_IDS)],
      );
    },
  },
  {
    name: 'the cheap form',
    weight: 6,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE trial_ticks t SET count = count + 1, version = version + 1, hidden = $2
         FROM (SELECT id FROM trial_ticks WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) locked WHERE t.id = locked.id`,
        [random.sample(TICK_IDS, 4), makeCanary('hidden', random)],
      ),
  },
  {
    name: 'the cheap form: appear',
    weight: 5,
    make: ({ sql, random }) =>
      touched(sql, 'INSERT INTO trial_ticks (id, board, hidden) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        random.pick(TICK_IDS),
        random.pick(BOARDS),
        makeCanary('hidden', random),
      ]),
  },
  {
    name: 'the cheap form: another board by delete and insert',
    weight: 2,
    async make({ sql, random }) {
      const id = random.pick(TICK_IDS);
      if (!(await touched(sql, 'DELETE FROM trial_ticks WHERE id = $1', [id]))) return false;
      return touched(sql, 'INSERT INTO trial_ticks (id, board, hidden) VALUES ($1, $2, $3)', [
        id,
        random.pick(BOARDS),
        makeCanary('hidden', random),
      ]);
    },
  },
  {
    name: 'the cheap form: vanish',
    weight: 1,
    make: ({ sql, random }) => touched(sql, 'DELETE FROM trial_ticks WHERE id = $1', [random.pick(TICK_IDS)]),
  },
  {
    name: 'a pair that must stay in balance',
    weight: 5,
    async make({ sql, random }) {
      const { pair, left, right } = random.pick(PAIRS);
      const amount = 1 + random.below(100);
      await sql.query('SELECT FROM trial_pairs WHERE pair = $1 ORDER BY id FOR UPDATE', [pair]);
      const gave = await touched(sql, 'UPDATE trial_pairs SET value = value - $2 WHERE id = $1', [left, amount]);
      return (await touched(sql, 'UPDATE trial_pairs SET value = value + $2 WHERE id = $1', [right, amount])) && gave;
    },
  },
  {
    name: 'a pair that changes its team',
    weight: 3,
    async make({ sql, random }) {
      const { pair, left, right } = random.pick(PAIRS);
      const team = random.pick(TEAMS);
      await sql.query('SELECT FROM trial_pairs WHERE pair = $1 ORDER BY id FOR UPDATE', [pair]);
      const first = await touched(sql, 'UPDATE trial_pairs SET team = $2 WHERE id = $1', [left, team]);
      return (await touched(sql, 'UPDATE trial_pairs SET team = $2 WHERE id = $1', [right, team])) && first;
    },
  },
  {
    name: 'scraps',
    weight: 3,
    make: ({ sql, random }) =>
      touched(
        sql,
        'INSERT INTO trial_scraps (id, team, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET team = excluded.team, body = excluded.body',
        [random.pick(SCRAP_IDS), random.chance(0.2) ? null : random.pick(TEAMS), someBody(random)],
      ),
  },
  {
    name: 'TRUNCATE',
    weight: 1,
    async make({ sql }) {
      // Under an older snapshot the history's trigger would not see every row that goes.
      const { rows } = await sql.query<{ any: boolean }>(
        `SELECT current_setting('transaction_isolation') = 'read committed' AND EXISTS (SELECT FROM trial_scraps) AS any`,
      );
      if (rows[0]?.any !== true) return false;
      await sql.query('TRUNCATE trial_scraps');
      return true;
    },
  },
];
