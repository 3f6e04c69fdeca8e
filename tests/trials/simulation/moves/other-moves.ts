import { BOARDS, PEOPLE, TEAMS } from '../world/people.ts';
import { isVacant, pickKey, type Move } from './move.ts';

const TICKS = 6;
const MEMBERS = 10;

export const OTHER_MOVES: readonly Move[] = [
  {
    name: 'tick',
    weight: 5,
    make(context) {
      const { transaction, random } = context;
      const id = 1 + random.below(TICKS);
      if (isVacant(context, 'tick', String(id))) transaction.insert('tick', [{ id, board: random.pick(BOARDS), count: 0 }]);
      else if (transaction.isFree('tick', String(id)))
        transaction.update('tick', [String(id)], (row) => ({ ...row, count: Number(row['count']) + 1 }));
    },
  },
  {
    name: 'tick goes',
    weight: 1,
    make(context) {
      const id = pickKey(context, 'tick');
      if (id !== undefined) context.transaction.remove('tick', [id]);
    },
  },
  {
    name: 'member joins',
    weight: 5,
    make(context) {
      const { transaction, random } = context;
      const id = 1 + random.below(MEMBERS);
      if (!isVacant(context, 'member', String(id))) return;
      const team = random.chance(0.1) ? null : random.pick(TEAMS);
      transaction.insert('member', [{ id, person: random.pick(PEOPLE), team, remark: null }]);
    },
  },
  {
    name: 'member leaves',
    weight: 3,
    make(context) {
      const id = pickKey(context, 'member');
      if (id !== undefined) context.transaction.remove('member', [id]);
    },
  },
  {
    name: 'member changes',
    weight: 2,
    make(context) {
      const { transaction, random } = context;
      const id = pickKey(context, 'member');
      if (id === undefined) return;
      const [person, team] = [random.pick(PEOPLE), random.pick(TEAMS)];
      transaction.update('member', [id], (row) => (random.chance(0.5) ? { ...row, person } : { ...row, team }));
    },
  },
  {
    name: 'member leaves and is back',
    weight: 1,
    make(context) {
      const { transaction } = context;
      const id = pickKey(context, 'member');
      const row = id === undefined ? undefined : transaction.row('member', id);
      if (id === undefined || row === undefined) return;
      transaction.remove('member', [id]);
      transaction.insert('member', [row]);
    },
  },
  {
    name: 'role changes',
    weight: 0.6,
    make(context) {
      const id = pickKey(context, 'person');
      if (id === undefined) return;
      context.transaction.update('person', [id], (row) => ({ ...row, role: row['role'] === 'watcher' ? 'plain' : 'watcher' }));
    },
  },
  {
    name: 'person is renamed',
    weight: 0.5,
    make(context) {
      const id = pickKey(context, 'person');
      if (id !== undefined) context.transaction.update('person', [id], (row) => ({ ...row, name: `name ${context.fresh()}` }));
    },
  },
  {
    name: 'person goes, or comes back',
    weight: 0.4,
    make(context) {
      const { transaction, random } = context;
      const id = random.pick(PEOPLE);
      if (isVacant(context, 'person', id)) transaction.insert('person', [{ id, role: 'plain', name: null }]);
      else if (transaction.isFree('person', id)) transaction.remove('person', [id]);
    },
  },
];
