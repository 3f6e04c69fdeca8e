-- What triggers keep on working rows: who changed them when, their version, and whether the course differs from what its learners have.
--
--   BEFORE ROW        keep_content_state()    version, last_modified, modified_by of modules, lessons, quizzes, questions, options
--                     keep_course_state()     the same of a course, and its is_draft
--   AFTER STATEMENT   mark_course_draft()     is_draft of the courses whose content a statement changed

-- Id of the user this transaction runs for (SET LOCAL elira.user_id), NULL for nobody: unset, unknown or banned.
CREATE FUNCTION viewer_id() RETURNS varchar LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT u.id FROM users u
  WHERE u.id = current_setting('elira.user_id', true) AND NOT (u.banned AND coalesce(u.ban_expires > now(), true))
$$;

CREATE FUNCTION keep_content_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  kept CONSTANT text[] := ARRAY['version', 'last_modified', 'modified_by'];
  editor varchar := viewer_id();
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- A row that comes back under its old id goes on counting: a version means one content, for ever.
    NEW.version := 1 + coalesce((SELECT max(r.revision) FROM revisions r WHERE r.entity_type = TG_ARGV[0] AND r.entity_id = NEW.id), 0);
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
  ELSIF to_jsonb(NEW) - kept IS DISTINCT FROM to_jsonb(OLD) - kept THEN
    NEW.version := OLD.version + 1;
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
  ELSE
    NEW.version := OLD.version;
    NEW.last_modified := OLD.last_modified;
    -- NULL: the person was deleted.
    NEW.modified_by := CASE WHEN editor IS NULL OR NEW.modified_by IS NULL THEN NEW.modified_by ELSE OLD.modified_by END;
  END IF;
  RETURN NEW;
END $$;

-- What publishing would bring to learners, and what it would take away. Publishing and `is_draft` both read these views.
--
-- A row goes live when it is ready, its version moved, and nothing above it is a draft or marked as deleted. A draft that was live before
-- stays live as it was, where it was. Questions and options follow the status of their quiz. No row is in both views of its kind, so
-- that one statement can read all of them and do what they say.

CREATE VIEW modules_to_publish AS
SELECT m.id, m.course_id, m.title, m.position, m.version
FROM modules m LEFT JOIN published_modules p ON p.id = m.id
WHERE m.deleted_at IS NULL AND p.version IS DISTINCT FROM m.version;

CREATE VIEW lessons_to_publish AS
SELECT l.id, l.course_id, l.module_id, l.title, l.content, l.position, l.version, p.id IS NULL AS is_new
FROM lessons l JOIN modules m ON m.id = l.module_id LEFT JOIN published_lessons p ON p.id = l.id
WHERE l.status = 'ready' AND l.deleted_at IS NULL AND m.deleted_at IS NULL AND p.version IS DISTINCT FROM l.version;

CREATE VIEW quizzes_to_publish AS
SELECT z.id, z.course_id, z.module_id, z.title, z.instructions, z.position, z.version
FROM quizzes z JOIN modules m ON m.id = z.module_id LEFT JOIN published_quizzes p ON p.id = z.id
WHERE z.status = 'ready' AND z.deleted_at IS NULL AND m.deleted_at IS NULL AND p.version IS DISTINCT FROM z.version;

CREATE VIEW questions_to_publish AS
SELECT q.id, q.quiz_id, q.course_id, q.kind, q.prompt, q.explanation, q.points, q.position, q.version
FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN modules m ON m.id = z.module_id LEFT JOIN published_questions p ON p.id = q.id
WHERE z.status = 'ready' AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL AND p.version IS DISTINCT FROM q.version;

CREATE VIEW options_to_publish AS
SELECT o.id, o.question_id, o.quiz_id, o.course_id, o.label, o.is_correct, o.position, o.version
FROM options o JOIN questions q ON q.id = o.question_id JOIN quizzes z ON z.id = o.quiz_id JOIN modules m ON m.id = z.module_id
LEFT JOIN published_options p ON p.id = o.id
WHERE z.status = 'ready' AND o.deleted_at IS NULL AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL
  AND p.version IS DISTINCT FROM o.version;

