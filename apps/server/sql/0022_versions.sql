-- Versions of a course: what was in one, what differs, and the way back.
--
--   course_version_content()    what stood in a version; course_draft_content(): the working rows in the same form
--   course_diff()               two of them, entity by entity and field by field
--   restore_course_version()    makes the working rows equal to a version; publishes nothing
--   discard_draft()             makes them equal to what is live
--
-- Who restores is an editor like any other: content rows first (table by table, by id), then course_edits, then the course. So nobody who
-- edits or publishes meanwhile can stand in the way in a circle.

-- What publishing would bring to learners (0009), mended: a row goes live when its version moved and it says something else than what is
-- live. Where an edit was taken back, by hand or by restoring, there is nothing to bring, and the course is no draft.
CREATE OR REPLACE VIEW modules_to_publish AS
SELECT m.id, m.course_id, m.title, m.position, m.version
FROM modules m LEFT JOIN published_modules p ON p.id = m.id
WHERE m.deleted_at IS NULL AND p.version IS DISTINCT FROM m.version
  AND (p.course_id, p.title, p.position) IS DISTINCT FROM (m.course_id, m.title, m.position);

CREATE OR REPLACE VIEW lessons_to_publish AS
SELECT l.id, l.course_id, l.module_id, l.title, l.content, l.position, l.version, p.id IS NULL AS is_new
FROM lessons l JOIN modules m ON m.id = l.module_id LEFT JOIN published_lessons p ON p.id = l.id
WHERE l.status = 'ready' AND l.deleted_at IS NULL AND m.deleted_at IS NULL AND p.version IS DISTINCT FROM l.version
  AND (p.course_id, p.module_id, p.title, p.content, p.position) IS DISTINCT FROM (l.course_id, l.module_id, l.title, l.content, l.position);

CREATE OR REPLACE VIEW quizzes_to_publish AS
SELECT z.id, z.course_id, z.module_id, z.title, z.instructions, z.position, z.version
FROM quizzes z JOIN modules m ON m.id = z.module_id LEFT JOIN published_quizzes p ON p.id = z.id
WHERE z.status = 'ready' AND z.deleted_at IS NULL AND m.deleted_at IS NULL AND p.version IS DISTINCT FROM z.version
  AND (p.course_id, p.module_id, p.title, p.instructions, p.position)
    IS DISTINCT FROM (z.course_id, z.module_id, z.title, z.instructions, z.position);

-- Explanations and keys stand in no published table: what is live of them is in the revision.
CREATE OR REPLACE VIEW questions_to_publish AS
SELECT q.id, q.quiz_id, q.course_id, q.kind, q.prompt, q.explanation, q.points, q.position, q.version
FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN modules m ON m.id = z.module_id LEFT JOIN published_questions p ON p.id = q.id
LEFT JOIN revisions r ON r.entity_type = 'question' AND r.entity_id = p.id AND r.revision = p.version
WHERE z.status = 'ready' AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL AND p.version IS DISTINCT FROM q.version
  AND ((p.course_id, p.quiz_id, p.kind, p.prompt, p.points, p.position)
    IS DISTINCT FROM (q.course_id, q.quiz_id, q.kind, q.prompt, q.points, q.position)
    OR q.explanation IS DISTINCT FROM r.content ->> 'explanation');

CREATE OR REPLACE VIEW options_to_publish AS
SELECT o.id, o.question_id, o.quiz_id, o.course_id, o.label, o.is_correct, o.position, o.version
FROM options o JOIN questions q ON q.id = o.question_id JOIN quizzes z ON z.id = o.quiz_id JOIN modules m ON m.id = z.module_id
LEFT JOIN published_options p ON p.id = o.id
LEFT JOIN revisions r ON r.entity_type = 'option' AND r.entity_id = p.id AND r.revision = p.version
WHERE z.status = 'ready' AND o.deleted_at IS NULL AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL
  AND p.version IS DISTINCT FROM o.version
  AND ((p.course_id, p.question_id, p.quiz_id, p.label, p.position) IS DISTINCT FROM (o.course_id, o.question_id, o.quiz_id, o.label, o.position)
    OR o.is_correct IS DISTINCT FROM (r.content ->> 'isCorrect')::boolean);

