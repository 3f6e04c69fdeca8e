-- What the writes bench begins with, after Elira's own migrations: learners in one course of twenty lessons, none of them completed.
-- $people is put in by the bench.
INSERT INTO users (id, name, email, role)
  SELECT 'u' || g, 'Learner ' || g, 'u' || g || '@bench.invalid', 'learner' FROM generate_series(0, $people - 1) g;
INSERT INTO courses (id, title, description) VALUES ('00000000-0000-4000-8000-000000000001', 'Course', 'About it');
INSERT INTO modules (id, course_id, title) VALUES ('00000000-0000-4001-8000-000000000001', '00000000-0000-4000-8000-000000000001', 'Module');
INSERT INTO lessons (course_id, module_id, title, content)
  SELECT m.course_id, m.id, 'Lesson ' || g, 'Words' FROM modules m, generate_series(1, 20) g;
UPDATE courses SET is_published = true;
INSERT INTO enrollments (user_id, course_id)
  SELECT 'u' || g, '00000000-0000-4000-8000-000000000001' FROM generate_series(0, $people - 1) g;
INSERT INTO lesson_progress (user_id, course_id, lesson_id)
  SELECT 'u' || g, l.course_id, l.id FROM generate_series(0, $people - 1) g CROSS JOIN published_lessons l;

-- The flush without its ledger, to see what that costs: what it writes of progress, and nothing else.
CREATE FUNCTION flush_unrecorded(batch jsonb) RETURNS TABLE (id uuid, status text, answer jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM users u WHERE u.id = ANY (ARRAY(SELECT b.item ->> 'userId' FROM jsonb_array_elements(batch) AS b (item))) ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM enrollments e WHERE e.id = ANY (ARRAY(
    SELECT n.id FROM jsonb_array_elements(batch) AS b (item)
    JOIN published_lessons l ON l.id = (b.item #>> '{args,lessonId}')::uuid
    JOIN enrollments n ON n.user_id = b.item ->> 'userId' AND n.course_id = l.course_id
  )) ORDER BY e.id FOR NO KEY UPDATE;
  INSERT INTO lesson_progress AS p (user_id, course_id, lesson_id, completed_at)
  SELECT DISTINCT ON (u.id, l.id) u.id, l.course_id, l.id, CASE WHEN (b.item #>> '{args,completed}')::boolean THEN now() END
  FROM jsonb_array_elements(batch) AS b (item)
  JOIN users u ON u.id = b.item ->> 'userId' AND NOT u.banned
  JOIN published_lessons l ON l.id = (b.item #>> '{args,lessonId}')::uuid
  JOIN enrollments e ON e.user_id = u.id AND e.course_id = l.course_id
  ORDER BY u.id, l.id
  ON CONFLICT (user_id, lesson_id) DO UPDATE SET completed_at = excluded.completed_at, last_accessed_at = now();
  RETURN QUERY SELECT (b.item ->> 'id')::uuid, 'applied'::text, '{"result": null}'::jsonb FROM jsonb_array_elements(batch) AS b (item);
END $$;
GRANT EXECUTE ON FUNCTION flush_unrecorded(jsonb) TO elira_flush;
ANALYZE;
