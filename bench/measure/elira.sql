-- What Elira's side of the latency bench begins with, after Elira's own migrations: learners with a session each, enrolled in one course
-- whose texts they hold, a row of progress each, and a catalogue of a hundred courses. $people is put in by the bench.
INSERT INTO users (id, name, email, role)
  SELECT 'u' || g, 'Learner ' || g, 'u' || g || '@bench.invalid', 'learner' FROM generate_series(0, $people - 1) g;
INSERT INTO sessions (id, user_id, token, expires_at)
  SELECT 's' || g, 'u' || g, 'token-' || g, now() + interval '1 day' FROM generate_series(0, $people - 1) g;
INSERT INTO courses (id, title, description, is_published)
  SELECT ('00000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid, 'course ' || g, 'About course ' || g, false FROM generate_series(1, 100) g;
INSERT INTO modules (id, course_id, title, position)
  SELECT '00000000-0000-4001-8000-000000000001', c.id, 'Module', 'a0' FROM courses c WHERE c.title = 'course 1';
INSERT INTO lessons (course_id, module_id, title, content, position, status)
  SELECT m.course_id, m.id, 'Lesson ' || g, repeat('Some words to read. ', 50), 'a' || g, 'ready' FROM modules m, generate_series(1, 5) g;
UPDATE courses SET is_published = true;
INSERT INTO enrollments (user_id, course_id)
  SELECT 'u' || g, '00000000-0000-4000-8000-000000000001' FROM generate_series(0, $people - 1) g;
INSERT INTO lesson_progress (id, user_id, course_id, lesson_id)
  SELECT ('00000000-0000-4002-8000-' || lpad(g::text, 12, '0'))::uuid, 'u' || g, l.course_id, l.id
  FROM generate_series(0, $people - 1) g, (SELECT * FROM published_lessons ORDER BY position LIMIT 1) l;
-- The baseline rings in its capture. Elira rings from its own process after a commit; the bench's writer is another process.
CREATE FUNCTION ring() RETURNS trigger LANGUAGE plpgsql AS $ring$
BEGIN
  PERFORM pg_notify('course_changes', '');
  RETURN NULL;
END $ring$;
CREATE TRIGGER ring AFTER UPDATE ON lesson_progress FOR EACH STATEMENT EXECUTE FUNCTION ring();
CREATE TRIGGER ring AFTER UPDATE ON published_courses FOR EACH STATEMENT EXECUTE FUNCTION ring();
ANALYZE;
