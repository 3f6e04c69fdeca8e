-- What really happened, told by plain row triggers that share nothing with capture: one line for each state a row came into,
-- NULL for "gone", in the order in which each row's states followed one another.

CREATE TABLE trial_history (
  ord bigserial PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  tbl text NOT NULL,
  key text NOT NULL,
  state jsonb,
  -- Which transactions had ended: what one of them took away was gone before this.
  seen pg_snapshot NOT NULL DEFAULT pg_current_snapshot()
);

-- By looking at the row and not at NEW: where a statement's own triggers have changed it again, they have told of that already, and NEW
-- is a state that has passed. The younger of two: a transaction in REPEATABLE READ still sees what somebody has deleted meanwhile, beside
-- what it has itself put under the same key.
CREATE FUNCTION trial_record_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  look CONSTANT text := format('INSERT INTO trial_history (tbl, key, state) VALUES ($1, $2::text, (SELECT to_jsonb(r) FROM %I r WHERE r.id = $2 ORDER BY age(r.xmin) LIMIT 1))',
    TG_TABLE_NAME);
BEGIN
  IF TG_OP <> 'INSERT' AND (TG_OP = 'DELETE' OR NEW.id <> OLD.id) THEN
    EXECUTE look USING TG_TABLE_NAME, OLD.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    EXECUTE look USING TG_TABLE_NAME, NEW.id;
  END IF;
  RETURN NULL;
END $$;

-- TRUNCATE fires no row triggers; before it, under its lock, every row that will be gone can still be read.
CREATE FUNCTION trial_record_truncate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  EXECUTE format('INSERT INTO trial_history (tbl, key) SELECT %L, id::text FROM %I', TG_TABLE_NAME, TG_TABLE_NAME);
  RETURN NULL;
END $$;

CREATE PROCEDURE trial_watch(watched regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER trial_record AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION trial_record_row()', watched);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER trial_record', watched);
  EXECUTE format('CREATE TRIGGER trial_record_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION trial_record_truncate()', watched);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER trial_record_truncate', watched);
END $$;

CALL trial_watch('trial_notes');
CALL trial_watch('trial_replies');
CALL trial_watch('trial_shadows');
CALL trial_watch('trial_ticks');
CALL trial_watch('trial_pairs');
CALL trial_watch('trial_scraps');
CALL trial_watch('courses');
CALL trial_watch('published_courses');
CALL trial_watch('users');
CALL trial_watch('sessions');
CALL trial_watch('course_authors');
CALL trial_watch('modules');
CALL trial_watch('lessons');
CALL trial_watch('quizzes');
CALL trial_watch('questions');
CALL trial_watch('options');
CALL trial_watch('enrollments');
CALL trial_watch('lesson_progress');
CALL trial_watch('course_people');
CALL trial_watch('published_modules');
CALL trial_watch('published_lessons');
CALL trial_watch('published_quizzes');
CALL trial_watch('published_questions');
CALL trial_watch('published_options');
CALL trial_watch('mutations');
CALL trial_watch('user_activities');
CALL trial_watch('recent_audit');
CALL trial_watch('course_counts');
CALL trial_watch('announcements');
CALL trial_watch('notifications');
CALL trial_watch('notification_reads');
CALL trial_watch('quiz_attempts');
CALL trial_watch('grades');
CALL trial_watch('sync_status');
CALL trial_watch('sync_servers');
CALL trial_watch('trial_slates');
CALL trial_watch('trial_deeds');
