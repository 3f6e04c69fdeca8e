import { z } from 'zod';
import type { ContentKind } from './content-kind.ts';
import { status, title, uuid } from './fields.ts';
import { position } from './position.ts';

/** Markdown, in characters. */
const content = z.string().max(200_000);

export const LESSONS: ContentKind = {
  thing: 'lesson',
  table: 'lessons',
  parent: { table: 'modules', columns: { module_id: 'id', course_id: 'course_id' }, deletable: true },
  fields: {
    title: { column: 'title', type: 'text' },
    content: { column: 'content', type: 'text', prose: true },
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
  made: { title, content: content.optional(), status: status.optional(), position: position.optional() },
  saved: { title, content, status, position, moduleId: uuid, deleted: z.boolean() },
  defaults: { content: '', status: 'ready' },
};
