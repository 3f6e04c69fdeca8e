import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MADE_COURSE, SAVED_COURSE, savedOf } from '@elira/mutations';
import { makeUuidV7 } from '@elira/protocol';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { pageOf } from '../openapi/shapes.ts';
import { COURSE, WHOLE_COURSE, WORKING_COURSE } from './course-shapes.ts';
import { listWorkingCourses, readCourse, readWorkingCourse } from './working-course.ts';

const PARAMS = z.object({ id: uuid });
const PAGE = z.object({ after: uuid.optional() });
const MADE = z.strictObject(MADE_COURSE);
const SAVED = savedOf(SAVED_COURSE, {});
/** `notify`: tell the learners, also of another publication than the first. */
const PUBLISHED = z.strictObject({ notify: z.boolean().optional() });

/** `/api/admin/courses`: the working side of courses, for their authors and for administrators. */
export function registerWorkingCourseRoutes(app: FastifyInstance, door: Door): void {
  app.get('/api/admin/courses', described(LIST), async (request) => {
    const { after } = readAs(PAGE, request.query);
    return await door.read(request, (client) => listWorkingCourses(client, after));
  });
  app.post('/api/admin/courses', described(MAKE), async (request, reply) => {
    const args = { ...readAs(MADE, request.body), id: makeUuidV7() };
    // By the result: a repeated request has made another id, and is answered with the course that the first one made.
    const course = await door.mutate(request, 'course.make', args, (client, { id }: { id: string }) =>
      readWorkingCourse(client, id),
    );
    return await reply.code(201).send(course);
  });
  app.get('/api/admin/courses/:id', described(READ), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.read(request, (client) => readWorkingCourse(client, id));
  });
  app.put('/api/admin/courses/:id', described(SAVE), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const args = { ...readAs(SAVED, request.body), id };
    return await door.mutate(request, 'course.save', args, (client) => readCourse(client, id));
  });
  app.post('/api/admin/courses/:id/publish', described(PUBLISH), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const args = { ...readAs(PUBLISHED, request.body ?? {}), id };
    return await door.mutate(request, 'course.publish', args, (client) => readWorkingCourse(client, id));
  });
  app.post('/api/admin/courses/:id/unpublish', described(UNPUBLISH), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.mutate(request, 'course.unpublish', { id }, (client) => readWorkingCourse(client, id));
  });
}

const WHOLE = {
  200: { says: 'The course with all that is in it, rows marked as deleted included.', schema: WHOLE_COURSE },
} as const;

const LIST = {
  tag: 'authoring',
  summary: 'The courses that one edits, a page at a time',
  who: 'signed-in',
  query: PAGE,
  answers: { 200: { says: 'In the order of their ids.', schema: pageOf('courses', WORKING_COURSE) } },
} as const;

const MAKE = {
  tag: 'authoring',
  summary: 'Make a course, and own it',
  who: 'person',
  body: MADE,
  repeatable: true,
  answers: { 201: { says: 'The new course.', schema: WHOLE_COURSE } },
  problems: ['forbidden'],
} as const;

const READ = {
  tag: 'authoring',
  summary: 'A course with all that is in it',
  who: 'signed-in',
  params: PARAMS,
  answers: WHOLE,
  problems: ['not_found'],
} as const;

const SAVE = {
  tag: 'authoring',
  summary: 'Save a course',
  description:
    'With the version that the save is based on and the fields it changes. What others changed elsewhere is kept; where both changed one ' +
    'field the answer is a `version_conflict` with `theirs` (the row as it is), `conflicts` (by field: base, theirs, yours) and `merged`.',
  who: 'person',
  params: PARAMS,
  body: SAVED,
  repeatable: true,
  answers: { 200: { says: 'The course as it is now.', schema: COURSE } },
  problems: ['not_found', 'version_conflict'],
} as const;

const PUBLISH = {
  tag: 'authoring',
  summary: 'Publish a course, or bring what is ready to its readers',
  who: 'person',
  params: PARAMS,
  repeatable: true,
  answers: WHOLE,
  problems: ['not_found'],
} as const;

const UNPUBLISH = { ...PUBLISH, summary: 'Take a course off every learner’s screen' } as const;