-- Whether an edit is left that learners do not have. First nobody may be at work, and only then is looked: in one expression, whoever
-- committed in between would be missed.
CREATE FUNCTION is_still_draft(of_course uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT edits_have_ended(of_course) THEN
    RETURN true;
  END IF;
  RETURN content_differs(of_course);
END $$;

-- As in 0009; new are field_versions (0016), and that a statement may ask whether a course still is a draft, by setting is_draft to false.
CREATE OR REPLACE FUNCTION keep_course_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  editor varchar := viewer_id();
  is_edited boolean;
  live published_courses;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.previous_version := NULL;
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
    NEW.published_at := CASE WHEN NEW.is_published THEN now() END;
    NEW.is_draft := NOT NEW.is_published;
    NEW.field_versions := NULL;
    RETURN NEW;
  END IF;

  IF NEW.id <> OLD.id AND (NEW.is_published, NEW.publications) IS DISTINCT FROM (OLD.is_published, OLD.publications) THEN
    -- What is in the course would follow to the new id after it was published under it.
    RAISE EXCEPTION 'a course cannot be published or unpublished by the statement that changes its id'
      USING ERRCODE = 'feature_not_supported', HINT = 'Change the id in a statement of its own.';
  END IF;
  IF editor IS NOT NULL AND (NEW.title, NEW.description, NEW.access, NEW.is_published, NEW.publications)
    IS DISTINCT FROM (OLD.title, OLD.description, OLD.access, OLD.is_published, OLD.publications) THEN
    NEW.modified_by := editor;
  ELSIF editor IS NOT NULL AND NEW.modified_by IS NOT NULL THEN
    NEW.modified_by := OLD.modified_by;
  END IF;
  is_edited := (NEW.title, NEW.description) IS DISTINCT FROM (OLD.title, OLD.description);
  IF is_edited THEN
    NEW.version := OLD.version + 1;
    NEW.previous_version := jsonb_build_object('version', OLD.version, 'title', OLD.title, 'description', OLD.description,
      'lastModified', OLD.last_modified, 'modifiedBy', OLD.modified_by);
    NEW.last_modified := now();
  ELSE
    NEW.version := OLD.version;
    NEW.previous_version := OLD.previous_version;
    NEW.last_modified := CASE WHEN NEW.is_published = OLD.is_published THEN OLD.last_modified ELSE now() END;
  END IF;

  NEW.field_versions := OLD.field_versions;
  IF (NEW.title, NEW.description, NEW.access) IS DISTINCT FROM (OLD.title, OLD.description, OLD.access) THEN
    -- Who may enrol is no content, and counts no version: it is noted at the one there is.
    NEW.field_versions := coalesce(OLD.field_versions, jsonb_build_object('*', OLD.version))
      || CASE WHEN NEW.title IS DISTINCT FROM OLD.title THEN jsonb_build_object('title', NEW.version) ELSE '{}' END
      || CASE WHEN NEW.description IS DISTINCT FROM OLD.description THEN jsonb_build_object('description', NEW.version) ELSE '{}' END
      || CASE WHEN NEW.access IS DISTINCT FROM OLD.access THEN jsonb_build_object('access', NEW.version) ELSE '{}' END;
  END IF;

  NEW.published_at := CASE WHEN NEW.is_published AND NOT OLD.is_published THEN now() ELSE OLD.published_at END;
  IF NOT NEW.is_published THEN
    NEW.is_draft := true;
  ELSIF NOT OLD.is_published OR NEW.publications <> OLD.publications THEN
    NEW.is_draft := NOT edits_have_ended(OLD.id);
  ELSIF is_edited OR OLD.is_draft AND NOT NEW.is_draft THEN
    -- Still under its old key here.
    SELECT * INTO live FROM published_courses p WHERE p.id = OLD.id;
    IF (live.title, live.description) IS DISTINCT FROM (NEW.title, NEW.description) THEN
      NEW.is_draft := true;
    ELSE
      -- Taken back: no draft any more, if nothing below differs.
      NEW.is_draft := OLD.is_draft AND is_still_draft(OLD.id);
    END IF;
  ELSE
    NEW.is_draft := OLD.is_draft OR NEW.is_draft AND content_differs(OLD.id);
  END IF;
  RETURN NEW;
END $$;

-- What stood in a version. Under the rights of who asks, as all that reads here.
CREATE FUNCTION course_version_content(of_course uuid, of_version integer)
RETURNS TABLE (entity_type varchar, entity_id uuid, revision integer, content jsonb)
LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT e.entity_type, e.entity_id, e.revision, r.content
  FROM course_version_entries e
  JOIN revisions r ON r.entity_type = e.entity_type AND r.entity_id = e.entity_id AND r.revision = e.revision
  WHERE e.course_id = of_course AND e.version = of_version
$$;

-- The working rows that are not marked as deleted, nor below one that is. `status` stands in the content of drafts alone.
CREATE FUNCTION course_draft_content(of_course uuid)
RETURNS TABLE (entity_type varchar, entity_id uuid, revision integer, content jsonb)
LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT 'course', c.id, c.version, jsonb_build_object('title', c.title, 'description', c.description) FROM courses c WHERE c.id = of_course
  UNION ALL SELECT 'module', m.id, m.version, jsonb_build_object('title', m.title, 'position', m.position)
  FROM modules m WHERE m.course_id = of_course AND m.deleted_at IS NULL
  UNION ALL SELECT 'lesson', l.id, l.version,
    jsonb_build_object('moduleId', l.module_id, 'title', l.title, 'content', l.content, 'position', l.position)
      || CASE l.status WHEN 'draft' THEN '{"status": "draft"}'::jsonb ELSE '{}' END
  FROM lessons l JOIN modules m ON m.id = l.module_id
  WHERE l.course_id = of_course AND l.deleted_at IS NULL AND m.deleted_at IS NULL
  UNION ALL SELECT 'quiz', z.id, z.version,
    jsonb_build_object('moduleId', z.module_id, 'title', z.title, 'instructions', z.instructions, 'position', z.position)
      || CASE z.status WHEN 'draft' THEN '{"status": "draft"}'::jsonb ELSE '{}' END
  FROM quizzes z JOIN modules m ON m.id = z.module_id
  WHERE z.course_id = of_course AND z.deleted_at IS NULL AND m.deleted_at IS NULL
  UNION ALL SELECT 'question', q.id, q.version, jsonb_build_object('quizId', q.quiz_id, 'kind', q.kind, 'prompt', q.prompt,
    'explanation', q.explanation, 'points', q.points, 'position', q.position)
  FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN modules m ON m.id = z.module_id
  WHERE q.course_id = of_course AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL
  UNION ALL SELECT 'option', o.id, o.version,
    jsonb_build_object('questionId', o.question_id, 'label', o.label, 'isCorrect', o.is_correct, 'position', o.position)
  FROM options o JOIN questions q ON q.id = o.question_id JOIN quizzes z ON z.id = q.quiz_id JOIN modules m ON m.id = z.module_id
  WHERE o.course_id = of_course AND o.deleted_at IS NULL AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL
$$;

-- What differs from one version to another; NULL stands for the working rows. `name` and `parent_id` are of the later one, where it has the
-- row. `fields` is {"<field>": {from, to}}: of a row that was added or removed all of them, else those that changed.
CREATE FUNCTION course_diff(of_course uuid, version_from integer, version_to integer)
RETURNS TABLE (entity_type varchar, entity_id uuid, change text, name text, parent_id uuid, fields jsonb)
LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH a AS (
    SELECT v.entity_type, v.entity_id, v.content FROM course_version_content(of_course, version_from) v WHERE version_from IS NOT NULL
    UNION ALL SELECT d.entity_type, d.entity_id, d.content FROM course_draft_content(of_course) d WHERE version_from IS NULL
  ), b AS (
    SELECT v.entity_type, v.entity_id, v.content FROM course_version_content(of_course, version_to) v WHERE version_to IS NOT NULL
    UNION ALL SELECT d.entity_type, d.entity_id, d.content FROM course_draft_content(of_course) d WHERE version_to IS NULL
  ), both_sides AS (
    SELECT coalesce(b.entity_type, a.entity_type) AS entity_type, coalesce(b.entity_id, a.entity_id) AS entity_id, a.content AS was, b.content AS is_now
    FROM a FULL JOIN b ON b.entity_type = a.entity_type AND b.entity_id = a.entity_id
    WHERE a.content IS DISTINCT FROM b.content
  )
  SELECT s.entity_type, s.entity_id, CASE WHEN s.was IS NULL THEN 'added' WHEN s.is_now IS NULL THEN 'removed' ELSE 'changed' END,
    coalesce(n.content ->> 'title', n.content ->> 'prompt', n.content ->> 'label'),
    coalesce(n.content ->> 'moduleId', n.content ->> 'quizId', n.content ->> 'questionId')::uuid,
    (SELECT jsonb_object_agg(k.key, jsonb_build_object('from', s.was -> k.key, 'to', s.is_now -> k.key))
      FROM jsonb_object_keys(coalesce(s.was, '{}') || coalesce(s.is_now, '{}')) k (key)
      WHERE s.was -> k.key IS DISTINCT FROM s.is_now -> k.key)
  FROM both_sides s CROSS JOIN LATERAL (SELECT coalesce(s.is_now, s.was) AS content) n
$$;

-- Makes the working rows equal to a version: rows that are gone are made again under their ids, those that were marked as deleted are taken
-- back, rows that are not in it are marked as deleted. A row that is equal already is not touched; versions of rows count on.
CREATE FUNCTION make_working_rows_equal(of_course uuid, of_version integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  touched integer := 0;
  step integer;
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['modules', 'lessons', 'quizzes', 'questions', 'options'] LOOP
    EXECUTE format('SELECT FROM %I w WHERE w.course_id = $1 ORDER BY w.id FOR NO KEY UPDATE', named) USING of_course;
  END LOOP;
  IF EXISTS (
    SELECT FROM course_version_content(of_course, of_version) v JOIN (
      SELECT m.id, m.course_id FROM modules m UNION ALL SELECT l.id, l.course_id FROM lessons l UNION ALL SELECT z.id, z.course_id FROM quizzes z
      UNION ALL SELECT q.id, q.course_id FROM questions q UNION ALL SELECT o.id, o.course_id FROM options o
    ) w ON w.id = v.entity_id WHERE w.course_id <> of_course) THEN
    RAISE EXCEPTION 'Something in this version is in another course now.' USING ERRCODE = 'EL021';
  END IF;

  INSERT INTO modules AS w (id, course_id, title, position)
  SELECT v.entity_id, of_course, v.content ->> 'title', v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'module' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET title = excluded.title, position = excluded.position, deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.title, w.position) IS DISTINCT FROM (excluded.title, excluded.position);
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO lessons AS w (id, course_id, module_id, title, content, position)
  SELECT v.entity_id, of_course, (v.content ->> 'moduleId')::uuid, v.content ->> 'title', v.content ->> 'content', v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'lesson' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET module_id = excluded.module_id, title = excluded.title, content = excluded.content,
    position = excluded.position, status = 'ready', deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.module_id, w.title, w.content, w.position, w.status)
    IS DISTINCT FROM (excluded.module_id, excluded.title, excluded.content, excluded.position, 'ready');
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO quizzes AS w (id, course_id, module_id, title, instructions, position)
  SELECT v.entity_id, of_course, (v.content ->> 'moduleId')::uuid, v.content ->> 'title', v.content ->> 'instructions', v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'quiz' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET module_id = excluded.module_id, title = excluded.title, instructions = excluded.instructions,
    position = excluded.position, status = 'ready', deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.module_id, w.title, w.instructions, w.position, w.status)
    IS DISTINCT FROM (excluded.module_id, excluded.title, excluded.instructions, excluded.position, 'ready');
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO questions AS w (id, course_id, quiz_id, kind, prompt, explanation, points, position)
  SELECT v.entity_id, of_course, (v.content ->> 'quizId')::uuid, v.content ->> 'kind', v.content ->> 'prompt', v.content ->> 'explanation',
    (v.content ->> 'points')::integer, v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'question' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET quiz_id = excluded.quiz_id, kind = excluded.kind, prompt = excluded.prompt,
    explanation = excluded.explanation, points = excluded.points, position = excluded.position, deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.quiz_id, w.kind, w.prompt, w.explanation, w.points, w.position)
    IS DISTINCT FROM (excluded.quiz_id, excluded.kind, excluded.prompt, excluded.explanation, excluded.points, excluded.position);
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO options AS w (id, course_id, quiz_id, question_id, label, is_correct, position)
  SELECT v.entity_id, of_course, q.quiz_id, q.id, v.content ->> 'label', (v.content ->> 'isCorrect')::boolean, v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v JOIN questions q ON q.id = (v.content ->> 'questionId')::uuid
  WHERE v.entity_type = 'option' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET quiz_id = excluded.quiz_id, question_id = excluded.question_id, label = excluded.label,
    is_correct = excluded.is_correct, position = excluded.position, deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.quiz_id, w.question_id, w.label, w.is_correct, w.position)
    IS DISTINCT FROM (excluded.quiz_id, excluded.question_id, excluded.label, excluded.is_correct, excluded.position);
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  FOREACH named IN ARRAY ARRAY['modules', 'lessons', 'quizzes', 'questions', 'options'] LOOP
    EXECUTE format('UPDATE %I w SET deleted_at = now() WHERE w.course_id = $1 AND w.deleted_at IS NULL AND NOT EXISTS (
      SELECT FROM course_version_entries e WHERE e.course_id = $1 AND e.version = $2 AND e.entity_type = $3 AND e.entity_id = w.id)', named)
      USING of_course, of_version, CASE named WHEN 'quizzes' THEN 'quiz' ELSE rtrim(named, 's') END;
    GET DIAGNOSTICS step = ROW_COUNT;
    touched := touched + step;
  END LOOP;

  UPDATE courses c SET title = v.content ->> 'title', description = v.content ->> 'description'
  FROM course_version_content(of_course, of_version) v
  WHERE c.id = of_course AND v.entity_type = 'course' AND (c.title, c.description) IS DISTINCT FROM (v.content ->> 'title', v.content ->> 'description');
  GET DIAGNOSTICS step = ROW_COUNT;
  RETURN touched + step;
