import { defineRules, type RuleSet } from '@elira/rules';

/** What is synchronised in a simulation. The oracle (`truth.ts`) says the same a second time and never reads this. */
export const SIMULATION_RULES: RuleSet = defineRules({
  tables: [
    {
      id: 1,
      schema: 'public',
      name: 'note',
      key: { column: 'id', type: 'text' },
      routing: { owner: 'text', team: 'text', is_public: 'boolean' },
      capture: 'full',
    },
    {
      id: 2,
      schema: 'public',
      name: 'tick',
      key: { column: 'id', type: 'bigint' },
      routing: { board: 'text' },
      capture: 'cheap',
    },
    {
      id: 3,
      schema: 'public',
      name: 'member',
      key: { column: 'id', type: 'bigint' },
      routing: { person: 'text', team: 'text' },
      capture: 'full',
    },
    {
      id: 4,
      schema: 'public',
      name: 'person',
      key: { column: 'id', type: 'text' },
      routing: { role: 'text' },
      capture: 'full',
    },
    {
      id: 5,
      schema: 'public',
      name: 'mutations',
      key: { column: 'id', type: 'text' },
      routing: { user_id: 'text' },
      capture: 'full',
    },
    {
      id: 6,
      schema: 'public',
      name: 'slate',
      key: { column: 'id', type: 'text' },
      routing: { user_id: 'text' },
      capture: 'full',
    },
  ],
  scopes: [
    {
      name: 'owner',
      audience: 'private',
      tables: [{ table: 'note', by: 'owner', columns: ['owner', 'team', 'body', 'secret', 'version'] }],
    },
    { name: 'team', audience: 'member', tables: [{ table: 'note', by: 'team', columns: ['owner', 'body', 'version'] }] },
    { name: 'notes', audience: 'public', tables: [{ table: 'note', when: { is_public: 'true' }, columns: ['body'] }] },
    { name: 'note', audience: 'follow', tables: [{ table: 'note', by: 'id', columns: ['is_public', 'version'] }] },
    {
      name: 'board',
      audience: 'watch',
      tables: [{ table: 'tick', by: 'board', columns: ['board', { column: 'count', asText: true }] }],
    },
    {
      name: 'me',
      audience: 'owner',
      tables: [
        { table: 'mutations', by: 'user_id', columns: ['status'] },
        { table: 'slate', by: 'user_id', columns: ['seq', 'writes'] },
      ],
    },
  ],
  grants: [{ table: 'member', user: 'person', scope: 'team', audience: 'member', by: 'team' }],
  identities: ['person'],
});
