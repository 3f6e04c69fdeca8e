-- The change index and what surrounds it. Printed as a migration by `elira sync:sql`; needs PostgreSQL 14.
--
-- Which rows changed, in which transaction, and where each stood before: narrow rows without bodies, written by triggers in the
-- transaction of the change itself. Readers take what lies between two snapshots (SPEC.md, "Why it is exact").

CREATE SCHEMA sync;
REVOKE ALL ON SCHEMA sync FROM PUBLIC;

-- CACHE 1: a value drawn under a row's lock must be higher than any drawn under it before, by whichever session.
CREATE SEQUENCE sync.change_seq AS bigint CACHE 1;

CREATE TABLE sync.change (
  xid xid8 NOT NULL,
  -- Order of the changes of one row. NULL: an update of a table in the cheap form, which moves nothing.
  seq bigint,
  bucket smallint NOT NULL,
  table_id smallint NOT NULL,
  depth smallint NOT NULL,
  -- I, U, D; R: reload every scope that the table feeds.
  op "char" NOT NULL,
  -- NULL only for R.
  key text,
  -- The whole old routing tuple, where any part of it changed, and for D.
  was text[]
) PARTITION BY LIST (bucket);

-- A ring of four leaves instead of partitions by time: no DDL on the parent, ever, so nothing can queue behind an open transaction.
CREATE TABLE sync.change_0 PARTITION OF sync.change FOR VALUES IN (0) WITH (autovacuum_vacuum_insert_threshold = -1);
CREATE TABLE sync.change_1 PARTITION OF sync.change FOR VALUES IN (1) WITH (autovacuum_vacuum_insert_threshold = -1);
CREATE TABLE sync.change_2 PARTITION OF sync.change FOR VALUES IN (2) WITH (autovacuum_vacuum_insert_threshold = -1);
CREATE TABLE sync.change_3 PARTITION OF sync.change FOR VALUES IN (3) WITH (autovacuum_vacuum_insert_threshold = -1);
CREATE INDEX change_xid ON sync.change (xid);

CREATE TABLE sync.state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- Below this xid the index may be incomplete: a cursor whose xmin lies below it cannot be continued.
  floor xid8 NOT NULL,
  -- A floor that was committed long enough ago for every statement that read an older one to have ended.
  settled_floor xid8 NOT NULL,
  floor_raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The leaf of a transaction is (xid >> bucket_shift) & 3.
  bucket_shift smallint NOT NULL CHECK (bucket_shift BETWEEN 1 AND 40),
  -- Key of the cursors' signatures, the same for all servers of this database.
  signing_key text NOT NULL
);
INSERT INTO sync.state (floor, settled_floor, bucket_shift, signing_key)
VALUES (pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmin(pg_current_snapshot()), 20, gen_random_uuid()::text || gen_random_uuid()::text);

-- Emptied by exactly the events after which PostgreSQL may hand out a transaction id again: crash recovery and promotion.
CREATE UNLOGGED TABLE sync.incarnation (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id uuid NOT NULL,
  database_oid oid NOT NULL,
  table_oid oid NOT NULL,
  system_identifier text NOT NULL
);

-- One row for each connection of a reader. A cursor names the one it was issued by; a folder copied back does not know it.
CREATE TABLE sync.start (
  id uuid PRIMARY KEY,
  server text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX start_started_at ON sync.start (started_at);

-- A write every few seconds, captured like any other, by whichever server comes first: proves capture, primary and doorbell.
CREATE TABLE sync.heartbeat (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  at timestamptz NOT NULL
);
INSERT INTO sync.heartbeat (at) VALUES (clock_timestamp());

-- How far the transaction ids were, and when: tells which xid was current ten minutes ago, or one. Taken with each heartbeat.
CREATE TABLE sync.sample (
  at timestamptz PRIMARY KEY DEFAULT clock_timestamp(),
  oldest xid8 NOT NULL
);

-- The synchronised tables by their numbers in the rules.
CREATE TABLE sync.captured_table (
  table_id smallint PRIMARY KEY,
  relation regclass NOT NULL UNIQUE
);

-- PostgreSQL's own name for this installation; empty where the role may not read it.
CREATE FUNCTION sync.system_identifier() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT c.system_identifier::text FROM pg_control_system() c);
EXCEPTION WHEN insufficient_privilege THEN
  RETURN '';
END $$;

-- The incarnation, or NULL when a new one must be established: emptied, or carried here from another database by a dump.
CREATE FUNCTION sync.current_incarnation() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.id FROM sync.incarnation i
  WHERE i.database_oid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND i.table_oid = 'sync.incarnation'::regclass::oid
    AND i.system_identifier = sync.system_identifier()
$$;

