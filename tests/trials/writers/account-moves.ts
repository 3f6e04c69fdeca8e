import { makeCanary, type Random } from '@elira/testkit';
import { BANNABLE, CHANGERS, CLIENT_PEOPLE, GUESTS, PEOPLE } from '../people.ts';
import { touched, type Move, type MoveContext } from './move.ts';

/**
 * People themselves: roles, bans, sessions, names and addresses, people erased with everything that is theirs. Nobody but a person and
 * admins may see an address, and nobody what else is here.
 */
export function addPerson({ sql, random }: MoveContext, id: string): Promise<boolean> {
  const person = PEOPLE.find((one) => one.id === id);
  return touched(
    sql,
    'INSERT INTO users (id, name, email, role, ban_reason) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING',
    [id, aName(random), anAddress(random), person?.role, makeCanary('hidden', random)],
  );
}

/** Signs somebody in, unless they are banned or there is no such person. */
export function addSession({ sql, random }: MoveContext, user: string): Promise<boolean> {
  return touched(
    sql,
    `INSERT INTO sessions (id, user_id, token, expires_at, ip_address, user_agent)
     SELECT $1, u.id, $3, now() + interval '1 day', $4, $4 FROM users u WHERE u.id = $2 AND NOT u.banned`,
    [random.hex(32), user, makeCanary('hidden', random), makeCanary('hidden', random)],
  );
}

const aName = (random: Random): string => `${makeCanary('body', random)} a name`;
const anAddress = (random: Random): string => `${makeCanary('secret', random)}@elira.example`;
const somebody = (random: Random): string => random.pick(PEOPLE).id;

export const ACCOUNT_MOVES: readonly Move[] = [
  {
    name: 'a role changes',
    weight: 2.5,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE users SET role = $2 WHERE id = $1 AND role <> $2', [
        random.pick(CHANGERS),
        random.pick(['learner', 'instructor', 'admin']),
      ]),
  },
  {
    name: 'a role changes and changes back in one transaction',
    weight: 1.2,
    async make({ sql, random }) {
      const { rows } = await sql.query<{ role: string }>('SELECT role FROM users WHERE id = $1 FOR UPDATE', [CHANGERS[0]]);
      const [before] = rows;
      if (before === undefined) return false;
      const other = random.pick(['learner', 'instructor', 'admin'].filter((role) => role !== before.role));
      await sql.query('UPDATE users SET role = $2 WHERE id = $1', [CHANGERS[0], other]);
      return touched(sql, 'UPDATE users SET role = $2 WHERE id = $1', [CHANGERS[0], before.role]);
    },
  },
  {
    name: 'a person is banned',
    weight: 2,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE users SET banned = true WHERE id = $1 AND NOT banned', [random.pick(BANNABLE)]),
  },
  {
    name: 'a banned person is released',
    weight: 3,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE users SET banned = false WHERE id = $1 AND banned', [random.pick(BANNABLE)]),
  },
  {
    name: 'a session ends',
    weight: 1.5,
    make: ({ sql, random }) => touched(sql, 'DELETE FROM sessions WHERE user_id = $1', [random.pick(CLIENT_PEOPLE)]),
  },
  {
    name: 'a session ends and another begins in one transaction',
    weight: 1.5,
    async make({ sql, random }) {
      const user = random.pick(CLIENT_PEOPLE);
      return (await touched(sql, 'DELETE FROM sessions WHERE user_id = $1', [user])) && addSession({ sql, random }, user);
    },
  },
  {
    name: 'a person is renamed',
    weight: 2,
    make: ({ sql, random }) => touched(sql, 'UPDATE users SET name = $2 WHERE id = $1', [somebody(random), aName(random)]),
  },
  {
    name: 'an address changes, and what nobody may see',
    weight: 2,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE users SET email = $2, ban_reason = $3, updated_at = now() WHERE id = $1', [
        somebody(random),
        anAddress(random),
        makeCanary('hidden', random),
      ]),
  },
  {
    name: 'a person is erased',
    weight: 1,
    rings: true,
    make: ({ sql, random }) => touched(sql, 'DELETE FROM users WHERE id = $1', [random.pick(GUESTS)]),
  },
  {
    name: 'an erased person comes back',
    weight: 2,
    make: (context) => addPerson(context, context.random.pick(GUESTS)),
  },
];
