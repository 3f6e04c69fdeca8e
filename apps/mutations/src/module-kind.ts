import { z } from 'zod';
import type { ContentKind } from './content-kind.ts';
import { title } from './fields.ts';
import { position } from './position.ts';

export const MODULES: ContentKind = {
  thing: 'module',
  table: 'modules',
  parent: { table: 'courses', columns: { course_id: 'id' }, deletable: false },
  fields: { title: { column: 'title', type: 'text' }, position: { column: 'position', type: 'text' } },
  columns: ['id', 'course_id', 'title', 'position', 'deleted_at', 'version', 'last_modified', 'modified_by'],
  made: { title, position: position.optional() },
  saved: { title, position, deleted: z.boolean() },
  defaults: {},
};
