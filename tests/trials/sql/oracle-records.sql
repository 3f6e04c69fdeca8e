-- The oracle, third part: what is told, answered, graded, noted and counted.

CREATE FUNCTION oracle.views(m mutations) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'me:' || m.user_id || '/owner', jsonb_build_object('id', m.id, 'name', m.name, 'status', m.status, 'decidedAt', m.decided_at)
  WHERE m.recent
$$;

CREATE FUNCTION oracle.views(a user_activities) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'analytics/admin', jsonb_build_object('id', a.id, 'userId', a.user_id, 'activityType', a.activity_type, 'entityType', a.entity_type,
    'entityId', a.entity_id, 'metadata', a.metadata, 'timestamp', a.timestamp)
  WHERE a.recent
$$;

CREATE FUNCTION oracle.views(a recent_audit) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', a.id, 'courseId', a.course_id, 'changedBy', a.changed_by, 'entityType', a.entity_type,
    'entityId', a.entity_id, 'entityVersion', a.entity_version, 'fieldName', a.field_name, 'oldValue', a.old_value, 'newValue', a.new_value,
    'textOffset', a.text_offset, 'cut', a.cut, 'afterGap', a.after_gap, 'changedAt', a.changed_at)
  FROM (VALUES ('analytics/admin', true), ('authoring:' || a.course_id || '/author', a.course_id IS NOT NULL)) s (scope, shown) WHERE s.shown
$$;

CREATE FUNCTION oracle.views(c course_counts) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', c.id, 'courseId', c.course_id, 'learners', c.learners, 'active', c.active, 'completed', c.completed,
    'progress', c.progress, 'scored', c.scored, 'score', c.score)
  FROM (VALUES ('analytics/admin'), ('authoring:' || c.course_id || '/author')) s (scope)
$$;

CREATE FUNCTION oracle.views(a announcements) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', a.id, 'courseId', a.course_id, 'title', a.title, 'body', a.body, 'authorId', a.author_id,
    'createdAt', a.created_at)
  FROM (VALUES ('courses/admin', true), ('announcements/learner', a.course_id IS NULL),
    ('authoring:' || a.course_id || '/author', a.course_id IS NOT NULL), ('content:' || a.course_id || '/learner', a.course_id IS NOT NULL)
  ) s (scope, shown) WHERE s.shown
$$;

CREATE FUNCTION oracle.views(n notifications) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT CASE WHEN n.user_id IS NOT NULL THEN 'me:' || n.user_id || '/owner' WHEN n.course_id IS NOT NULL THEN 'content:' || n.course_id || '/learner'
      ELSE 'announcements/learner' END,
    jsonb_build_object('id', n.id, 'courseId', n.course_id, 'kind', n.kind, 'title', n.title, 'entityId', n.entity_id, 'createdAt', n.created_at)
$$;

CREATE FUNCTION oracle.views(r notification_reads) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'me:' || r.user_id || '/owner', jsonb_build_object('id', r.id, 'notificationId', r.notification_id, 'readAt', r.read_at)
$$;

CREATE FUNCTION oracle.views(a quiz_attempts) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'progress:' || a.user_id || '/learner', jsonb_build_object('id', a.id, 'userId', a.user_id, 'courseId', a.course_id, 'quizId', a.quiz_id,
    'courseVersion', a.course_version, 'answers', a.answers, 'submittedAt', a.submitted_at)
$$;

CREATE FUNCTION oracle.views(g grades) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'progress:' || g.user_id || '/learner', jsonb_build_object('id', g.id, 'userId', g.user_id, 'courseId', g.course_id, 'quizId', g.quiz_id,
    'attemptId', g.attempt_id, 'courseVersion', g.course_version, 'points', g.points, 'maxPoints', g.max_points, 'percent', g.percent,
    'detail', g.detail, 'reason', g.reason, 'gradedBy', g.graded_by, 'gradedAt', g.graded_at)
$$;

CREATE FUNCTION oracle.views(y sync_status) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT s.scope, jsonb_build_object('id', y.id, 'entityType', y.entity_type, 'entityId', y.entity_id, 'lastSyncAt', y.last_sync_at,
    'syncDuration', y.sync_duration, 'status', y.status, 'errorMessage', y.error_message, 'createdAt', y.created_at)
  FROM (VALUES ('courses/admin', true), ('authoring:' || y.entity_id || '/author', y.entity_type = 'course')) s (scope, shown) WHERE s.shown
$$;

CREATE FUNCTION oracle.views(s sync_servers) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'metrics/admin', jsonb_build_object('id', s.id, 'startedAt', s.started_at, 'seenAt', s.seen_at, 'metrics', s.metrics)
$$;

-- What people wrote by the one door, and what it came to.
CREATE FUNCTION oracle.views(s trial_slates) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'desk:' || s.user_id || '/owner', jsonb_build_object('id', s.id, 'userId', s.user_id, 'seq', s.seq)
$$;

CREATE FUNCTION oracle.views(d trial_deeds) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'desk:' || d.user_id || '/owner', jsonb_build_object('id', d.id, 'mutationId', d.mutation_id, 'amount', d.amount)
$$;
