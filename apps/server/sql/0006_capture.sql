-- public.courses: number 1 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (1, '"public"."courses"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_courses_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(1::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_courses_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_courses_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."description", n."is_draft", n."is_published", n."last_modified", n."modified_by", n."previous_version", n."published_at", n."title", n."version"), ROW(o."description", o."is_draft", o."is_published", o."last_modified", o."modified_by", o."previous_version", o."published_at", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(1::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_courses_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_courses_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(1::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_courses_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."courses";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."courses" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_courses_insert"();
ALTER TABLE "public"."courses" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."courses";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."courses" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_courses_update"();
ALTER TABLE "public"."courses" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."courses";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."courses" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_courses_delete"();
ALTER TABLE "public"."courses" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."courses";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."courses" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('1');
ALTER TABLE "public"."courses" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."courses";
SELECT sync.touch('"public"."courses"');

-- public.published_courses: number 2 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (2, '"public"."published_courses"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_published_courses_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 2, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(2::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_courses_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_courses_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 2, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."description", n."last_modified", n."published_at", n."title", n."version"), ROW(o."description", o."last_modified", o."published_at", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(2::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_courses_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_courses_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 2, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(2::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_courses_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."published_courses";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."published_courses" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_courses_insert"();
ALTER TABLE "public"."published_courses" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."published_courses";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."published_courses" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_courses_update"();
ALTER TABLE "public"."published_courses" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."published_courses";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."published_courses" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_courses_delete"();
ALTER TABLE "public"."published_courses" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."published_courses";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."published_courses" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('2');
ALTER TABLE "public"."published_courses" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."published_courses";
SELECT sync.touch('"public"."published_courses"');