END $$;

CREATE FUNCTION require_editor(of_course uuid) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM signed_in_viewer();
  IF NOT may_edit_course(of_course) OR NOT EXISTS (SELECT FROM courses c WHERE c.id = of_course) THEN
    RAISE EXCEPTION 'there is no such course' USING ERRCODE = 'no_data_found';
  END IF;
END $$;

-- For the authors of a course. Returns {version, touched}: how many rows were not like that already.
CREATE FUNCTION restore_course_version(course_id uuid, version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  touched integer;
BEGIN
  PERFORM require_editor(restore_course_version.course_id);
  IF NOT EXISTS (
    SELECT FROM course_versions v WHERE v.course_id = restore_course_version.course_id AND v.version = restore_course_version.version) THEN
    RAISE EXCEPTION 'there is no such version' USING ERRCODE = 'no_data_found';
  END IF;
  touched := make_working_rows_equal(restore_course_version.course_id, restore_course_version.version);
  -- It may be what is live.
  UPDATE courses c SET is_draft = false WHERE c.id = restore_course_version.course_id AND c.is_published AND c.is_draft;
  RETURN jsonb_build_object('version', restore_course_version.version, 'touched', touched);
END $$;

-- For the authors of a course: back to what is live, which is its newest version. Returns the same as restoring that one.
CREATE FUNCTION discard_draft(course_id uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  live integer;
  newest integer;
  touched integer;
BEGIN
  PERFORM require_editor(discard_draft.course_id);
  SELECT max(v.version) INTO newest FROM course_versions v WHERE v.course_id = discard_draft.course_id;
  LOOP
    live := newest;
    IF NOT EXISTS (SELECT FROM published_courses p WHERE p.id = discard_draft.course_id) THEN
      RAISE EXCEPTION 'Nothing of this course is live. Choose a version to restore.' USING ERRCODE = 'EL021';
    END IF;
    touched := make_working_rows_equal(discard_draft.course_id, live);
    -- From here on nobody publishes. Whoever did meanwhile has to be followed.
    PERFORM FROM courses c WHERE c.id = discard_draft.course_id FOR NO KEY UPDATE;
    SELECT max(v.version) INTO newest FROM course_versions v WHERE v.course_id = discard_draft.course_id;
    EXIT WHEN newest = live;
  END LOOP;
  UPDATE courses c SET is_draft = false WHERE c.id = discard_draft.course_id AND c.is_draft;
  RETURN jsonb_build_object('version', live, 'touched', touched);
END $$;

GRANT EXECUTE ON FUNCTION course_version_content(uuid, integer), course_draft_content(uuid), course_diff(uuid, integer, integer),
  restore_course_version(uuid, integer), discard_draft(uuid) TO elira_app;
