-- What happened to courses: as rows, and as bells that name who rang.
--
--   course_analytics    record_publications()       one event per publication and withdrawal, also where a person writes it by hand
--   the doorbells       notify_content_changes()    as in 0004, for whoever was signed in

-- One event for each publication and each withdrawal. The mission's own transaction writes it by hand, after publishing or before, and most
-- people will not: so a trigger writes it, and a row by hand takes the place of the trigger's.
ALTER TABLE course_analytics
  -- The transaction that wrote the row; NULL where trigger and hand have found each other.
  ADD COLUMN of_transaction xid8 DEFAULT pg_current_xact_id(),
  ADD COLUMN by_hand boolean NOT NULL DEFAULT true;

-- The rows of a statement are compared by set operations: a plan without parameters is kept from the first statement on, for one row.
CREATE FUNCTION record_publications() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  switched uuid[];
  events text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(n.id ORDER BY n.id), array_agg('published'::text) INTO switched, events FROM new_rows n WHERE n.is_published;
  ELSE
    SELECT array_agg(c.id ORDER BY c.id), array_agg(CASE WHEN c.is_published THEN 'published' ELSE 'unpublished' END ORDER BY c.id) INTO switched, events
    FROM (
      SELECT d.id, d.is_published FROM (
        SELECT n.id, n.is_published, CASE WHEN n.is_published THEN n.publications END FROM new_rows n
        EXCEPT SELECT o.id, o.is_published, CASE WHEN o.is_published THEN o.publications END FROM old_rows o
      ) d
      -- A row whose key changed has no old one here, and nothing else of it may change with the key.
      INTERSECT SELECT o.id, either.is_published FROM old_rows o CROSS JOIN (VALUES (true), (false)) either (is_published)
    ) c;
  END IF;
  IF switched IS NULL THEN
    RETURN NULL;
  END IF;
  WITH happened AS (
    SELECT * FROM unnest(switched, events) AS h (course_id, event)
  ), found AS (
    UPDATE course_analytics a SET of_transaction = NULL FROM happened h
    WHERE a.course_id = h.course_id AND a.event = h.event AND a.by_hand AND a.of_transaction = pg_current_xact_id()
    RETURNING a.course_id
  )
  INSERT INTO course_analytics (course_id, event, by_hand)
  SELECT h.course_id, h.event, false FROM (
    SELECT h.course_id, h.event FROM happened h EXCEPT SELECT f.course_id, either.event FROM found f CROSS JOIN (VALUES ('published'), ('unpublished')) either (event)
  ) h ORDER BY h.course_id;
  RETURN NULL;
END $$;
CREATE TRIGGER course_events_insert AFTER INSERT ON courses REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION record_publications();
CREATE TRIGGER course_events_update AFTER UPDATE ON courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION record_publications();

CREATE FUNCTION settle_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  ids uuid[];
  courses uuid[];
  events text[];
BEGIN
  SELECT array_agg(n.id), array_agg(n.course_id), array_agg(n.event) INTO ids, courses, events FROM (
    SELECT DISTINCT ON (w.course_id, w.event) w.id, w.course_id, w.event FROM new_rows w
    WHERE w.by_hand AND w.event IN ('published', 'unpublished') AND w.of_transaction = pg_current_xact_id() ORDER BY w.course_id, w.event, w.id) n;
  IF ids IS NULL THEN
    RETURN NULL;
  END IF;
  WITH replaced AS (
    DELETE FROM course_analytics a USING (
      SELECT DISTINCT ON (e.course_id, e.event) e.id, h.id AS by_id
      FROM course_analytics e JOIN unnest(ids, courses, events) h (id, course_id, event) ON h.course_id = e.course_id AND h.event = e.event
      WHERE NOT e.by_hand AND e.of_transaction = pg_current_xact_id() ORDER BY e.course_id, e.event, e.id
    ) w WHERE a.id = w.id RETURNING w.by_id
  )
  UPDATE course_analytics a SET of_transaction = NULL FROM replaced r WHERE a.id = r.by_id;
  RETURN NULL;
END $$;
CREATE TRIGGER events_settle AFTER INSERT ON course_analytics REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION settle_events();

-- As in 0004, and: `userId` is the learner of an enrolment, else who changed it: the viewer, else whom the row names; of a row that is gone
-- nobody is named who only edited it once. By a set operation, which no plan makes quadratic.
CREATE OR REPLACE FUNCTION notify_content_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  most CONSTANT int := 100;
  silent text[] := TG_ARGV[1:];
  changed jsonb[];
  editor varchar;
BEGIN
  -- Most updates of enrolments are progress, in batches: found out without JSON. An IF of its own, because PostgreSQL reads a whole condition.
  IF TG_TABLE_NAME = 'enrollments' AND TG_OP = 'UPDATE' THEN
    IF NOT EXISTS (
      SELECT n.id, n.user_id, n.course_id, n.enrolled_at FROM new_rows n EXCEPT SELECT o.id, o.user_id, o.course_id, o.enrolled_at FROM old_rows o) THEN
      RETURN NULL;
    END IF;
  END IF;
  -- Through JSON, because not every table has the columns that name a user: a missing one is NULL here, and an error as NEW.user_id.
  IF TG_OP = 'UPDATE' THEN
    changed := ARRAY(
      SELECT jsonb_build_object('id', c.now -> 'id', 'user', c.now -> 'user_id', 'by', c.now -> 'modified_by')
      FROM (SELECT to_jsonb(n) - silent AS now FROM new_rows n EXCEPT SELECT to_jsonb(o) - silent FROM old_rows o) c LIMIT most + 1);
  ELSIF TG_OP = 'INSERT' THEN
    changed := ARRAY(
      SELECT jsonb_build_object('id', c.now -> 'id', 'user', c.now -> 'user_id', 'by', c.now -> 'modified_by')
      FROM (SELECT to_jsonb(n) AS now FROM new_rows n LIMIT most + 1) c);
  ELSE
    changed := ARRAY(
      SELECT jsonb_build_object('id', c.was -> 'id', 'user', c.was -> 'user_id')
      FROM (SELECT to_jsonb(o) AS was FROM old_rows o LIMIT most + 1) c);
  END IF;
  IF cardinality(changed) = 0 THEN
    RETURN NULL;
  ELSIF cardinality(changed) > most THEN
    PERFORM pg_notify(TG_ARGV[0], json_build_object('action', 'bulk')::text);
  ELSE
    editor := viewer_id();
    PERFORM pg_notify(TG_ARGV[0], json_build_object('action', TG_OP, 'id', c ->> 'id', 'userId', coalesce(c ->> 'user', editor, c ->> 'by'),
      'timestamp', extract(epoch FROM now()))::text) FROM unnest(changed) c;
  END IF;
  RETURN NULL;
END $$;
