-- Who changed what, and who did what: written by triggers, in the transaction of the change and whatever SQL made it.
--
--   course_audit       audit_changes()         one row per changed field of courses, their content, authors, roles, bans, grades …
--   recent_audit       note_recent_audit()     the newest of these, for screens that follow
--   user_activities    note_enrollments() …    who enrolled, completed a lesson, answered a quiz; log_activity() for what only a mutator knows
--
-- Statement by statement over all rows at once. None of these tables is locked by anybody else, and nothing here locks a row that the
-- statement has not locked itself: writing here can neither wait nor fail.

-- ---- The audit ----

-- What differs of two texts: all of a short one; of one over 1,000 characters the changed middle, from character `text_offset` on.
--
-- Searched for by halving, so that the number of comparisons does not grow with the text, and over bytes: to find the nth character of a
-- text PostgreSQL counts from its beginning, which took fifty milliseconds for 200,000. What is cut at is then moved to where a character
-- begins: bytes of the form 10xxxxxx only go on with one.
CREATE FUNCTION audit_difference(was text, now text, OUT old_value text, OUT new_value text, OUT text_offset integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  longest_whole CONSTANT int := 1000;
  old_bytes bytea;
  new_bytes bytea;
  same int := 0;
  at_most int;
  middle int;
BEGIN
  old_value := was;
  new_value := now;
  IF was IS NULL OR now IS NULL OR length(was) <= longest_whole AND length(now) <= longest_whole THEN
    RETURN;
  END IF;
  old_bytes := convert_to(was, 'UTF8');
  new_bytes := convert_to(now, 'UTF8');
  at_most := least(length(old_bytes), length(new_bytes));
  WHILE same < at_most LOOP
    middle := (same + at_most + 1) / 2;
    IF substring(old_bytes FROM same + 1 FOR middle - same) = substring(new_bytes FROM same + 1 FOR middle - same) THEN
      same := middle;
    ELSE
      at_most := middle - 1;
    END IF;
  END LOOP;
  WHILE same < length(old_bytes) AND get_byte(old_bytes, same) & 192 = 128 LOOP
    same := same - 1;
  END LOOP;
  text_offset := length(convert_from(substring(old_bytes FOR same), 'UTF8'));
  old_bytes := substring(old_bytes FROM same + 1);
  new_bytes := substring(new_bytes FROM same + 1);

  same := 0;
  at_most := least(length(old_bytes), length(new_bytes));
  WHILE same < at_most LOOP
    middle := (same + at_most + 1) / 2;
    IF substring(old_bytes FROM length(old_bytes) - middle + 1) = substring(new_bytes FROM length(new_bytes) - middle + 1) THEN
      same := middle;
    ELSE
      at_most := middle - 1;
    END IF;
  END LOOP;
  WHILE same > 0 AND get_byte(old_bytes, length(old_bytes) - same) & 192 = 128 LOOP
    same := same - 1;
  END LOOP;
  old_value := convert_from(substring(old_bytes FOR length(old_bytes) - same), 'UTF8');
  new_value := convert_from(substring(new_bytes FOR length(new_bytes) - same), 'UTF8');
END $$;

-- The text before a change, from the text after it and what the audit kept. With old and new the other way round: after, from before.
CREATE FUNCTION audit_undo(now text, old_value text, new_value text, text_offset integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN text_offset IS NULL THEN old_value
    ELSE left(now, text_offset) || old_value || substr(now, text_offset + length(new_value) + 1) END
$$;

-- The mutation this transaction applies (SET LOCAL elira.mutation_id), or NULL.
CREATE FUNCTION current_mutation_id() RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN s ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN s::uuid END FROM current_setting('elira.mutation_id', true) s
$$;

-- Arguments: what the row is to the audit; SQL over its columns for the id, the course, the version and a word that names it; which rows
-- are told when they are made or gone ($1: who did it); the columns that are watched, and of a grade told when it is made.
--
-- The course is looked up, since the row may be going with it. Planned for each statement, as the arguments are part of it.
CREATE FUNCTION audit_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
DECLARE
  into_audit CONSTANT text := 'INSERT INTO course_audit (course_id, changed_by, entity_type, entity_id, entity_version, field_name,
    old_value, new_value, text_offset, mutation_id) SELECT (SELECT c.id FROM courses c WHERE c.id = r.of_course LIMIT 1), $1, $2, ';
  row_of CONSTANT text := format('*, %s AS of_id, (%s)::uuid AS of_course, (%s)::integer AS of_version, left((%s)::text, 255) AS word',
    TG_ARGV[1], TG_ARGV[2], TG_ARGV[3], TG_ARGV[4]);
  fields CONSTANT text[] := TG_ARGV[6:];
  made text;
  gone text;
  watched text;
  editor varchar;
  mutation uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
  ELSE
    IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  END IF;
  editor := viewer_id();
  mutation := current_mutation_id();

  IF TG_OP <> 'DELETE' THEN
    made := into_audit || format('r.of_id::text, r.of_version, f.name, NULL, f.now, NULL, $3 FROM (SELECT %s FROM %%s WHERE %s) r
      CROSS JOIN LATERAL (VALUES (0, ''*'', r.word)%s) f (place, name, now) WHERE f.place = 0 OR f.now IS NOT NULL ORDER BY r.id, f.place',
      row_of, TG_ARGV[5], CASE WHEN TG_ARGV[0] = 'grade' THEN (
        SELECT string_agg(format(', (%s, %L, r.%I::text)', place, name, name), '' ORDER BY place) FROM unnest(fields) WITH ORDINALITY f (name, place)) END);
  END IF;
  IF TG_OP <> 'INSERT' THEN
    gone := into_audit || format('r.of_id::text, NULL, ''*'', r.word, NULL, NULL, $3 FROM (SELECT %s FROM %%s WHERE %s) r ORDER BY r.id',
      row_of, TG_ARGV[5]);
  END IF;

  IF TG_OP = 'INSERT' THEN
    EXECUTE format(made, 'new_rows') USING editor, TG_ARGV[0], mutation;
    RETURN NULL;
  ELSIF TG_OP = 'DELETE' THEN
    EXECUTE format(gone, 'old_rows') USING editor, TG_ARGV[0], mutation;
    RETURN NULL;
  END IF;

  SELECT string_agg(format('(%s, %L, o.%I::text, r.%I::text)', place, name, name, name), ', ' ORDER BY place) INTO watched
  FROM unnest(fields) WITH ORDINALITY f (name, place);
  EXECUTE into_audit || format('r.of_id::text, r.of_version, f.name, d.old_value, d.new_value, d.text_offset, $3
    FROM old_rows o JOIN (SELECT %s FROM new_rows) r ON r.id = o.id CROSS JOIN LATERAL (VALUES %s) f (place, name, was, now)
    CROSS JOIN LATERAL audit_difference(f.was, f.now) d WHERE f.was IS DISTINCT FROM f.now COLLATE "C" ORDER BY r.id, f.place', row_of, watched)
    USING editor, TG_ARGV[0], mutation;
  -- A changed key: the one is gone, another made.
  IF EXISTS (SELECT n.id FROM new_rows n EXCEPT SELECT o.id FROM old_rows o) THEN
    EXECUTE format(gone, '(SELECT * FROM old_rows WHERE id NOT IN (SELECT n.id FROM new_rows n)) unmatched') USING editor, TG_ARGV[0], mutation;
    EXECUTE format(made, '(SELECT * FROM new_rows WHERE id NOT IN (SELECT o.id FROM old_rows o)) unmatched') USING editor, TG_ARGV[0], mutation;
  END IF;
  RETURN NULL;
END $$;

-- Argument: what the rows were to the audit.
CREATE FUNCTION audit_truncation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO course_audit (changed_by, entity_type, entity_id, field_name, old_value, mutation_id)
  VALUES (viewer_id(), TG_ARGV[0], '*', '*', 'all', current_mutation_id());
  RETURN NULL;
END $$;

-- What is noise: versions, times, who (it is here already), and what triggers compute. A ban's reason is nobody else's business.
-- A person who enrols or leaves is told of as an activity; here stands who was enrolled or removed by somebody else. Accounts are told
-- of when they are made with more rights than everybody begins with.
DO $$
DECLARE
  kind record;
BEGIN
  FOR kind IN
    SELECT * FROM (VALUES
      ('courses', 'course', 'id', 'id', 'version', 'title', 'true', 'true', '{title,description,access,is_published,publications}'::text[]),
      ('modules', 'module', 'id', 'course_id', 'version', 'title', 'true', 'true', '{title,position,deleted_at}'),
      ('lessons', 'lesson', 'id', 'course_id', 'version', 'title', 'true', 'true', '{module_id,title,content,position,status,deleted_at}'),
      ('quizzes', 'quiz', 'id', 'course_id', 'version', 'title', 'true', 'true', '{module_id,title,instructions,position,status,deleted_at}'),
      ('questions', 'question', 'id', 'course_id', 'version', 'prompt', 'true', 'true',
        '{quiz_id,kind,prompt,explanation,points,position,deleted_at}'),
      ('options', 'option', 'id', 'course_id', 'version', 'label', 'true', 'true', '{question_id,label,is_correct,position,deleted_at}'),
      ('course_authors', 'author', 'user_id', 'course_id', 'NULL', 'role', 'true', 'true', '{user_id,course_id,role}'),
      ('users', 'user', 'id', 'NULL', 'NULL', 'role', 'role <> ''learner'' OR banned', 'true', '{role,banned,ban_expires}'),
      ('grades', 'grade', 'id', 'course_id', 'NULL', 'percent', 'graded_by IS NOT NULL', 'graded_by IS NOT NULL',
        '{user_id,quiz_id,attempt_id,points,max_points,percent,reason}'),
      ('announcements', 'announcement', 'id', 'course_id', 'NULL', 'title', 'true', 'true', '{course_id,title,body}'),
      -- Their updates are progress, of which there is much, and none of it done by staff.
      ('enrollments', 'enrollment', 'user_id', 'course_id', 'NULL', '''enrolled''', 'user_id IS DISTINCT FROM $1', 'user_id IS DISTINCT FROM $1', '{}')
    ) AS k (relation, entity, id, course, version, word, told_made, told_gone, fields)
  LOOP
    EXECUTE format('CREATE TRIGGER audit_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_changes(%L, %L, %L, %L, %L, %L%s)',
      kind.relation, kind.entity, kind.id, kind.course, kind.version, kind.word, kind.told_made,
      CASE WHEN kind.entity = 'grade' THEN ', ''user_id'', ''quiz_id'', ''reason''' END);
    EXECUTE format('CREATE TRIGGER audit_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_changes(%L, %L, %L, %L, %L, %L)',
      kind.relation, kind.entity, kind.id, kind.course, kind.version, kind.word, kind.told_gone);
    IF kind.relation <> 'enrollments' THEN
      EXECUTE format('CREATE TRIGGER audit_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_changes(%L, %L, %L, %L, %L, %L, %s)',
        kind.relation, kind.entity, kind.id, kind.course, kind.version, kind.word, kind.told_made,
        (SELECT string_agg(quote_literal(f), ', ') FROM unnest(kind.fields) f));
    END IF;
    EXECUTE format('CREATE TRIGGER audit_truncate AFTER TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_truncation(%L)', kind.relation, kind.entity);
  END LOOP;
END $$;

-- The audit has no foreign keys (0014): a row here would then lock its course and its author, which whoever restores or deletes a course
-- holds alone, and the two could wait for each other; and TRUNCATE of courses would take the history with it. What the keys would do is
-- done here. A course's id is forgotten with it, since whoever took that id for a new course would read on in the old one's history.
--
-- Argument: the column that follows.
CREATE FUNCTION audit_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ordered CONSTANT text := format('WITH known AS (SELECT a.id FROM course_audit a WHERE a.%1$I %%s ORDER BY a.id FOR UPDATE)
    UPDATE course_audit a SET %1$I = %%s FROM known k WHERE a.id = k.id', TG_ARGV[0]);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    EXECUTE format(ordered, '= $1', '$2') USING OLD.id, NEW.id;
  ELSIF TG_OP = 'TRUNCATE' THEN
    EXECUTE format(ordered, 'IS NOT NULL', 'NULL');
  ELSIF EXISTS (SELECT FROM old_rows) THEN
    EXECUTE format(ordered, 'IN (SELECT o.id FROM old_rows o)', 'NULL');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_follow_key AFTER UPDATE OF id ON courses FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION audit_follows('course_id');
CREATE TRIGGER audit_follow_delete AFTER DELETE ON courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_follows('course_id');
CREATE TRIGGER audit_follow_truncate AFTER TRUNCATE ON courses FOR EACH STATEMENT EXECUTE FUNCTION audit_follows('course_id');
CREATE TRIGGER audit_follow_key AFTER UPDATE OF id ON users FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION audit_follows('changed_by');
CREATE TRIGGER audit_follow_delete AFTER DELETE ON users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_follows('changed_by');
CREATE TRIGGER audit_follow_truncate AFTER TRUNCATE ON users FOR EACH STATEMENT EXECUTE FUNCTION audit_follows('changed_by');

-- What screens that follow the audit are sent; of more than that in one statement, only the last are new to anybody, and that there were
-- more is said.
CREATE FUNCTION recent_entries() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 200
$$;

CREATE FUNCTION note_recent_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  most CONSTANT int := 4000;
BEGIN
  INSERT INTO recent_audit (id, course_id, changed_by, entity_type, entity_id, entity_version, field_name, old_value, new_value, text_offset, cut,
    after_gap, changed_at)
  SELECT n.id, n.course_id, n.changed_by, n.entity_type, n.entity_id, n.entity_version, n.field_name, left(n.old_value, most),
    left(n.new_value, most), n.text_offset, coalesce(greatest(length(n.old_value), length(n.new_value)) > most, false),
    n.place = recent_entries() AND n.of > n.place, n.changed_at
  FROM (SELECT e.*, row_number() OVER (ORDER BY e.id DESC) AS place, count(*) OVER () AS of FROM new_rows e) n
  WHERE n.place <= recent_entries() ORDER BY n.id;
  RETURN NULL;
END $$;
CREATE TRIGGER recent_audit_insert AFTER INSERT ON course_audit REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_recent_audit();

-- What is forgotten of an entry, its course or who made it, is forgotten here.
CREATE FUNCTION recent_audit_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE recent_audit;
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM recent_audit r WHERE r.id IN (SELECT k.id FROM recent_audit k JOIN old_rows o ON o.id = k.id ORDER BY k.id FOR UPDATE OF k);
  ELSE
    WITH known AS (
      SELECT k.id, n.course_id, n.changed_by FROM recent_audit k JOIN new_rows n ON n.id = k.id
      WHERE (k.course_id, k.changed_by) IS DISTINCT FROM (n.course_id, n.changed_by) ORDER BY k.id FOR UPDATE OF k
    )
    UPDATE recent_audit r SET course_id = k.course_id, changed_by = k.changed_by FROM known k WHERE r.id = k.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER recent_audit_update AFTER UPDATE ON course_audit REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recent_audit_follows();
CREATE TRIGGER recent_audit_delete AFTER DELETE ON course_audit REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recent_audit_follows();
CREATE TRIGGER recent_audit_truncate AFTER TRUNCATE ON course_audit FOR EACH STATEMENT EXECUTE FUNCTION recent_audit_follows();

-- Upkeep: all but the newest go, at most 5,000 at a time; what is younger than a minute stays, so that whoever is connected has it, up to
-- ten times as many. Two at once skip what the other has. Returns how many went.
CREATE FUNCTION upkeep_audit() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  kept CONSTANT uuid := (SELECT e.id FROM recent_audit e ORDER BY e.id DESC OFFSET recent_entries() - 1 LIMIT 1);
  most CONSTANT uuid := (SELECT e.id FROM recent_audit e ORDER BY e.id DESC OFFSET 10 * recent_entries() - 1 LIMIT 1);
  gone integer;
BEGIN
  DELETE FROM recent_audit r WHERE r.id IN (
    SELECT a.id FROM recent_audit a WHERE a.id < kept AND (a.id < most OR a.changed_at < now() - interval '1 minute')
    ORDER BY a.id LIMIT 5000 FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- ---- Activities ----

-- What an admin's feed shows at once; of more than that in one statement, only the last are new to anybody.
CREATE FUNCTION recent_activities() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 500
$$;

-- Long texts by their beginnings: metadata tells what happened, the audit has all of it.
CREATE FUNCTION shortened(changes jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(left(c.key, 100), CASE WHEN length(c.value #>> '{}') > 200 THEN to_jsonb(left(c.value #>> '{}', 200) || '…') ELSE c.value END), '{}')
  FROM (SELECT e.key, e.value FROM jsonb_each(changes) e LIMIT 100) c
$$;

-- Notes that the viewer did something, for whatever a trigger cannot know: 'course_update' with metadata {changes: {field: new value}}.
-- Each new value is shortened here to 200 characters. Enrolments, completions and attempts are noted by the triggers below.
CREATE FUNCTION log_activity(activity_type text, entity_type text, entity_id uuid, metadata jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata)
  VALUES (signed_in_viewer(), log_activity.activity_type, log_activity.entity_type, log_activity.entity_id,
    CASE WHEN jsonb_typeof(log_activity.metadata -> 'changes') = 'object'
      THEN log_activity.metadata || jsonb_build_object('changes', shortened(log_activity.metadata -> 'changes'))
      ELSE coalesce(log_activity.metadata, '{}') END);
END $$;

CREATE FUNCTION note_enrollments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, recent)
  SELECT n.user_id, 'enrollment', 'course', n.course_id, row_number() OVER (ORDER BY n.id DESC) <= recent_activities()
  FROM new_rows n ORDER BY n.id;
  RETURN NULL;
END $$;
CREATE TRIGGER activity_insert AFTER INSERT ON enrollments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_enrollments();

CREATE FUNCTION note_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata, recent)
  SELECT n.user_id, 'quiz_attempt', 'quiz', n.quiz_id, jsonb_build_object('courseId', n.course_id, 'attemptId', n.id),
    row_number() OVER (ORDER BY n.submitted_at DESC, n.id DESC) <= recent_activities()
  FROM new_rows n ORDER BY n.submitted_at, n.id;
  RETURN NULL;
END $$;
CREATE TRIGGER activity_insert AFTER INSERT ON quiz_attempts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_attempts();

-- Lessons that somebody completes, or completes again after taking it back: here and nowhere else, so whoever writes to lesson_progress
-- (complete_lesson(), the flush, staff, plain SQL) writes no activity beside it. Often and in batches, so with a plan that is kept: by a set
-- operation, which is hashed or sorted whatever the plan believes of the number of rows.
CREATE FUNCTION note_completions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata, recent)
    SELECT n.user_id, 'lesson_completion', 'lesson', n.lesson_id, jsonb_build_object('courseId', n.course_id),
      row_number() OVER (ORDER BY n.id DESC) <= recent_activities()
    FROM new_rows n WHERE n.completed_at IS NOT NULL ORDER BY n.id;
  ELSE
    INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata, recent)
    SELECT c.user_id, 'lesson_completion', 'lesson', c.lesson_id, jsonb_build_object('courseId', c.course_id),
      row_number() OVER (ORDER BY c.id DESC) <= recent_activities()
    FROM (
      SELECT n.id, n.user_id, n.lesson_id, n.course_id FROM new_rows n WHERE n.completed_at IS NOT NULL
      INTERSECT SELECT o.id, o.user_id, o.lesson_id, o.course_id FROM old_rows o WHERE o.completed_at IS NULL
    ) c ORDER BY c.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER activity_insert AFTER INSERT ON lesson_progress REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_completions();
CREATE TRIGGER activity_update AFTER UPDATE ON lesson_progress REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_completions();

-- Upkeep: all but the newest leave the feed, at most 5,000 at a time. Two at once skip what the other has. Returns how many left.
CREATE FUNCTION upkeep_activities() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  left_feed integer;
BEGIN
  WITH old AS (
    SELECT a.id FROM user_activities a
    WHERE a.recent AND a.id < (SELECT e.id FROM user_activities e WHERE e.recent ORDER BY e.id DESC OFFSET recent_activities() - 1 LIMIT 1)
    ORDER BY a.id LIMIT 5000 FOR UPDATE SKIP LOCKED
  )
  UPDATE user_activities a SET recent = false FROM old WHERE a.id = old.id;
  GET DIAGNOSTICS left_feed = ROW_COUNT;
  RETURN left_feed;
END $$;

GRANT EXECUTE ON FUNCTION log_activity(text, text, uuid, jsonb), upkeep_activities(), upkeep_audit(), audit_undo(text, text, text, integer) TO elira_app;
