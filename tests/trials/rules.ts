import { defineRules, type RuleSet } from '@elira/rules';
import { rules as eliraRules } from '../../apps/server/src/rules.ts';

/** The trial's own tables. The oracle (`sql/oracle*.sql`) says the same a second time and never reads this. */
export const TRIAL_RULES: RuleSet = defineRules({
  tables: [
    {
      id: 101,
      schema: 'public',
      name: 'trial_notes',
      key: { column: 'id', type: 'uuid' },
      routing: { owner: 'text', reviewer: 'text', team: 'text', visibility: 'text' },
      capture: 'full',
    },
    {
      id: 102,
      schema: 'public',
      name: 'trial_replies',
      key: { column: 'id', type: 'uuid' },
      routing: { note_id: 'uuid', team: 'text' },
      capture: 'full',
    },
    {
      id: 103,
      schema: 'public',
      name: 'trial_shadows',
      key: { column: 'id', type: 'uuid' },
      routing: { team: 'text' },
      capture: 'full',
    },
    {
      id: 104,
      schema: 'public',
      name: 'trial_ticks',
      key: { column: 'id', type: 'uuid' },
      routing: { board: 'text' },
      capture: 'cheap',
    },
    {
      id: 105,
      schema: 'public',
      name: 'trial_pairs',
      key: { column: 'id', type: 'uuid' },
      routing: { team: 'text' },
      capture: 'full',
    },
    {
      id: 106,
      schema: 'public',
      name: 'trial_scraps',
      key: { column: 'id', type: 'uuid' },
      routing: { team: 'text' },
      capture: 'full',
    },
    {
      id: 107,
      schema: 'public',
      name: 'trial_slates',
      key: { column: 'id', type: 'uuid' },
      routing: { user_id: 'text' },
      capture: 'full',
    },
    {
      id: 108,
      schema: 'public',
      name: 'trial_deeds',
      key: { column: 'id', type: 'uuid' },
      routing: { user_id: 'text' },
      capture: 'full',
    },
    {
      id: 109,
      schema: 'public',
      name: 'trial_bulk',
      key: { column: 'id', type: 'integer' },
      routing: { board: 'text' },
      capture: 'full',
    },
    {
      id: 110,
      schema: 'public',
      name: 'trial_odds',
      key: { column: 'id', type: 'text' },
      routing: { board: 'text' },
      capture: 'full',
    },
  ],
  scopes: [
    {
      name: 'owner',
      audience: 'private',
      tables: [
        {
          table: 'trial_notes',
          by: 'owner',
          columns: ['owner', 'reviewer', 'team', 'visibility', 'body', 'secret', { column: 'amount', asText: true }, 'version'],
        },
      ],
    },
    {
      name: 'reviewer',
      audience: 'review',
      tables: [{ table: 'trial_notes', by: 'reviewer', columns: ['owner', 'body', 'version'] }],
    },
    {
      name: 'team',
      audience: 'team',
      tables: [
        { table: 'trial_notes', by: 'team', columns: ['team', 'body', 'version'] },
        { table: 'trial_replies', by: 'team', columns: ['note_id', 'body', 'version'] },
        { table: 'trial_shadows', by: 'team', columns: ['size', 'version'] },
        { table: 'trial_pairs', by: 'team', columns: ['pair', 'value'] },
        { table: 'trial_scraps', by: 'team', columns: ['body'] },
      ],
    },
    {
      name: 'notes',
      audience: 'public',
      tables: [{ table: 'trial_notes', when: { visibility: 'public' }, columns: ['body'] }],
    },
    { name: 'note', audience: 'follow', tables: [{ table: 'trial_notes', by: 'id', columns: ['visibility', 'version'] }] },
    {
      name: 'thread',
      audience: 'thread',
      tables: [{ table: 'trial_replies', by: 'note_id', columns: ['note_id', 'team', 'version'] }],
    },
    {
      name: 'desk',
      audience: 'owner',
      tables: [
        { table: 'trial_slates', by: 'user_id', columns: ['id', 'user_id', 'seq'] },
        { table: 'trial_deeds', by: 'user_id', columns: ['id', 'mutation_id', 'amount'] },
      ],
    },
    // For probes alone, which no judge follows: what many rows and odd ones do to everybody else is asked of the others.
    { name: 'bulk', audience: 'probe', tables: [{ table: 'trial_bulk', by: 'board', columns: ['value'] }] },
    {
      name: 'odds',
      audience: 'probe',
      tables: [
        { table: 'trial_odds', by: 'board', columns: ['number', 'fraction', { column: 'big', asText: true }, 'words', 'mood'] },
      ],
    },
    {
      name: 'board',
      audience: 'watch',
      tables: [{ table: 'trial_ticks', by: 'board', columns: ['board', 'count', 'version'] }],
    },
  ],
});

/** What the trials synchronise: their own tables beside Elira's. */
export const ALL_RULES: RuleSet = defineRules({
  tables: [...eliraRules.tables, ...TRIAL_RULES.tables],
  scopes: [...eliraRules.scopes, ...TRIAL_RULES.scopes],
  ...(eliraRules.grants === undefined ? {} : { grants: eliraRules.grants }),
  ...(eliraRules.identities === undefined ? {} : { identities: eliraRules.identities }),
});
