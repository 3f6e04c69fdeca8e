import { scopeKey, type ScopeKey } from '@elira/protocol';
import { defineRules, type TableRule } from '@elira/rules';
import type { Viewer } from './viewer.ts';

/**
 * Who may see what in Elira: triggers, the read statement, snapshots and routing are all read from here.
 * Row-level security says the same again in SQL (sql/0005_access.sql, sql/0012_access_of_people.sql); tests hold the two together.
 *
 * A change here changes what `npm run elira -- sync:sql` prints: put its capture part into a new migration.
 *
 *   scope                        who holds it                       what is in it
 *   courses/learner              everybody                          the catalogue
 *   content:<course>/learner     who is enrolled (a grant)          the published course: no answer key, no explanation
 *   announcements/learner        who is signed in                   what is told to all
 *   enrollments:<user>/learner   that user
 *   progress:<user>/learner      that user                          completions, attempts with their answer keys, grades
 *   me:<user>/owner              that user                          the account, mutations of late, what is new and what is read
 *   authoring:<course>/author    its authors (a grant)              the working rows, who takes part, how far they are, what was changed of late
 *   courses/admin                admins and the operator            all working rows
 *   enrollments/admin            admins                             all enrolments, with names
 *   analytics/admin              admins                             numbers of all courses, what people did and changed of late
 *   users/admin                  admins
 *   metrics/admin                admins                             the servers that run
 *
 * Masked for everybody, since no scope lists them: of courses last_synced_at, sync_status (what records that a change was read must not
 * be a change itself) and publications; of users email_verified, ban_reason, ban_expires, updated_at; of sessions everything: the table is
 * here only for streams to rest on. Masked for learners: is_correct, explanation, status, deleted_at, modified_by, which no published
 * table has; for users themselves: banned, created_at. Not synchronised at all: join codes, accounts, verifications, revisions, the whole audit
 * (but for its newest entries), answers of mutations.
 */
const uuidKeyed = (id: number, name: string, routing: TableRule['routing']): TableRule => ({
  id,
  schema: 'public',
  name,
  key: { column: 'id', type: 'uuid' },
  routing,
  capture: 'full',
});

const OF_COURSE: TableRule['routing'] = { course_id: 'uuid' };
const OF_USER: TableRule['routing'] = { user_id: 'text' };
const OF_USER_AND_COURSE: TableRule['routing'] = { user_id: 'text', course_id: 'uuid' };

const EDITED = ['deleted_at', 'version', 'last_modified', 'modified_by'];
const COURSE = [
  'id',
  'title',
  'description',
  'access',
  'is_draft',
  'is_published',
  'published_at',
  'last_modified',
  'modified_by',
  'version',
  'previous_version',
];
const WORKING = [
  { table: 'course_authors', columns: ['id', 'course_id', 'user_id', 'role', 'created_at'] },
  { table: 'modules', columns: ['id', 'course_id', 'title', 'position', ...EDITED] },
  { table: 'lessons', columns: ['id', 'course_id', 'module_id', 'title', 'content', 'position', 'status', ...EDITED] },
  { table: 'quizzes', columns: ['id', 'course_id', 'module_id', 'title', 'instructions', 'position', 'status', ...EDITED] },
  {
    table: 'questions',
    columns: ['id', 'quiz_id', 'course_id', 'kind', 'prompt', 'explanation', 'points', 'position', ...EDITED],
  },
  { table: 'options', columns: ['id', 'question_id', 'quiz_id', 'course_id', 'label', 'is_correct', 'position', ...EDITED] },
];
const ENROLLMENT = ['id', 'user_id', 'course_id', 'progress', 'score', 'active', 'enrolled_at', 'last_accessed_at'];
const PROGRESS = ['id', 'user_id', 'course_id', 'lesson_id', 'completed_at', 'last_accessed_at'];
const PERSON = ['id', 'course_id', 'user_id', 'name', 'role'];
const ANNOUNCEMENT = ['id', 'course_id', 'title', 'body', 'author_id', 'created_at'];
const NOTIFICATION = ['id', 'course_id', 'kind', 'title', 'entity_id', 'created_at'];
const COUNTS = ['id', 'course_id', 'learners', 'active', 'completed', 'progress', 'scored', 'score'];
const SYNC_STATUS = [
  'id',
  'entity_type',
  'entity_id',
  'last_sync_at',
  'sync_duration',
  'status',
  'error_message',
  'created_at',
];
const AUDITED = [
  'id',
  'course_id',
  'changed_by',
  'entity_type',
  'entity_id',
  'entity_version',
  'field_name',
  'old_value',
  'new_value',
  'text_offset',
  'cut',
  'after_gap',
  'changed_at',
];
const ATTEMPT = ['id', 'user_id', 'course_id', 'quiz_id', 'course_version', 'answers', 'submitted_at'];
const GRADE = [
  'id',
  'user_id',
  'course_id',
  'quiz_id',
  'attempt_id',
  'course_version',
  'points',
  'max_points',
  'percent',
  'detail',
  'reason',
  'graded_by',
  'graded_at',
];
const PUBLISHED_COURSE = ['id', 'title', 'description', 'access', 'outline', 'version', 'published_at', 'last_modified'];