-- Establishes a new incarnation if there is none, and returns the one that holds. Every change row that can be seen now is contained
-- in every position of the new epoch, so none of them is needed again, and those whose xid is still to be handed out (a restored
-- dump carries them along) would be taken for new changes: they are deleted. Those of prepared transactions are not seen yet, and stay.
CREATE FUNCTION sync.establish() RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('sync.establish'));
  known := sync.current_incarnation();
  IF known IS NOT NULL THEN
    RETURN known;
  END IF;
  DELETE FROM sync.change WHERE xid >= pg_snapshot_xmin(pg_current_snapshot());
  UPDATE sync.state SET floor = pg_snapshot_xmin(pg_current_snapshot()), settled_floor = pg_snapshot_xmin(pg_current_snapshot());
  DELETE FROM sync.sample;
  DELETE FROM sync.incarnation;
  INSERT INTO sync.incarnation (id, database_oid, table_oid, system_identifier)
  SELECT gen_random_uuid(), d.oid, 'sync.incarnation'::regclass::oid, sync.system_identifier()
  FROM pg_database d WHERE d.datname = current_database()
  RETURNING id INTO known;
  RETURN known;
END $$;

-- Begins a new incarnation in the place of `lost`, whose positions name transactions that this database does not have: whoever asks was
-- told one of its starts, and finds that it is not in the log (a folder was copied back). Returns the one that holds.
CREATE FUNCTION sync.begin_anew(lost uuid) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('sync.establish'));
  DELETE FROM sync.incarnation i WHERE i.id = lost;
  RETURN sync.establish();
END $$;

-- Logs that a reader has connected. Keeps the newest 10,000: an older cursor gets a fresh snapshot.
CREATE FUNCTION sync.log_start(start_id uuid, server text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO sync.start (id, server) VALUES (start_id, left(server, 200));
  DELETE FROM sync.start WHERE id IN (SELECT s.id FROM sync.start s ORDER BY s.started_at DESC OFFSET 10000 LIMIT 100);
END $$;

-- The heartbeat, at most one each `every`, whoever comes first.
CREATE FUNCTION sync.beat(every interval) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('sync.beat')) THEN
    RETURN false;
  END IF;
  UPDATE sync.heartbeat SET at = clock_timestamp() WHERE at <= clock_timestamp() - every OR at > clock_timestamp();
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO sync.sample (oldest) VALUES (pg_snapshot_xmin(pg_current_snapshot()));
  PERFORM pg_notify('sync_doorbell', '');
  RETURN true;
END $$;

CREATE FUNCTION sync.capture_heartbeat() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), NULL, ((pg_current_xact_id()::text::bigint >> s.bucket_shift) & 3)::smallint, 0, 1, 'U', 'heartbeat', NULL
  FROM sync.state s WHERE EXISTS (SELECT FROM new_rows);
  RETURN NULL;
END $$;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON sync.heartbeat REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_heartbeat();
ALTER TABLE sync.heartbeat ENABLE ALWAYS TRIGGER sync_capture_update;

-- The xid below which every transaction had ended up to `back` ago, as far as the index reaches and at most `most_changes` have come since;
-- NULL where nothing is known. Time only chooses how far: whatever is chosen is a position of this history.
CREATE FUNCTION sync.reach(back interval, most_changes integer) RETURNS xid8 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.oldest FROM sync.sample s
  WHERE s.at >= clock_timestamp() - back AND s.oldest >= (SELECT t.floor FROM sync.state t)
    AND NOT EXISTS (SELECT FROM (SELECT FROM sync.change c WHERE c.xid >= s.oldest ORDER BY c.xid LIMIT most_changes + 1) few OFFSET most_changes)
  ORDER BY s.oldest LIMIT 1
$$;

-- Writes the one change row that reloads every scope fed by table number `touched`.
CREATE FUNCTION sync.reload(touched smallint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> s.bucket_shift) & 3)::smallint,
    touched, pg_trigger_depth(), 'R', NULL, NULL
  FROM sync.state s
$$;

