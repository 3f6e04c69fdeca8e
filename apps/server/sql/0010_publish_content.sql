-- Publishing a course with all that is in it. Replaces what 0003 has for courses alone; its promises stay: one switch, whoever sets it and
-- by whatever SQL, and statements over all rows at once.
--
--   is_published becomes true      all that is ready is copied, a version is stored, the bell rings
--   publications is counted up     the same for a live course, for what has changed; the bell does not ring
--   access changes                 holds for learners at once
--   is_published becomes false     every published row of the course goes
--
-- Everything that learners read is written by the AFTER trigger of courses and by nothing else, so always at the same depth of triggers:
-- capture can tell the order of changes only there (SPEC.md of the engine, C5).
--
-- Planned anew each time: a plan that was made for one course and kept would be quadratic for ten thousand.
--
-- Order of locks: the course, course_edits, published rows, published_courses, enrollments by id.

-- Copies what is ready, takes away what is gone, and stores the revisions that go live. Returns the courses whose set of lessons changed,
-- those that were not live among them: what they last had may be gone, even where they come back without any lesson.
--
-- One statement, so that everything is of one moment: authors go on editing meanwhile, and a lesson of the one moment below the modules
-- of another would hang in the air. Keys are checked when the statement ends.
CREATE FUNCTION publish_content(course_ids uuid[]) RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  regrouped uuid[];
BEGIN
  WITH modules_live AS (
    INSERT INTO published_modules AS p (id, course_id, title, position, version)
    SELECT d.id, d.course_id, d.title, d.position, d.version FROM modules_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET course_id = excluded.course_id, title = excluded.title, position = excluded.position,
      version = excluded.version
  ), lessons_live AS (
    INSERT INTO published_lessons AS p (id, course_id, module_id, title, content, position, version)
    SELECT d.id, d.course_id, d.module_id, d.title, d.content, d.position, d.version
    FROM lessons_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET course_id = excluded.course_id, module_id = excluded.module_id, title = excluded.title,
      content = excluded.content, position = excluded.position, version = excluded.version
  ), quizzes_live AS (
    INSERT INTO published_quizzes AS p (id, course_id, module_id, title, instructions, position, version)
    SELECT d.id, d.course_id, d.module_id, d.title, d.instructions, d.position, d.version
    FROM quizzes_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET course_id = excluded.course_id, module_id = excluded.module_id, title = excluded.title,
      instructions = excluded.instructions, position = excluded.position, version = excluded.version
  ), questions_live AS (
    INSERT INTO published_questions AS p (id, quiz_id, course_id, kind, prompt, points, position, version)
    SELECT d.id, d.quiz_id, d.course_id, d.kind, d.prompt, d.points, d.position, d.version
    FROM questions_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET quiz_id = excluded.quiz_id, course_id = excluded.course_id, kind = excluded.kind,
      prompt = excluded.prompt, points = excluded.points, position = excluded.position, version = excluded.version
  ), options_live AS (
    INSERT INTO published_options AS p (id, question_id, quiz_id, course_id, label, position, version)
    SELECT d.id, d.question_id, d.quiz_id, d.course_id, d.label, d.position, d.version
    FROM options_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET question_id = excluded.question_id, quiz_id = excluded.quiz_id, course_id = excluded.course_id,
      label = excluded.label, position = excluded.position, version = excluded.version
  ), options_gone AS (
    DELETE FROM published_options p USING options_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), questions_gone AS (
    DELETE FROM published_questions p USING questions_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), quizzes_gone AS (
    DELETE FROM published_quizzes p USING quizzes_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), lessons_gone AS (
    DELETE FROM published_lessons p USING lessons_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids) RETURNING p.course_id
  ), modules_gone AS (
    DELETE FROM published_modules p USING modules_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), revised AS (
    INSERT INTO revisions (entity_type, entity_id, revision, course_id, content)
    SELECT 'module', d.id, d.version, d.course_id, jsonb_build_object('title', d.title, 'position', d.position)
      FROM modules_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'lesson', d.id, d.version, d.course_id,
        jsonb_build_object('moduleId', d.module_id, 'title', d.title, 'content', d.content, 'position', d.position)
      FROM lessons_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'quiz', d.id, d.version, d.course_id,
        jsonb_build_object('moduleId', d.module_id, 'title', d.title, 'instructions', d.instructions, 'position', d.position)
      FROM quizzes_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'question', d.id, d.version, d.course_id, jsonb_build_object('quizId', d.quiz_id, 'kind', d.kind, 'prompt', d.prompt,
        'explanation', d.explanation, 'points', d.points, 'position', d.position)
      FROM questions_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'option', d.id, d.version, d.course_id,
        jsonb_build_object('questionId', d.question_id, 'label', d.label, 'isCorrect', d.is_correct, 'position', d.position)
      FROM options_to_publish d WHERE d.course_id = ANY (course_ids)
    ON CONFLICT (entity_type, entity_id, revision) DO NOTHING
  )
  SELECT ARRAY(
    SELECT d.course_id FROM lessons_to_publish d WHERE d.course_id = ANY (course_ids) AND d.is_new
    UNION SELECT g.course_id FROM lessons_gone g
    UNION SELECT c.id FROM unnest(course_ids) AS c (id) WHERE NOT EXISTS (SELECT FROM published_courses p WHERE p.id = c.id)) INTO regrouped;
  RETURN regrouped;
