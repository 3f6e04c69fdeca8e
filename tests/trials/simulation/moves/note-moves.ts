import type { Row } from '../database/model-row.ts';
import { PEOPLE, TEAMS } from '../world/people.ts';
import { isVacant, pickKey, type Move, type MoveContext } from './move.ts';

/** Keys of notes are few, so that the same ones come and go. */
const KEYS = 12;

const owner = ({ random }: MoveContext): string | null => random.pick([...PEOPLE, ...PEOPLE, null]);
const team = ({ random }: MoveContext): string | null => random.pick([...TEAMS, null]);
const key = ({ random }: MoveContext): string => `n${1 + random.below(KEYS)}`;
const secret = ({ fresh }: MoveContext, whose: string | null): string | null =>
  whose === null ? null : `secret of ${whose} ${fresh()}`;

export function newNote(context: MoveContext, id: string): Row {
  const whose = owner(context);
  const isPublic = context.random.chance(0.3);
  return {
    id,
    owner: whose,
    team: team(context),
    is_public: isPublic,
    body: `body ${context.fresh()}`,
    secret: secret(context, whose),
    version: 1,
    unseen: 0,
  };
}

function edit(context: MoveContext, change: (row: Row) => Row): void {
  const id = pickKey(context, 'note');
  if (id !== undefined) context.transaction.update('note', [id], change);
}

function give(context: MoveContext, id: string): void {
  const whose = owner(context);
  context.transaction.update('note', [id], (row) => ({ ...row, owner: whose, secret: secret(context, whose) }));
}

export const NOTE_MOVES: readonly Move[] = [
  {
    name: 'note comes',
    weight: 6,
    make(context) {
      const ids = [key(context), key(context)].filter(
        (id, index, all) => all.indexOf(id) === index && isVacant(context, 'note', id),
      );
      context.transaction.insert(
        'note',
        ids.map((id) => newNote(context, id)),
      );
    },
  },
  {
    name: 'note is edited',
    weight: 6,
    make: (context) =>
      edit(context, (row) => ({
        ...row,
        body: `body ${context.fresh()} ü 日本\n${'x'.repeat(context.random.below(400))}`,
        version: Number(row['version']) + 1,
      })),
  },
  {
    name: 'note is given away',
    weight: 4,
    make(context) {
      const id = pickKey(context, 'note');
      if (id !== undefined) give(context, id);
    },
  },
  {
    name: 'note is passed on in one transaction',
    weight: 3,
    make(context) {
      const id = pickKey(context, 'note');
      if (id === undefined) return;
      give(context, id);
      context.transaction.update('note', [id], (row) => ({ ...row, team: team(context) }));
      give(context, id);
    },
  },
  { name: 'note changes team', weight: 3, make: (context) => edit(context, (row) => ({ ...row, team: team(context) })) },
  {
    name: 'note is published',
    weight: 2,
    make: (context) => edit(context, (row) => ({ ...row, is_public: row['is_public'] !== true })),
  },
  { name: 'unseen edit', weight: 2, make: (context) => edit(context, (row) => ({ ...row, unseen: context.fresh() })) },
  { name: 'edit that changes nothing', weight: 1, make: (context) => edit(context, (row) => ({ ...row })) },
  {
    name: 'note goes',
    weight: 3,
    make(context) {
      const id = pickKey(context, 'note');
      if (id !== undefined) context.transaction.remove('note', [id]);
    },
  },
  {
    name: 'note goes and comes as another’s',
    weight: 2,
    make(context) {
      const id = pickKey(context, 'note');
      if (id === undefined) return;
      context.transaction.remove('note', [id]);
      context.transaction.insert('note', [newNote(context, id)]);
    },
  },
  {
    name: 'note comes and goes',
    weight: 1,
    make(context) {
      const id = key(context);
      if (!isVacant(context, 'note', id)) return;
      context.transaction.insert('note', [newNote(context, id)]);
      context.transaction.remove('note', [id]);
    },
  },
  {
    name: 'note changes its key',
    weight: 2,
    make(context) {
      const [id, next] = [pickKey(context, 'note'), key(context)];
      if (id === undefined || !isVacant(context, 'note', next)) return;
      context.transaction.update('note', [id], (row) => ({ ...row, id: next }));
    },
  },
  {
    name: 'many notes in one statement',
    weight: 2,
    make(context) {
      const { transaction, random } = context;
      const ids = transaction.keys('note').filter((id) => transaction.isFree('note', id));
      const to = team(context);
      transaction.update('note', random.sample(ids, 4), (row) => ({ ...row, team: to, version: Number(row['version']) + 1 }));
    },
  },
];
