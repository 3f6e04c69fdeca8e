-- Whether what was committed about a course has been read by every running server: `sync_status`, and the same in courses.sync_status and
-- courses.last_synced_at.
--
--   a statement on courses, modules, lessons, quizzes, questions, options    leaves a mark with its transaction's id (note_*_sync)
--   the commit                                                               shows `pending` (show_marked_course, deferred)
--   a server, when it has read, at most once a second                       says how far, and settles what all have read (record_sync)
--
-- Nobody waits for anybody here: marks are rows of one's own, and a row that somebody else holds at this moment is left out, since whoever
-- holds it shows `pending` too, or record_sync() puts it right at its next turn, which the very commit brings about.

-- What has not been read by all yet.
CREATE TABLE sync_pending (
  course_id uuid NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- The moment before the commit.
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Whether the statement has shown it already, because it concerned very many.
  shown boolean NOT NULL,
  PRIMARY KEY (course_id, xid)
);

-- Rows that a server could not render and has set aside, until they change again.
CREATE TABLE sync_failures (
  table_name varchar(63) NOT NULL,
  row_key text NOT NULL,
  course_id uuid NOT NULL,
  -- SQLSTATE.
  code varchar(5) NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (table_name, row_key)
);
CREATE INDEX sync_failures_of_course ON sync_failures (course_id);

-- Positions compare within one incarnation of the change index only: after a crash, ids of transactions come again.
ALTER TABLE sync_servers ADD COLUMN incarnation uuid;

