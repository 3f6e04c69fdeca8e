-- The least that a change index can be: one table, one index, new rows only, and a doorbell.
CREATE TABLE baseline_change (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  table_id smallint NOT NULL,
  key integer NOT NULL
);
CREATE INDEX baseline_change_xid ON baseline_change (xid);

CREATE FUNCTION baseline_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO baseline_change (table_id, key) SELECT TG_ARGV[0]::smallint, n.id FROM new_rows n;
  PERFORM pg_notify('bench', '');
  RETURN NULL;
END $$;
CREATE TRIGGER baseline AFTER UPDATE ON enrollment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION baseline_capture(1);
CREATE TRIGGER baseline AFTER UPDATE ON course REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION baseline_capture(2);
