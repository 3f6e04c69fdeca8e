-- The oracle, second part: Elira's own tables. Who may see what, written by hand a second time: authors and admins see the working rows,
-- learners what was published, each person their own things.
--
-- Three scopes exist for the judge alone: `holds:<user>`, whose rows say which scopes that user may hold (nothing where the row of the
-- user does not say so), `identity:<user>`, which a stream rests on, and `session:<id>`, likewise.

CREATE FUNCTION oracle.views(c courses) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', c.id, 'title', c.title, 'description', c.description, 'access', c.access, 'isDraft', c.is_draft,
    'isPublished', c.is_published, 'publishedAt', c.published_at, 'lastModified', c.last_modified, 'modifiedBy', c.modified_by,
    'version', c.version, 'previousVersion', c.previous_version)
  FROM (VALUES ('courses/admin'), ('authoring:' || c.id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(a course_authors) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', a.id, 'courseId', a.course_id, 'userId', a.user_id, 'role', a.role, 'createdAt', a.created_at)
  FROM (VALUES ('courses/admin'), ('authoring:' || a.course_id || '/author')) s (scope)
  UNION ALL
  SELECT 'holds:' || a.user_id, jsonb_build_object('scopes', jsonb_build_array('authoring:' || a.course_id || '/author'))
$$;

CREATE FUNCTION oracle.views(m modules) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', m.id, 'courseId', m.course_id, 'title', m.title, 'position', m.position, 'deletedAt', m.deleted_at,
    'version', m.version, 'lastModified', m.last_modified, 'modifiedBy', m.modified_by)
  FROM (VALUES ('courses/admin'), ('authoring:' || m.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(l lessons) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', l.id, 'courseId', l.course_id, 'moduleId', l.module_id, 'title', l.title, 'content', l.content,
    'position', l.position, 'status', l.status, 'deletedAt', l.deleted_at, 'version', l.version, 'lastModified', l.last_modified,
    'modifiedBy', l.modified_by)
  FROM (VALUES ('courses/admin'), ('authoring:' || l.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(z quizzes) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', z.id, 'courseId', z.course_id, 'moduleId', z.module_id, 'title', z.title,
    'instructions', z.instructions, 'position', z.position, 'status', z.status, 'deletedAt', z.deleted_at, 'version', z.version,
    'lastModified', z.last_modified, 'modifiedBy', z.modified_by)
  FROM (VALUES ('courses/admin'), ('authoring:' || z.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(q questions) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', q.id, 'quizId', q.quiz_id, 'courseId', q.course_id, 'kind', q.kind, 'prompt', q.prompt,
    'explanation', q.explanation, 'points', q.points, 'position', q.position, 'deletedAt', q.deleted_at, 'version', q.version,
    'lastModified', q.last_modified, 'modifiedBy', q.modified_by)
  FROM (VALUES ('courses/admin'), ('authoring:' || q.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(o options) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', o.id, 'questionId', o.question_id, 'quizId', o.quiz_id, 'courseId', o.course_id,
    'label', o.label, 'isCorrect', o.is_correct, 'position', o.position, 'deletedAt', o.deleted_at, 'version', o.version,
    'lastModified', o.last_modified, 'modifiedBy', o.modified_by)
  FROM (VALUES ('courses/admin'), ('authoring:' || o.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(e enrollments) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', e.id, 'userId', e.user_id, 'courseId', e.course_id, 'progress', e.progress,
    'score', e.score, 'active', e.active, 'enrolledAt', e.enrolled_at, 'lastAccessedAt', e.last_accessed_at)
  FROM (VALUES ('enrollments/admin'), ('enrollments:' || e.user_id || '/learner'), ('authoring:' || e.course_id || '/author')) s (scope)
  UNION ALL
  SELECT 'holds:' || e.user_id, jsonb_build_object('scopes', jsonb_build_array('content:' || e.course_id || '/learner'))
$$;

CREATE FUNCTION oracle.views(p lesson_progress) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', p.id, 'userId', p.user_id, 'courseId', p.course_id, 'lessonId', p.lesson_id,
    'completedAt', p.completed_at, 'lastAccessedAt', p.last_accessed_at)
  FROM (VALUES ('progress:' || p.user_id || '/learner'), ('authoring:' || p.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(p course_people) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', p.id, 'courseId', p.course_id, 'userId', p.user_id, 'name', p.name, 'role', p.role)
  FROM (VALUES ('enrollments/admin'), ('authoring:' || p.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(p published_courses) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', p.id, 'title', p.title, 'description', p.description, 'access', p.access, 'outline', p.outline,
    'version', p.version, 'publishedAt', p.published_at, 'lastModified', p.last_modified)
  FROM (VALUES ('courses/learner', p.access <> 'authors'), ('content:' || p.id || '/learner', true)) s (scope, shown) WHERE s.shown
$$;

CREATE FUNCTION oracle.views(p published_modules) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'content:' || p.course_id || '/learner', jsonb_build_object('id', p.id, 'courseId', p.course_id, 'title', p.title,
    'position', p.position)
$$;

CREATE FUNCTION oracle.views(p published_lessons) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'content:' || p.course_id || '/learner', jsonb_build_object('id', p.id, 'courseId', p.course_id, 'moduleId', p.module_id,
    'title', p.title, 'content', p.content, 'position', p.position, 'version', p.version)
$$;

CREATE FUNCTION oracle.views(p published_quizzes) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'content:' || p.course_id || '/learner', jsonb_build_object('id', p.id, 'courseId', p.course_id, 'moduleId', p.module_id,
    'title', p.title, 'instructions', p.instructions, 'position', p.position, 'version', p.version)
$$;

CREATE FUNCTION oracle.views(p published_questions) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'content:' || p.course_id || '/learner', jsonb_build_object('id', p.id, 'quizId', p.quiz_id, 'courseId', p.course_id,
    'kind', p.kind, 'prompt', p.prompt, 'points', p.points, 'position', p.position, 'version', p.version)
$$;

CREATE FUNCTION oracle.views(p published_options) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'content:' || p.course_id || '/learner', jsonb_build_object('id', p.id, 'questionId', p.question_id, 'quizId', p.quiz_id,
    'courseId', p.course_id, 'label', p.label, 'position', p.position, 'version', p.version)
$$;

CREATE FUNCTION oracle.views(u users) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'me:' || u.id || '/owner', jsonb_build_object('id', u.id, 'name', u.name, 'email', u.email, 'image', u.image, 'role', u.role)
  UNION ALL
  SELECT 'users/admin', jsonb_build_object('id', u.id, 'name', u.name, 'email', u.email, 'image', u.image, 'role', u.role,
    'banned', u.banned, 'createdAt', u.created_at)
  UNION ALL
  SELECT 'identity:' || u.id, jsonb_build_object('role', u.role, 'banned', u.banned)
  UNION ALL
  SELECT 'holds:' || u.id, jsonb_build_object('person', true, 'scopes', jsonb_build_array('courses/learner',
    'enrollments:' || u.id || '/learner', 'progress:' || u.id || '/learner', 'me:' || u.id || '/owner', 'desk:' || u.id || '/owner', 'announcements/learner')
    || CASE u.role WHEN 'admin' THEN jsonb_build_array('courses/admin', 'enrollments/admin', 'analytics/admin', 'users/admin', 'metrics/admin')
      ELSE '[]' END)
  WHERE NOT u.banned
$$;

CREATE FUNCTION oracle.views(s sessions) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'session:' || s.id, jsonb_build_object('userId', s.user_id)
$$;