DO $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['sync_pending', 'sync_failures'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
    EXECUTE format('CREATE POLICY owner_all ON %I TO elira_owner USING (true) WITH CHECK (true)', named);
  END LOOP;
END $$;

-- Shows `pending` where it is not shown yet. Under a stricter isolation than read committed a row that changed meanwhile would fail the whole
-- transaction: there, record_sync() shows it.
CREATE FUNCTION show_pending(course_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
    RETURN;
  END IF;
  WITH free AS (
    SELECT s.id FROM sync_status s WHERE s.entity_type = 'course' AND s.entity_id = ANY (course_ids) AND s.status <> 'pending'
    ORDER BY s.id FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE sync_status s SET status = 'pending', error_message = NULL FROM free f WHERE f.id = s.id;
  WITH free AS (
    SELECT c.id FROM courses c WHERE c.id = ANY (course_ids) AND c.sync_status <> 'pending' ORDER BY c.id FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE courses c SET sync_status = 'pending' FROM free f WHERE f.id = c.id;
END $$;

CREATE FUNCTION mark_pending(course_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  -- Above this many, one statement is cheaper than a trigger for each at the commit.
  most CONSTANT int := 100;
  many CONSTANT boolean := cardinality(course_ids) > most;
BEGIN
  INSERT INTO sync_pending (course_id, shown) SELECT DISTINCT c, many FROM unnest(course_ids) c ON CONFLICT (course_id, xid) DO NOTHING;
  IF many THEN
    PERFORM show_pending(course_ids);
  END IF;
END $$;

CREATE FUNCTION show_marked_course() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE sync_pending p SET at = clock_timestamp() WHERE p.course_id = NEW.course_id AND p.xid = NEW.xid;
  PERFORM show_pending(ARRAY[NEW.course_id]);
  RETURN NULL;
END $$;
-- At the commit: authors hold nobody up while they work.
CREATE CONSTRAINT TRIGGER show_marked_course AFTER INSERT ON sync_pending DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NOT NEW.shown) EXECUTE FUNCTION show_marked_course();

-- The course's own row needs no mark to say `pending`.
CREATE FUNCTION keep_course_sync() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.sync_status := 'pending';
    NEW.last_synced_at := NULL;
  ELSIF (NEW.id, NEW.version, NEW.is_draft, NEW.is_published, NEW.published_at, NEW.last_modified, NEW.modified_by, NEW.access, NEW.publications)
    IS DISTINCT FROM (OLD.id, OLD.version, OLD.is_draft, OLD.is_published, OLD.published_at, OLD.last_modified, OLD.modified_by, OLD.access, OLD.publications) THEN
    NEW.sync_status := 'pending';
    NEW.last_synced_at := OLD.last_synced_at;
  END IF;
  RETURN NEW;
END $$;
-- After course_state, which keeps the version.
CREATE TRIGGER course_sync BEFORE INSERT OR UPDATE ON courses FOR EACH ROW EXECUTE FUNCTION keep_course_sync();

-- Each course has its row of sync_status, made and deleted here and nowhere else, always at the same depth of triggers.
CREATE FUNCTION note_course_sync() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  touched uuid[] := '{}';
  come uuid[] := '{}';
  gone uuid[] := '{}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    touched := ARRAY(SELECT n.id FROM new_rows n);
    come := touched;
  ELSIF TG_OP = 'DELETE' THEN
    gone := ARRAY(SELECT o.id FROM old_rows o);
  ELSE
    touched := ARRAY(SELECT c.id FROM (
      SELECT n.id, n.version, n.is_draft, n.is_published, n.published_at, n.last_modified, n.modified_by, n.access, n.publications FROM new_rows n
      EXCEPT
      SELECT o.id, o.version, o.is_draft, o.is_published, o.published_at, o.last_modified, o.modified_by, o.access, o.publications FROM old_rows o) c);
    come := ARRAY(SELECT n.id FROM new_rows n EXCEPT SELECT o.id FROM old_rows o);
    gone := ARRAY(SELECT o.id FROM old_rows o EXCEPT SELECT n.id FROM new_rows n);
  END IF;
  IF cardinality(gone) > 0 THEN
    DELETE FROM sync_status s WHERE s.entity_type = 'course' AND s.entity_id = ANY (gone);
    DELETE FROM sync_failures f WHERE f.course_id = ANY (gone);
  END IF;
  IF cardinality(come) > 0 THEN
    INSERT INTO sync_status (entity_type, entity_id) SELECT 'course', c FROM unnest(come) c ORDER BY c
    ON CONFLICT (entity_type, entity_id) DO NOTHING;
  END IF;
  IF cardinality(touched) > 0 THEN
    PERFORM mark_pending(touched);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER course_sync_insert AFTER INSERT ON courses REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_course_sync();
CREATE TRIGGER course_sync_update AFTER UPDATE ON courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_course_sync();
CREATE TRIGGER course_sync_delete AFTER DELETE ON courses REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_course_sync();

CREATE FUNCTION forget_course_sync() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM sync_status s WHERE s.entity_type = 'course';
  DELETE FROM sync_failures;
  RETURN NULL;
END $$;
CREATE TRIGGER course_sync_truncate AFTER TRUNCATE ON courses FOR EACH STATEMENT EXECUTE FUNCTION forget_course_sync();

CREATE FUNCTION note_content_sync() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  touched uuid[];
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
  IF cardinality(touched) > 0 THEN
    PERFORM mark_pending(touched);
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  content text;
BEGIN
  FOREACH content IN ARRAY ARRAY['modules', 'lessons', 'quizzes', 'questions', 'options'] LOOP
    EXECUTE format('CREATE TRIGGER course_sync_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION note_content_sync()', content);
    EXECUTE format('CREATE TRIGGER course_sync_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION note_content_sync()', content);
    EXECUTE format('CREATE TRIGGER course_sync_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION note_content_sync()', content);
  END LOOP;
END $$;

-- The course that a row belongs to, NULL where it is none of a course's content or gone.
CREATE FUNCTION course_of_row(table_name text, row_key text) RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  found uuid;
BEGIN
  IF table_name IN ('courses', 'published_courses') THEN
    RETURN (SELECT c.id FROM courses c WHERE c.id = row_key::uuid);
  ELSIF table_name IN ('modules', 'lessons', 'quizzes', 'questions', 'options', 'published_modules', 'published_lessons', 'published_quizzes',
    'published_questions', 'published_options') THEN
    EXECUTE format('SELECT t.course_id FROM %I t WHERE t.id = $1', table_name) INTO found USING row_key::uuid;
    RETURN found;
  END IF;
  RETURN NULL;
END $$;

-- A server says that it runs. Returns whether anything waits to be settled. `metrics` is NULL where they are what they were.
CREATE FUNCTION see_server(server_id uuid, metrics jsonb) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Nothing has been read yet, so it comes before every mark.
  INSERT INTO sync_servers AS s (id, position, metrics) VALUES (server_id, '1:1:', coalesce(see_server.metrics, '{}'))
  ON CONFLICT (id) DO UPDATE SET seen_at = now(), metrics = coalesce(see_server.metrics, s.metrics);
  DELETE FROM sync_servers s WHERE s.id IN (
    SELECT o.id FROM sync_servers o WHERE o.seen_at < now() - interval '30 seconds' ORDER BY o.id FOR UPDATE SKIP LOCKED);
  RETURN EXISTS (SELECT FROM sync_pending);
END $$;

CREATE FUNCTION leave_server(server_id uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM sync_servers s WHERE s.id = server_id
$$;

-- A server says how far it has read, which rows it has set aside ([{table, key, code}]) and which of those came right or went
-- ([{table, key}]), and settles what every running server has read, at most 2,000 courses at a time. Returns whether anything is left.
CREATE FUNCTION record_sync(server_id uuid, read_incarnation uuid, read_position text, set_aside jsonb, mended jsonb) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  most CONSTANT int := 2000;
  positions pg_snapshot[];
  settled uuid[];
  gone uuid[];
BEGIN
  -- One at a time: two would leave out the rows that the other holds.
  PERFORM pg_advisory_xact_lock(hashtext('elira.record_sync'));
  UPDATE sync_servers s SET position = read_position, incarnation = read_incarnation WHERE s.id = server_id;
  IF NOT FOUND THEN
    -- It was taken for gone; see_server() brings it back.
    RETURN true;
  END IF;

  DELETE FROM sync_failures f USING jsonb_to_recordset(mended) AS m ("table" text, key text) WHERE f.table_name = m."table" AND f.row_key = m.key;
  INSERT INTO sync_failures (table_name, row_key, course_id, code)
  SELECT DISTINCT ON (r."table", r.key) r."table", r.key, r.course_id, r.code
  FROM (SELECT a."table", a.key, a.code, course_of_row(a."table", a.key) AS course_id
    FROM jsonb_to_recordset(set_aside) AS a ("table" text, key text, code text)) r
  WHERE r.course_id IS NOT NULL
  ON CONFLICT (table_name, row_key) DO UPDATE SET code = excluded.code, at = now();

  -- What is marked first, so that what cannot be settled now does not stand before the rest for ever.
  settled := ARRAY(
    SELECT p.course_id FROM sync_pending p GROUP BY p.course_id ORDER BY min(p.at) LIMIT most)
    || ARRAY(SELECT f.course_id FROM sync_failures f JOIN sync_status s ON s.entity_type = 'course' AND s.entity_id = f.course_id
      WHERE s.status = 'success' LIMIT most);
  gone := ARRAY(SELECT t FROM unnest(settled) t WHERE NOT EXISTS (SELECT FROM courses c WHERE c.id = t));
  settled := ARRAY(SELECT c.id FROM courses c WHERE c.id = ANY (settled) ORDER BY c.id FOR NO KEY UPDATE SKIP LOCKED);
  settled := gone || ARRAY(SELECT s.entity_id FROM sync_status s
    WHERE s.entity_type = 'course' AND s.entity_id = ANY (settled) ORDER BY s.id FOR NO KEY UPDATE SKIP LOCKED);
  -- Now that the rows are held: what was committed meanwhile counts.
  positions := ARRAY(SELECT CASE WHEN s.incarnation = sync.current_incarnation() THEN s.position ELSE '1:1:' END::pg_snapshot
    FROM sync_servers s WHERE s.seen_at > now() - interval '30 seconds');
  settled := ARRAY(SELECT t FROM unnest(settled) t EXCEPT
    SELECT p.course_id FROM sync_pending p
    WHERE p.course_id = ANY (settled) AND EXISTS (SELECT FROM unnest(positions) r WHERE NOT pg_visible_in_snapshot(p.xid, r))
      -- One that can be seen before its transaction was: it came with a dump.
      AND pg_visible_in_snapshot(p.xid, pg_current_snapshot()));

  WITH outcome AS MATERIALIZED (
    SELECT t AS course_id, (SELECT min(p.at) FROM sync_pending p WHERE p.course_id = t) AS since,
      (SELECT 'A row of ' || f.table_name || ' cannot be shown (SQLSTATE ' || f.code || ').' FROM sync_failures f WHERE f.course_id = t
        ORDER BY f.at DESC, f.table_name, f.row_key LIMIT 1) AS failure
    FROM unnest(settled) t
  )
  UPDATE sync_status s SET status = CASE WHEN o.failure IS NULL THEN 'success' ELSE 'failed' END, error_message = o.failure,
    last_sync_at = CASE WHEN o.failure IS NULL THEN clock_timestamp() ELSE s.last_sync_at END,
    sync_duration = CASE WHEN o.failure IS NULL THEN least(2147483647, greatest(0, round(extract(epoch FROM clock_timestamp() - o.since) * 1000)))::integer
      ELSE s.sync_duration END
  FROM outcome o
  WHERE s.entity_type = 'course' AND s.entity_id = o.course_id;
  UPDATE courses c SET sync_status = CASE s.status WHEN 'success' THEN 'synced' ELSE 'error' END,
    last_synced_at = s.last_sync_at
  FROM sync_status s WHERE c.id = ANY (settled) AND s.entity_type = 'course' AND s.entity_id = c.id;
  DELETE FROM sync_pending p WHERE p.course_id = ANY (settled);

  PERFORM show_pending(ARRAY(SELECT p.course_id FROM sync_pending p));
  RETURN EXISTS (SELECT FROM sync_pending);
END $$;

-- What was set aside and has not come right yet, the oldest first.
CREATE FUNCTION failed_rows() RETURNS TABLE ("table" text, key text, code text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT f.table_name, f.row_key, f.code FROM sync_failures f ORDER BY f.at LIMIT 1000
$$;

GRANT EXECUTE ON FUNCTION failed_rows(), see_server(uuid, jsonb), leave_server(uuid), record_sync(uuid, uuid, text, jsonb, jsonb) TO elira_app;

INSERT INTO sync_status (entity_type, entity_id) SELECT 'course', c.id FROM courses c;
INSERT INTO sync_pending (course_id, shown) SELECT c.id, true FROM courses c;