CREATE VIEW modules_to_withdraw AS
SELECT p.id, p.course_id
FROM published_modules p LEFT JOIN modules m ON m.id = p.id AND m.course_id = p.course_id AND m.deleted_at IS NULL
WHERE m.id IS NULL;

-- Gone or marked itself, or its module is; a draft, which stays where learners have it, also when that module goes.
CREATE VIEW lessons_to_withdraw AS
SELECT p.id, p.course_id
FROM published_lessons p
LEFT JOIN lessons l ON l.id = p.id AND l.course_id = p.course_id AND l.deleted_at IS NULL
LEFT JOIN modules m ON m.id = l.module_id AND m.deleted_at IS NULL
LEFT JOIN modules_to_withdraw w ON w.id = p.module_id AND w.course_id = p.course_id
WHERE m.id IS NULL OR l.status = 'draft' AND w.id IS NOT NULL;

CREATE VIEW quizzes_to_withdraw AS
SELECT p.id, p.course_id
FROM published_quizzes p
LEFT JOIN quizzes z ON z.id = p.id AND z.course_id = p.course_id AND z.deleted_at IS NULL
LEFT JOIN modules m ON m.id = z.module_id AND m.deleted_at IS NULL
LEFT JOIN modules_to_withdraw w ON w.id = p.module_id AND w.course_id = p.course_id
WHERE m.id IS NULL OR z.status = 'draft' AND w.id IS NOT NULL;

-- Not to be live where it is now, and not kept below a draft where learners have it.
CREATE VIEW questions_to_withdraw AS
SELECT p.id, p.course_id
FROM published_questions p
LEFT JOIN questions q ON q.id = p.id AND q.course_id = p.course_id AND q.deleted_at IS NULL
LEFT JOIN quizzes z ON z.id = q.quiz_id AND z.deleted_at IS NULL AND z.status = 'ready'
LEFT JOIN modules m ON m.id = z.module_id AND m.deleted_at IS NULL
LEFT JOIN quizzes kept ON kept.id = p.quiz_id AND kept.status = 'draft'
LEFT JOIN quizzes_to_withdraw w ON w.id = p.quiz_id AND w.course_id = p.course_id
WHERE m.id IS NULL AND (kept.id IS NULL OR w.id IS NOT NULL);

CREATE VIEW options_to_withdraw AS
SELECT p.id, p.course_id
FROM published_options p
LEFT JOIN options o ON o.id = p.id AND o.course_id = p.course_id AND o.deleted_at IS NULL
LEFT JOIN questions q ON q.id = o.question_id AND q.deleted_at IS NULL
LEFT JOIN quizzes z ON z.id = q.quiz_id AND z.deleted_at IS NULL AND z.status = 'ready'
LEFT JOIN modules m ON m.id = z.module_id AND m.deleted_at IS NULL
LEFT JOIN quizzes kept ON kept.id = p.quiz_id AND kept.status = 'draft'
LEFT JOIN questions_to_withdraw w ON w.id = p.question_id AND w.course_id = p.course_id
WHERE m.id IS NULL AND (kept.id IS NULL OR w.id IS NOT NULL);

