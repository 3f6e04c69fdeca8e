import { z } from 'zod';
import type { ContentKind } from '../courses/content-kind.ts';
import { position } from '../courses/position.ts';
import { savedOf } from '../courses/saved.ts';
import { title } from '../courses/title.ts';

export const MODULES: ContentKind = {
  table: 'modules',
  path: '/api/admin/modules',
  parent: { table: 'courses', path: '/api/admin/courses', columns: { course_id: 'id' }, deletable: false },
  fields: { title: { column: 'title', type: 'text' }, position: { column: 'position', type: 'text' } },
  columns: ['id', 'course_id', 'title', 'position', 'deleted_at', 'version', 'last_modified', 'modified_by'],
  made: z.strictObject({ title, position: position.optional() }),
  saved: savedOf({ title: title.optional(), position: position.optional(), deleted: z.boolean().optional() }),
};
