import { scopeKey, type ScopeKey } from '@elira/protocol';
import { defineRules } from '@elira/rules';
import type { Viewer } from './viewer.ts';

/**
 * Who may see what in Elira: triggers, the read statement, snapshots and routing are all read from here.
 * Row-level security says the same again in SQL (sql/0005_access.sql); the two are held together by tests.
 *
 * A change here changes what `npm run elira -- sync:sql` prints: put its capture part into a new migration.
 */
export const rules = defineRules({
  tables: [
    { id: 1, schema: 'public', name: 'courses', key: { column: 'id', type: 'uuid' }, routing: {}, capture: 'full' },
    { id: 2, schema: 'public', name: 'published_courses', key: { column: 'id', type: 'uuid' }, routing: {}, capture: 'full' },
  ],
  scopes: [
    {
      name: 'courses',
      audience: 'admin',
      tables: [
        {
          table: 'courses',
          // `last_synced_at` and `sync_status` are not here: what records that a change was read must not be a change itself.
          columns: [
            'id',
            'title',
            'description',
            'is_draft',
            'is_published',
            'published_at',
            'last_modified',
            'modified_by',
            'version',
            'previous_version',
          ],
        },
      ],
    },
    {
      name: 'courses',
      audience: 'learner',
      tables: [
        { table: 'published_courses', columns: ['id', 'title', 'description', 'version', 'published_at', 'last_modified'] },
      ],
    },
  ],
});

/** The scopes that a viewer's stream holds. */
export function getSyncScope(viewer: Viewer): readonly ScopeKey[] {
  switch (viewer.kind) {
    case 'anonymous':
    case 'user':
      return [scopeKey('courses', 'learner')];
    case 'operator':
      return [scopeKey('courses', 'admin'), scopeKey('courses', 'learner')];
  }
}