-- Whether publishing would change anything below the course itself.
CREATE FUNCTION content_differs(of_course uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  SELECT EXISTS (SELECT FROM modules_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM lessons_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM quizzes_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM questions_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM options_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM modules_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM lessons_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM quizzes_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM questions_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM options_to_withdraw d WHERE d.course_id = of_course)
$$;

-- Nobody may be editing a course while it is declared to be no draft, or an edit that commits later would be missed. Editors hold the row
-- of course_edits together; who publishes tries to have it alone, and where somebody is at work the course simply stays a draft. Nobody
-- waits for an editor, so no two can wait for each other.
CREATE FUNCTION edits_have_ended(of_course uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM course_edits e WHERE e.course_id = of_course FOR UPDATE SKIP LOCKED;
  RETURN FOUND;
END $$;

CREATE FUNCTION mark_course_draft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  touched uuid[];
  edited uuid;
BEGIN
  IF TG_OP = 'INSERT' THEN
    touched := ARRAY(SELECT DISTINCT n.course_id FROM new_rows n);
  ELSIF TG_OP = 'DELETE' THEN
    touched := ARRAY(SELECT DISTINCT o.course_id FROM old_rows o);
  ELSE
    touched := ARRAY(
      SELECT c.course_id FROM (SELECT n.id, n.course_id, n.version FROM new_rows n EXCEPT SELECT o.id, o.course_id, o.version FROM old_rows o) c
      UNION SELECT c.course_id FROM (SELECT o.id, o.course_id, o.version FROM old_rows o EXCEPT SELECT n.id, n.course_id, n.version FROM new_rows n) c);
  END IF;
  IF cardinality(touched) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM FROM course_edits e WHERE e.course_id = ANY (touched) ORDER BY e.course_id FOR SHARE;
  -- Only the first edit after a publication comes to the course's row: further authors find it a draft, and do not queue there. One by
  -- one in the order of their ids, and without SELECT … FOR UPDATE before: two who wait so for a row that is being updated can end up
  -- waiting for each other, one for the older version of the row and one for the newer.
  FOREACH edited IN ARRAY ARRAY(SELECT t FROM unnest(touched) t ORDER BY t) LOOP
    UPDATE courses c SET is_draft = true WHERE c.id = edited AND c.is_published AND NOT c.is_draft AND content_differs(c.id);
  END LOOP;
  RETURN NULL;
END $$;

DO $$
DECLARE
  kind text;
  content text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['module', 'lesson', 'quiz', 'question', 'option'] LOOP
    content := CASE kind WHEN 'quiz' THEN 'quizzes' ELSE kind || 's' END;
    EXECUTE format('CREATE TRIGGER content_state BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION keep_content_state(%L)', content, kind);
    EXECUTE format('CREATE TRIGGER course_draft_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION mark_course_draft()', content);
    EXECUTE format('CREATE TRIGGER course_draft_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION mark_course_draft()', content);
    EXECUTE format('CREATE TRIGGER course_draft_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION mark_course_draft()', content);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION keep_course_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  editor varchar := viewer_id();
  live published_courses;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.previous_version := NULL;
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
    NEW.published_at := CASE WHEN NEW.is_published THEN now() END;
    NEW.is_draft := NOT NEW.is_published;
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
  IF (NEW.title, NEW.description) IS DISTINCT FROM (OLD.title, OLD.description) THEN
    NEW.version := OLD.version + 1;
    NEW.previous_version := jsonb_build_object('version', OLD.version, 'title', OLD.title, 'description', OLD.description,
      'lastModified', OLD.last_modified, 'modifiedBy', OLD.modified_by);
    NEW.last_modified := now();
  ELSE
    NEW.version := OLD.version;
    NEW.previous_version := OLD.previous_version;
    NEW.last_modified := CASE WHEN NEW.is_published = OLD.is_published THEN OLD.last_modified ELSE now() END;
  END IF;

  NEW.published_at := CASE WHEN NEW.is_published AND NOT OLD.is_published THEN now() ELSE OLD.published_at END;
  IF NOT NEW.is_published THEN
    NEW.is_draft := true;
  ELSIF NOT OLD.is_published OR NEW.publications <> OLD.publications THEN
    NEW.is_draft := NOT edits_have_ended(OLD.id);
  ELSIF (NEW.title, NEW.description) IS DISTINCT FROM (OLD.title, OLD.description) THEN
    -- Still under its old key here.
    SELECT * INTO live FROM published_courses p WHERE p.id = OLD.id;
    IF (live.title, live.description) IS DISTINCT FROM (NEW.title, NEW.description) THEN
      NEW.is_draft := true;
    ELSE
      -- Taken back: no draft any more, if nothing below differs.
      NEW.is_draft := OLD.is_draft AND (NOT edits_have_ended(OLD.id) OR content_differs(OLD.id));
    END IF;
  ELSE
    NEW.is_draft := OLD.is_draft OR NEW.is_draft AND content_differs(OLD.id);
  END IF;
  RETURN NEW;
END $$;