export const rules = defineRules({
  tables: [
    uuidKeyed(1, 'courses', {}),
    uuidKeyed(2, 'published_courses', { listed: 'boolean' }),
    // A stream ends when its person's role changes, when they are banned, and when they or the session are gone.
    {
      id: 3,
      schema: 'public',
      name: 'users',
      key: { column: 'id', type: 'text' },
      routing: { role: 'text', banned: 'boolean' },
      capture: 'full',
    },
    { id: 4, schema: 'public', name: 'sessions', key: { column: 'id', type: 'text' }, routing: {}, capture: 'full' },
    uuidKeyed(5, 'course_authors', OF_USER_AND_COURSE),
    uuidKeyed(6, 'modules', OF_COURSE),
    uuidKeyed(7, 'lessons', OF_COURSE),
    uuidKeyed(8, 'quizzes', OF_COURSE),
    uuidKeyed(9, 'questions', OF_COURSE),
    uuidKeyed(10, 'options', OF_COURSE),
    uuidKeyed(11, 'enrollments', OF_USER_AND_COURSE),
    // The hottest table. Neither its key nor whose row it is ever changes.
    { ...uuidKeyed(12, 'lesson_progress', OF_USER_AND_COURSE), capture: 'cheap' },
    uuidKeyed(13, 'course_people', OF_COURSE),
    uuidKeyed(14, 'published_modules', OF_COURSE),
    uuidKeyed(15, 'published_lessons', OF_COURSE),
    uuidKeyed(16, 'published_quizzes', OF_COURSE),
    uuidKeyed(17, 'published_questions', OF_COURSE),
    uuidKeyed(18, 'published_options', OF_COURSE),
    uuidKeyed(19, 'mutations', { user_id: 'text', recent: 'boolean' }),
    uuidKeyed(20, 'user_activities', { recent: 'boolean' }),
    uuidKeyed(21, 'course_counts', OF_COURSE),
    uuidKeyed(22, 'announcements', { course_id: 'uuid', to_all: 'boolean' }),
    uuidKeyed(23, 'notifications', { course_id: 'uuid', user_id: 'text', to_all: 'boolean' }),
    uuidKeyed(24, 'notification_reads', OF_USER),
    uuidKeyed(25, 'quiz_attempts', OF_USER),
    uuidKeyed(26, 'grades', OF_USER),
    uuidKeyed(27, 'sync_status', { entity_type: 'text', entity_id: 'uuid' }),
    uuidKeyed(28, 'sync_servers', {}),
    uuidKeyed(29, 'recent_audit', OF_COURSE),
  ],
  scopes: [
    {
      name: 'courses',
      audience: 'admin',
      tables: [
        { table: 'courses', columns: COURSE },
        ...WORKING,
        { table: 'announcements', columns: ANNOUNCEMENT },
        { table: 'sync_status', columns: SYNC_STATUS },
      ],
    },
    {
      name: 'courses',
      audience: 'learner',
      tables: [{ table: 'published_courses', when: { listed: 'true' }, columns: PUBLISHED_COURSE }],
    },
    {
      name: 'content',
      audience: 'learner',
      tables: [
        { table: 'published_courses', by: 'id', columns: PUBLISHED_COURSE },
        { table: 'published_modules', by: 'course_id', columns: ['id', 'course_id', 'title', 'position'] },
        {
          table: 'published_lessons',
          by: 'course_id',
          columns: ['id', 'course_id', 'module_id', 'title', 'content', 'position', 'version'],
        },
        {
          table: 'published_quizzes',
          by: 'course_id',
          columns: ['id', 'course_id', 'module_id', 'title', 'instructions', 'position', 'version'],
        },
        {
          table: 'published_questions',
          by: 'course_id',
          columns: ['id', 'quiz_id', 'course_id', 'kind', 'prompt', 'points', 'position', 'version'],
        },
        {
          table: 'published_options',
          by: 'course_id',
          columns: ['id', 'question_id', 'quiz_id', 'course_id', 'label', 'position', 'version'],
        },
        { table: 'announcements', by: 'course_id', columns: ANNOUNCEMENT },
        { table: 'notifications', by: 'course_id', columns: NOTIFICATION },
      ],
    },
    {
      name: 'authoring',
      audience: 'author',
      tables: [
        { table: 'courses', by: 'id', columns: COURSE },
        ...WORKING.map((entry) => ({ ...entry, by: 'course_id' })),
        { table: 'enrollments', by: 'course_id', columns: ENROLLMENT },
        { table: 'lesson_progress', by: 'course_id', columns: PROGRESS },
        { table: 'course_people', by: 'course_id', columns: PERSON },
        { table: 'course_counts', by: 'course_id', columns: COUNTS },
        { table: 'announcements', by: 'course_id', columns: ANNOUNCEMENT },
        { table: 'sync_status', by: 'entity_id', when: { entity_type: 'course' }, columns: SYNC_STATUS },
        { table: 'recent_audit', by: 'course_id', columns: AUDITED },
      ],
    },
    {
      name: 'announcements',
      audience: 'learner',
      tables: [
        { table: 'announcements', when: { to_all: 'true' }, columns: ANNOUNCEMENT },
        { table: 'notifications', when: { to_all: 'true' }, columns: NOTIFICATION },
      ],
    },
    { name: 'enrollments', audience: 'learner', tables: [{ table: 'enrollments', by: 'user_id', columns: ENROLLMENT }] },
    {
      name: 'enrollments',
      audience: 'admin',
      tables: [
        { table: 'enrollments', columns: ENROLLMENT },
        { table: 'course_people', columns: PERSON },
      ],
    },
    {
      name: 'progress',
      audience: 'learner',
      tables: [
        { table: 'lesson_progress', by: 'user_id', columns: PROGRESS },
        { table: 'quiz_attempts', by: 'user_id', columns: ATTEMPT },
        { table: 'grades', by: 'user_id', columns: GRADE },
      ],
    },
    {
      name: 'me',
      audience: 'owner',
      tables: [
        { table: 'users', by: 'id', columns: ['id', 'name', 'email', 'image', 'role'] },
        { table: 'mutations', by: 'user_id', when: { recent: 'true' }, columns: ['id', 'name', 'status', 'decided_at'] },
        { table: 'notifications', by: 'user_id', columns: NOTIFICATION },
        { table: 'notification_reads', by: 'user_id', columns: ['id', 'notification_id', 'read_at'] },
      ],
    },
    {
      name: 'analytics',
      audience: 'admin',
      tables: [
        { table: 'course_counts', columns: COUNTS },
        {
          table: 'user_activities',
          when: { recent: 'true' },
          columns: ['id', 'user_id', 'activity_type', 'entity_type', 'entity_id', 'metadata', 'timestamp'],
        },
        { table: 'recent_audit', columns: AUDITED },
      ],
    },
    {
      name: 'metrics',
      audience: 'admin',
      tables: [{ table: 'sync_servers', columns: ['id', 'started_at', 'seen_at', 'metrics'] }],
    },
    {
      name: 'users',
      audience: 'admin',
      tables: [{ table: 'users', columns: ['id', 'name', 'email', 'image', 'role', 'banned', 'created_at'] }],
    },
  ],
  grants: [
    { table: 'enrollments', user: 'user_id', scope: 'content', audience: 'learner', by: 'course_id' },
    { table: 'course_authors', user: 'user_id', scope: 'authoring', audience: 'author', by: 'course_id' },
  ],
  identities: ['users', 'sessions'],
});

/** The scopes that a viewer's stream holds by who they are. Those of a course come and go with the rows that grant them. */
export function getSyncScope(viewer: Viewer): readonly ScopeKey[] {
  switch (viewer.kind) {
    case 'anonymous':
      return [CATALOGUE];
    case 'operator':
      return [scopeKey('courses', 'admin'), CATALOGUE];
    case 'user':
      return [
        CATALOGUE,
        scopeKey('enrollments', 'learner', viewer.id),
        scopeKey('progress', 'learner', viewer.id),
        scopeKey('me', 'owner', viewer.id),
        TOLD_TO_ALL,
        ...(viewer.role === 'admin' ? OF_ADMINS : []),
      ];
  }
}

/** One text for all who hold them. */
const CATALOGUE = scopeKey('courses', 'learner');
const TOLD_TO_ALL = scopeKey('announcements', 'learner');
const OF_ADMINS = ['courses', 'enrollments', 'analytics', 'users', 'metrics'].map((name) => scopeKey(name, 'admin'));
