import type { ModelTable } from '../database/model-row.ts';

/** As in simulation-tables.sql: the model has no SQL. */
export const SIMULATION_TABLES: readonly ModelTable[] = [
  {
    id: 1,
    name: 'note',
    key: 'id',
    routing: ['owner', 'team', 'is_public'],
    synchronised: ['body', 'secret', 'version'],
    others: ['unseen'],
    isCheap: false,
  },
  { id: 2, name: 'tick', key: 'id', routing: ['board'], synchronised: ['count'], others: [], isCheap: true },
  { id: 3, name: 'member', key: 'id', routing: ['person', 'team'], synchronised: [], others: ['remark'], isCheap: false },
  { id: 4, name: 'person', key: 'id', routing: ['role'], synchronised: [], others: ['name'], isCheap: false },
  {
    id: 5,
    name: 'mutations',
    key: 'id',
    routing: ['user_id'],
    synchronised: ['status'],
    others: ['name', 'answer'],
    isCheap: false,
  },
  { id: 6, name: 'slate', key: 'id', routing: ['user_id'], synchronised: ['seq', 'writes'], others: [], isCheap: false },
];
