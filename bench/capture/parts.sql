-- Capture taken to pieces: each function does what the one before does, and one thing more. What the engine prints for the cheap and
-- the full form stands among them (forms.ts), so that each line of the results says what its part costs.

CREATE TABLE part_heap (xid xid8 NOT NULL, seq bigint, bucket smallint NOT NULL, table_id smallint NOT NULL, depth smallint NOT NULL, op "char" NOT NULL, key text, was text[]);
CREATE TABLE part_indexed (LIKE part_heap);
CREATE INDEX part_indexed_xid ON part_indexed (xid);

CREATE FUNCTION part_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END $$;

CREATE FUNCTION part_new_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO part_heap (xid, bucket, table_id, depth, op, key)
  SELECT pg_current_xact_id(), 0, 1, pg_trigger_depth(), 'U', n.id::text FROM new_rows n;
  RETURN NULL;
END $$;

CREATE FUNCTION part_index() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO part_indexed (xid, bucket, table_id, depth, op, key)
  SELECT pg_current_xact_id(), 0, 1, pg_trigger_depth(), 'U', n.id::text FROM new_rows n;
  RETURN NULL;
END $$;

CREATE FUNCTION part_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO sync.change (xid, bucket, table_id, depth, op, key)
  SELECT pg_current_xact_id(), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'U', n.id::text FROM new_rows n;
  RETURN NULL;
END $$;

CREATE FUNCTION part_definer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO sync.change (xid, bucket, table_id, depth, op, key)
  SELECT pg_current_xact_id(), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'U', n.id::text FROM new_rows n;
  RETURN NULL;
END $$;

CREATE FUNCTION part_seq() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'U', n.id::text
  FROM new_rows n;
  RETURN NULL;
END $$;

CREATE FUNCTION part_joined() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'U', n.id::text
  FROM new_rows n JOIN old_rows o ON o.id = n.id;
  RETURN NULL;
END $$;

CREATE FUNCTION part_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(),
    CASE WHEN o.id IS NULL THEN 'I' WHEN n.id IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n.id, o.id)::text,
    CASE WHEN o.id IS NULL THEN NULL
      WHEN n.id IS NULL THEN ARRAY[o.user_id::text, o.course_id::text]
      WHEN record_image_ne(ROW(n.user_id, n.course_id), ROW(o.user_id, o.course_id)) THEN ARRAY[o.user_id::text, o.course_id::text] END
  FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
  WHERE n.id IS NULL OR o.id IS NULL
    OR record_image_ne(ROW(n.course_id, n.note, n.progress, n.user_id), ROW(o.course_id, o.note, o.progress, o.user_id));
  RETURN NULL;
END $$;