END $$;

-- Stores the version that is live now, where that is something else than the last one: the list of what is in it.
CREATE FUNCTION store_course_versions(course_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  INSERT INTO revisions (entity_type, entity_id, revision, course_id, content)
  SELECT 'course', p.id, p.version, p.id, jsonb_build_object('title', p.title, 'description', p.description)
  FROM published_courses p WHERE p.id = ANY (course_ids)
  ON CONFLICT (entity_type, entity_id, revision) DO NOTHING;

  WITH entries AS (
    SELECT p.id AS course_id, 'course' AS entity_type, p.id AS entity_id, p.version AS revision FROM published_courses p WHERE p.id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'module', p.id, p.version FROM published_modules p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'lesson', p.id, p.version FROM published_lessons p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'quiz', p.id, p.version FROM published_quizzes p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'question', p.id, p.version FROM published_questions p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'option', p.id, p.version FROM published_options p WHERE p.course_id = ANY (course_ids)
  ), digests AS (
    SELECT e.course_id, md5(string_agg(e.entity_type || ' ' || e.entity_id || ' ' || e.revision, ',' ORDER BY e.entity_type, e.entity_id)) AS digest
    FROM entries e GROUP BY e.course_id
  ), made AS (
    INSERT INTO course_versions (course_id, version, published_at, digest)
    SELECT d.course_id, coalesce(last.version, 0) + 1, now(), d.digest
    FROM digests d LEFT JOIN LATERAL (
      SELECT v.version, v.digest FROM course_versions v WHERE v.course_id = d.course_id ORDER BY v.version DESC LIMIT 1
    ) last ON true
    WHERE last.digest IS DISTINCT FROM d.digest
    RETURNING course_id, version
  )
  INSERT INTO course_version_entries (course_id, version, entity_type, entity_id, revision)
  SELECT m.course_id, m.version, e.entity_type, e.entity_id, e.revision FROM made m JOIN entries e ON e.course_id = m.course_id;
END $$;

-- Computes enrollments.progress anew. Locks first, in the order of the ids, and counts in a statement of its own, which sees what those
-- committed for whom it had to wait. A course that is not live keeps what its learners had reached.
CREATE FUNCTION refresh_progress(enrollment_ids uuid[], accessed boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
  PERFORM FROM enrollments e WHERE e.id = ANY (enrollment_ids) ORDER BY e.id FOR NO KEY UPDATE;
  UPDATE enrollments e SET progress = now_at.percent, last_accessed_at = CASE WHEN accessed THEN now() ELSE e.last_accessed_at END
  FROM (
    SELECT n.id, coalesce(100 * done.lessons / nullif(total.lessons, 0), 0) AS percent
    FROM enrollments n
    CROSS JOIN LATERAL (SELECT count(*) AS lessons FROM published_lessons l WHERE l.course_id = n.course_id) total
    CROSS JOIN LATERAL (
      SELECT count(*) AS lessons FROM lesson_progress p JOIN published_lessons l ON l.id = p.lesson_id AND l.course_id = p.course_id
      WHERE p.course_id = n.course_id AND p.user_id = n.user_id AND p.completed_at IS NOT NULL
    ) done
    WHERE n.id = ANY (enrollment_ids) AND EXISTS (SELECT FROM published_courses c WHERE c.id = n.course_id)
  ) now_at
  WHERE e.id = now_at.id AND (accessed OR e.progress <> now_at.percent);
END $$;

CREATE OR REPLACE FUNCTION publish_courses(course_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  regrouped uuid[] := publish_content(course_ids);
BEGIN
  INSERT INTO published_courses AS p (id, title, description, version, published_at, last_modified, access, listed, outline)
  SELECT c.id, c.title, c.description, c.version, c.published_at, c.last_modified, c.access, c.access <> 'authors', (
    -- What a catalogue shows of the content, in the order of the course.
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'title', m.title,
      'lessons', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'title', l.title) ORDER BY l.position, l.id), '[]')
        FROM published_lessons l WHERE l.module_id = m.id),
      'quizzes', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', z.id, 'title', z.title) ORDER BY z.position, z.id), '[]')
        FROM published_quizzes z WHERE z.module_id = m.id)
    ) ORDER BY m.position, m.id), '[]')
    FROM published_modules m WHERE m.course_id = c.id)
  FROM courses c WHERE c.id = ANY (course_ids) ORDER BY c.id
  ON CONFLICT (id) DO UPDATE SET title = excluded.title, description = excluded.description, version = excluded.version,
    published_at = excluded.published_at, last_modified = excluded.last_modified, access = excluded.access, listed = excluded.listed,
    outline = excluded.outline
  WHERE (p.title, p.description, p.version, p.published_at, p.last_modified, p.access, p.listed, p.outline) IS DISTINCT FROM (excluded.title,
    excluded.description, excluded.version, excluded.published_at, excluded.last_modified, excluded.access, excluded.listed, excluded.outline);

  PERFORM store_course_versions(course_ids);
  IF cardinality(regrouped) > 0 THEN
    PERFORM refresh_progress(ARRAY(SELECT e.id FROM enrollments e WHERE e.course_id = ANY (regrouped)), false);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION unpublish_courses(course_ids uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM published_options p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_questions p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_quizzes p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_lessons p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_modules p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_courses p WHERE p.id = ANY (course_ids)
$$;

-- Publishes a course, or brings the present content of a live one to its readers. Runs with the rights of who calls it.
CREATE OR REPLACE FUNCTION publish_course(course_id uuid) RETURNS void LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE courses c SET is_published = true, publications = c.publications + 1 WHERE c.id = publish_course.course_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no course %', course_id USING ERRCODE = 'no_data_found';
  END IF;
END $$;

-- Takes a course off every learner's screen. Runs with the rights of who calls it.
CREATE OR REPLACE FUNCTION unpublish_course(course_id uuid) RETURNS void LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE courses c SET is_published = false WHERE c.id = unpublish_course.course_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no course %', course_id USING ERRCODE = 'no_data_found';
  END IF;
END $$;

-- A bell {courseId, title} for each course that went live; one {action: 'bulk', count} for more than 100.
CREATE OR REPLACE FUNCTION handle_course_publication() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  appearing uuid[];
  leaving uuid[];
  renewed uuid[] := '{}';
  switched uuid[] := '{}';
BEGIN
  SELECT coalesce(array_agg(n.id) FILTER (WHERE n.is_published AND p.id IS NULL), '{}'),
    coalesce(array_agg(n.id) FILTER (WHERE NOT n.is_published AND p.id IS NOT NULL), '{}') INTO appearing, leaving
  FROM new_rows n LEFT JOIN published_courses p ON p.id = n.id;
  IF TG_OP = 'UPDATE' THEN
    -- By EXCEPT: whatever a plan believes of the number of rows (it knows that of the first statement only), it is never quadratic.
    -- A row whose key changed has no old one here, and asked for nothing.
    renewed := ARRAY(SELECT c.id FROM (
      SELECT n.id, n.publications FROM new_rows n WHERE n.is_published EXCEPT SELECT o.id, o.publications FROM old_rows o) c
      INTERSECT SELECT o.id FROM old_rows o);
    switched := ARRAY(SELECT c.id FROM (
      SELECT n.id, n.access FROM new_rows n WHERE n.is_published EXCEPT SELECT o.id, o.access FROM old_rows o) c);
  END IF;
  IF cardinality(appearing || renewed) > 0 THEN
    PERFORM publish_courses(appearing || renewed);
  END IF;
  IF cardinality(switched) > 0 THEN
    UPDATE published_courses p SET access = c.access, listed = c.access <> 'authors'
    FROM courses c WHERE c.id = p.id AND c.id = ANY (switched) AND p.access <> c.access;
  END IF;
  IF cardinality(leaving) > 0 THEN
    PERFORM unpublish_courses(leaving);
  END IF;
  IF cardinality(appearing) > 100 THEN
    PERFORM pg_notify('course_published', json_build_object('action', 'bulk', 'count', cardinality(appearing))::text);
  ELSIF cardinality(appearing) > 0 THEN
    -- 255 characters of four bytes, or of six when escaped, are far below the 8,000 bytes a notification holds.
    PERFORM pg_notify('course_published', json_build_object('courseId', n.id, 'title', n.title)::text)
    FROM new_rows n WHERE n.id = ANY (appearing);
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER course_publication_sync ON courses;
CREATE TRIGGER course_publication_sync AFTER UPDATE ON courses
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION handle_course_publication();
