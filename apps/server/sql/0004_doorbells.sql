-- Notifications of rarely written tables: {action, id, userId, timestamp (seconds since 1970)} for each row, one
-- {action: 'bulk'} when there are more than 100. A doorbell: it says that something happened, never what; readers look for themselves.
--
-- Arguments of the trigger: the channel, then the columns whose change alone rings nothing. The table's key is `id`.

CREATE FUNCTION notify_content_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most CONSTANT int := 100;
  silent text[] := TG_ARGV[1:];
  payloads text[];
BEGIN
  -- Through JSON, because not every table has the columns that name a user: a missing one is NULL here, and an error as NEW.user_id.
  IF TG_OP = 'UPDATE' THEN
    payloads := ARRAY(
      SELECT json_build_object('action', TG_OP, 'id', r.now ->> 'id', 'userId', coalesce(r.now ->> 'user_id', r.now ->> 'modified_by'),
        'timestamp', extract(epoch FROM now()))::text
      FROM (SELECT to_jsonb(n) AS now, to_jsonb(o) AS was FROM new_rows n LEFT JOIN old_rows o ON o.id = n.id) r
      WHERE r.now - silent IS DISTINCT FROM r.was - silent LIMIT most + 1);
  ELSIF TG_OP = 'INSERT' THEN
    payloads := ARRAY(
      SELECT json_build_object('action', TG_OP, 'id', r.now ->> 'id', 'userId', coalesce(r.now ->> 'user_id', r.now ->> 'modified_by'),
        'timestamp', extract(epoch FROM now()))::text
      FROM (SELECT to_jsonb(n) AS now FROM new_rows n LIMIT most + 1) r);
  ELSE
    payloads := ARRAY(
      SELECT json_build_object('action', TG_OP, 'id', r.was ->> 'id', 'userId', coalesce(r.was ->> 'user_id', r.was ->> 'modified_by'),
        'timestamp', extract(epoch FROM now()))::text
      FROM (SELECT to_jsonb(o) AS was FROM old_rows o LIMIT most + 1) r);
  END IF;
  IF cardinality(payloads) > most THEN
    PERFORM pg_notify(TG_ARGV[0], json_build_object('action', 'bulk')::text);
  ELSE
    PERFORM pg_notify(TG_ARGV[0], p) FROM unnest(payloads) p;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER course_changes_insert AFTER INSERT ON courses REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('course_changes');
CREATE TRIGGER course_changes_update AFTER UPDATE ON courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('course_changes', 'last_synced_at', 'sync_status');
CREATE TRIGGER course_changes_delete AFTER DELETE ON courses REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('course_changes');
