import { scopeKey } from '@elira/protocol';
import { defineRules } from '@elira/rules';

/** One table in one scope: what is measured is the way of its rows. */
export const itemRules = defineRules({
  tables: [
    {
      id: 1,
      schema: 'public',
      name: 'item',
      key: { column: 'id', type: 'uuid' },
      routing: { owner: 'text' },
      capture: 'full',
    },
  ],
  scopes: [
    {
      name: 'items',
      audience: 'owner',
      tables: [{ table: 'item', by: 'owner', columns: ['id', 'owner', 'round', 'title', 'done', 'changed_at'] }],
    },
  ],
});

export const ITEMS = scopeKey('items', 'owner', 'somebody');