-- Reloads every scope fed by a table: after a migration that changed it, or when its triggers were found out of order.
CREATE FUNCTION sync.touch(touched regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  number smallint := (SELECT c.table_id FROM sync.captured_table c WHERE c.relation = touched);
BEGIN
  IF number IS NULL THEN
    RAISE EXCEPTION 'table % is not synchronised', touched USING HINT = 'Add it to the rules and apply what elira sync:sql prints.';
  END IF;
  PERFORM sync.reload(number);
END $$;

CREATE FUNCTION sync.capture_truncate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM sync.reload(TG_ARGV[0]::smallint);
  RETURN NULL;
END $$;

-- In the cheap form an update's capture does not look at the old row, so the columns that say where a row is must stay.
CREATE FUNCTION sync.hold_routing() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'key and routing columns of % cannot change: it is captured in the cheap form', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', HINT = 'Delete the row and insert it again, or capture the table in the full form.';
END $$;

-- A statement inside a trigger is captured before the statement that fired it, so their `seq` tells the reverse of what happened.
-- Harmless unless both moved the same row. Then: an error where sync.strict is on (tests), a reload of the scopes elsewhere.
CREATE FUNCTION sync.nesting(captured smallint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here integer := pg_trigger_depth();
  deepest text := coalesce(current_setting('sync.nested_' || captured, true), '');
BEGIN
  IF deepest !~ '^[0-9]{1,4}$' THEN
    deepest := '0';
  END IF;
  -- How deep this table was written to in this transaction: without anything deeper, nothing needs to be looked for.
  IF here > greatest(deepest::integer, 1) THEN
    PERFORM set_config('sync.nested_' || captured, here::text, true);
    PERFORM set_config('sync.nested', 'on', true);
  END IF;
  IF deepest::integer > here AND EXISTS (
    SELECT FROM sync.change outside JOIN sync.change inside ON inside.key = outside.key
    WHERE outside.xid = pg_current_xact_id() AND outside.table_id = captured AND outside.depth = here
      AND (outside.op <> 'U' OR outside.was IS NOT NULL)
      AND inside.xid = pg_current_xact_id() AND inside.table_id = captured AND inside.depth > here
      AND (inside.op <> 'U' OR inside.was IS NOT NULL) AND inside.seq < outside.seq
  ) THEN
    IF current_setting('sync.strict', true) = 'on' THEN
      RAISE EXCEPTION 'a trigger moved a row of % that the statement which fired it moves as well', captured
        USING HINT = 'Let a BEFORE ROW trigger change NEW instead, or write to another table.';
    END IF;
    PERFORM sync.reload(captured);
  END IF;
END $$;
-- Upkeep, first step: takes a sample, raises the floor, and names the leaf that the ring will need next if it may be emptied.
-- The floor never passes the oldest running transaction nor the age `retain`, and rises only when the ring turns or `most_changes`
-- rows are held. `stuck`: the ring has come round to a leaf that still holds older rows (harmless to writers, a reason for an alarm).
-- `held`: about how many rows the index has. `oldest_seconds`: for how long the oldest running transaction has been the same one.
CREATE FUNCTION sync.raise_floor(retain interval, most_changes bigint, settle interval, OUT floor xid8, OUT leaf integer, OUT stuck boolean,
  OUT held bigint, OUT oldest_seconds double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shift smallint := (SELECT s.bucket_shift FROM sync.state s);
  generation bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint >> shift;
  aged xid8;
  target xid8;
BEGIN
  INSERT INTO sync.sample (oldest) VALUES (pg_snapshot_xmin(pg_current_snapshot()));
  SELECT coalesce(extract(epoch FROM clock_timestamp() - min(s.at)), 0) INTO oldest_seconds
  FROM sync.sample s WHERE s.oldest = pg_snapshot_xmin(pg_current_snapshot());
  SELECT max(s.oldest) INTO aged FROM sync.sample s WHERE s.at <= clock_timestamp() - retain;
  DELETE FROM sync.sample s WHERE s.at < clock_timestamp() - retain AND s.oldest < aged;
  SELECT coalesce(sum(greatest(c.reltuples, pg_relation_size(c.oid) / 80)), 0)::bigint INTO held
  FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'sync.change'::regclass;
  target := least(aged, pg_snapshot_xmin(pg_current_snapshot()));
  IF held <= most_changes THEN
    target := least(target, (greatest(generation - 2, 0) << shift)::text::xid8);
  END IF;
  UPDATE sync.state s SET settled_floor = s.floor WHERE s.floor_raised_at <= clock_timestamp() - settle AND s.settled_floor <> s.floor;
  UPDATE sync.state s SET floor = target, floor_raised_at = clock_timestamp() WHERE aged IS NOT NULL AND target > s.floor AND s.settled_floor = s.floor;
  SELECT s.floor INTO floor FROM sync.state s;
  leaf := (generation + 1) & 3;
  stuck := EXISTS (SELECT FROM sync.change c WHERE c.bucket = generation & 3 AND c.xid < (generation << shift)::text::xid8);
END $$;

-- Second step: empties a leaf whose newest row lies below the settled floor. Gives up at once where anybody holds the leaf.
CREATE FUNCTION sync.empty_leaf(leaf integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  newest xid8;
BEGIN
  PERFORM set_config('lock_timeout', '200ms', true);
  EXECUTE format('LOCK TABLE sync.change_%s IN ACCESS EXCLUSIVE MODE', leaf & 3);
  EXECUTE format('SELECT c.xid FROM sync.change_%s c ORDER BY c.xid DESC LIMIT 1', leaf & 3) INTO newest;
  IF newest IS NULL OR newest >= (SELECT s.settled_floor FROM sync.state s) THEN
    RETURN false;
  END IF;
  EXECUTE format('TRUNCATE sync.change_%s', leaf & 3);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;

-- Third step: where more rows are held than wanted, deletes up to `slice` of those below the floor. Readers of older snapshots still see them.
CREATE FUNCTION sync.thin(slice integer, most_changes bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone integer;
BEGIN
  IF (SELECT coalesce(sum(pg_relation_size(i.inhrelid)), 0) / 80 FROM pg_inherits i WHERE i.inhparent = 'sync.change'::regclass) <= most_changes THEN
    RETURN 0;
  END IF;
  DELETE FROM sync.change c USING (
    SELECT o.tableoid AS leaf, o.ctid AS place FROM sync.change o WHERE o.xid < (SELECT s.floor FROM sync.state s) ORDER BY o.xid LIMIT slice
  ) old WHERE c.tableoid = old.leaf AND c.ctid = old.place AND c.xid < (SELECT s.floor FROM sync.state s);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sync FROM PUBLIC;
