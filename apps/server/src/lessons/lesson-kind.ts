import { z } from 'zod';
import type { ContentKind } from '../courses/content-kind.ts';
import { position } from '../courses/position.ts';
import { savedOf } from '../courses/saved.ts';
import { status, title } from '../courses/title.ts';
import { uuid } from '../http/read-request.ts';

/** Markdown, in characters. */
const content = z.string().max(200_000);

export const LESSONS: ContentKind = {
  table: 'lessons',
  path: '/api/admin/lessons',
  parent: {
    table: 'modules',
    path: '/api/admin/modules',
    columns: { module_id: 'id', course_id: 'course_id' },
    deletable: true,
  },
  fields: {
    title: { column: 'title', type: 'text' },
    content: { column: 'content', type: 'text' },
    status: { column: 'status', type: 'text' },
    position: { column: 'position', type: 'text' },
    moduleId: { column: 'module_id', type: 'uuid' },
  },
  columns: [
    'id',
    'course_id',
    'module_id',
    'title',
    'content',
    'position',
    'status',
    'deleted_at',
    'version',
    'last_modified',
    'modified_by',
  ],
  made: z.strictObject({
    title,
    content: content.optional(),
    status: status.optional(),
    position: position.optional(),
  }),
  saved: savedOf({
    title: title.optional(),
    content: content.optional(),
    status: status.optional(),
    position: position.optional(),
    moduleId: uuid.optional(),
    deleted: z.boolean().optional(),
  }),
};
