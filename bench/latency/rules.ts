import { defineRules } from '@elira/rules';

/** A hot table of per-user rows in the cheap form, and one of rows for everybody in the full form. */
export const LATENCY_RULES = defineRules({
  tables: [
    {
      id: 1,
      schema: 'public',
      name: 'enrollment',
      key: { column: 'id', type: 'integer' },
      routing: { user_id: 'text' },
      capture: 'cheap',
    },
    { id: 2, schema: 'public', name: 'course', key: { column: 'id', type: 'integer' }, routing: {}, capture: 'full' },
  ],
  scopes: [
    { name: 'mine', audience: 'learner', tables: [{ table: 'enrollment', by: 'user_id', columns: ['progress', 'ts'] }] },
    { name: 'courses', audience: 'learner', tables: [{ table: 'course', columns: ['title', 'version', 'ts'] }] },
  ],
});
