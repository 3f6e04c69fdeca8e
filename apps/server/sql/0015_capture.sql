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
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."access", n."description", n."is_draft", n."is_published", n."last_modified", n."modified_by", n."previous_version", n."published_at", n."title", n."version"), ROW(o."access", o."description", o."is_draft", o."is_published", o."last_modified", o."modified_by", o."previous_version", o."published_at", o."title", o."version"));
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
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."listed"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."listed"), ROW(o."listed")) THEN ARRAY[o."listed"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."access", n."description", n."last_modified", n."listed", n."outline", n."published_at", n."title", n."version"), ROW(o."access", o."description", o."last_modified", o."listed", o."outline", o."published_at", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(2::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_courses_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_courses_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 2, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."listed"::text]::text[] FROM old_rows o;
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

-- public.users: number 3 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (3, '"public"."users"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_users_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 3, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(3::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_users_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_users_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 3, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."role"::text, o."banned"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."role", n."banned"), ROW(o."role", o."banned")) THEN ARRAY[o."role"::text, o."banned"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."banned", n."created_at", n."email", n."image", n."name", n."role"), ROW(o."banned", o."created_at", o."email", o."image", o."name", o."role"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(3::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_users_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_users_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 3, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."role"::text, o."banned"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(3::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_users_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."users";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."users" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_users_insert"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."users";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."users" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_users_update"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."users";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."users" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_users_delete"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."users";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."users" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('3');
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."users";
SELECT sync.touch('"public"."users"');

-- public.sessions: number 4 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (4, '"public"."sessions"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_sessions_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 4, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(4::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sessions_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_sessions_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 4, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(4::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sessions_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_sessions_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 4, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(4::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sessions_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."sessions";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."sessions" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sessions_insert"();
ALTER TABLE "public"."sessions" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."sessions";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."sessions" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sessions_update"();
ALTER TABLE "public"."sessions" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."sessions";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."sessions" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sessions_delete"();
ALTER TABLE "public"."sessions" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."sessions";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."sessions" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('4');
ALTER TABLE "public"."sessions" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."sessions";
SELECT sync.touch('"public"."sessions"');

-- public.course_authors: number 5 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (5, '"public"."course_authors"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_course_authors_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 5, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(5::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_authors_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_course_authors_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 5, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."user_id"::text, o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."user_id", n."course_id"), ROW(o."user_id", o."course_id")) THEN ARRAY[o."user_id"::text, o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."created_at", n."role", n."user_id"), ROW(o."course_id", o."created_at", o."role", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(5::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_authors_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_course_authors_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 5, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(5::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_authors_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."course_authors";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."course_authors" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_authors_insert"();
ALTER TABLE "public"."course_authors" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."course_authors";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."course_authors" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_authors_update"();
ALTER TABLE "public"."course_authors" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."course_authors";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."course_authors" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_authors_delete"();
ALTER TABLE "public"."course_authors" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."course_authors";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."course_authors" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('5');
ALTER TABLE "public"."course_authors" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."course_authors";
SELECT sync.touch('"public"."course_authors"');

-- public.modules: number 6 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (6, '"public"."modules"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_modules_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 6, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(6::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_modules_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_modules_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 6, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."deleted_at", n."last_modified", n."modified_by", n."position", n."title", n."version"), ROW(o."course_id", o."deleted_at", o."last_modified", o."modified_by", o."position", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(6::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_modules_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_modules_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 6, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(6::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_modules_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."modules";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."modules" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_modules_insert"();
ALTER TABLE "public"."modules" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."modules";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."modules" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_modules_update"();
ALTER TABLE "public"."modules" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."modules";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."modules" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_modules_delete"();
ALTER TABLE "public"."modules" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."modules";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."modules" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('6');
ALTER TABLE "public"."modules" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."modules";
SELECT sync.touch('"public"."modules"');

-- public.lessons: number 7 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (7, '"public"."lessons"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_lessons_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 7, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(7::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_lessons_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_lessons_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 7, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."content", n."course_id", n."deleted_at", n."last_modified", n."modified_by", n."module_id", n."position", n."status", n."title", n."version"), ROW(o."content", o."course_id", o."deleted_at", o."last_modified", o."modified_by", o."module_id", o."position", o."status", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(7::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_lessons_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_lessons_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 7, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(7::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_lessons_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."lessons";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."lessons" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_lessons_insert"();
ALTER TABLE "public"."lessons" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."lessons";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."lessons" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_lessons_update"();
ALTER TABLE "public"."lessons" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."lessons";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."lessons" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_lessons_delete"();
ALTER TABLE "public"."lessons" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."lessons";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."lessons" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('7');
ALTER TABLE "public"."lessons" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."lessons";
SELECT sync.touch('"public"."lessons"');

-- public.quizzes: number 8 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (8, '"public"."quizzes"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_quizzes_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 8, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(8::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_quizzes_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_quizzes_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 8, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."deleted_at", n."instructions", n."last_modified", n."modified_by", n."module_id", n."position", n."status", n."title", n."version"), ROW(o."course_id", o."deleted_at", o."instructions", o."last_modified", o."modified_by", o."module_id", o."position", o."status", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(8::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_quizzes_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_quizzes_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 8, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(8::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_quizzes_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."quizzes";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."quizzes" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_quizzes_insert"();
ALTER TABLE "public"."quizzes" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."quizzes";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."quizzes" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_quizzes_update"();
ALTER TABLE "public"."quizzes" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."quizzes";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."quizzes" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_quizzes_delete"();
ALTER TABLE "public"."quizzes" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."quizzes";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."quizzes" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('8');
ALTER TABLE "public"."quizzes" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."quizzes";
SELECT sync.touch('"public"."quizzes"');

-- public.questions: number 9 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (9, '"public"."questions"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_questions_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 9, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(9::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_questions_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_questions_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 9, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."deleted_at", n."explanation", n."kind", n."last_modified", n."modified_by", n."points", n."position", n."prompt", n."quiz_id", n."version"), ROW(o."course_id", o."deleted_at", o."explanation", o."kind", o."last_modified", o."modified_by", o."points", o."position", o."prompt", o."quiz_id", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(9::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_questions_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_questions_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 9, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(9::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_questions_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."questions";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."questions" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_questions_insert"();
ALTER TABLE "public"."questions" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."questions";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."questions" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_questions_update"();
ALTER TABLE "public"."questions" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."questions";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."questions" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_questions_delete"();
ALTER TABLE "public"."questions" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."questions";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."questions" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('9');
ALTER TABLE "public"."questions" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."questions";
SELECT sync.touch('"public"."questions"');

-- public.options: number 10 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (10, '"public"."options"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_options_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 10, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(10::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_options_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_options_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 10, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."deleted_at", n."is_correct", n."label", n."last_modified", n."modified_by", n."position", n."question_id", n."quiz_id", n."version"), ROW(o."course_id", o."deleted_at", o."is_correct", o."label", o."last_modified", o."modified_by", o."position", o."question_id", o."quiz_id", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(10::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_options_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_options_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 10, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(10::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_options_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."options";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."options" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_options_insert"();
ALTER TABLE "public"."options" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."options";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."options" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_options_update"();
ALTER TABLE "public"."options" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."options";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."options" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_options_delete"();
ALTER TABLE "public"."options" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."options";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."options" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('10');
ALTER TABLE "public"."options" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."options";
SELECT sync.touch('"public"."options"');

-- public.enrollments: number 11 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (11, '"public"."enrollments"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_enrollments_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 11, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(11::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_enrollments_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_enrollments_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 11, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."user_id"::text, o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."user_id", n."course_id"), ROW(o."user_id", o."course_id")) THEN ARRAY[o."user_id"::text, o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."active", n."course_id", n."enrolled_at", n."last_accessed_at", n."progress", n."score", n."user_id"), ROW(o."active", o."course_id", o."enrolled_at", o."last_accessed_at", o."progress", o."score", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(11::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_enrollments_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_enrollments_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 11, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(11::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_enrollments_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."enrollments";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."enrollments" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_enrollments_insert"();
ALTER TABLE "public"."enrollments" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."enrollments";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."enrollments" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_enrollments_update"();
ALTER TABLE "public"."enrollments" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."enrollments";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."enrollments" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_enrollments_delete"();
ALTER TABLE "public"."enrollments" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."enrollments";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."enrollments" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('11');
ALTER TABLE "public"."enrollments" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."enrollments";
SELECT sync.touch('"public"."enrollments"');

-- public.lesson_progress: number 12 in the change index, cheap form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (12, '"public"."lesson_progress"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_lesson_progress_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 12, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(12::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_lesson_progress_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_lesson_progress_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), NULL, ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 12, pg_trigger_depth(), 'U', n."id"::text, NULL FROM new_rows n;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_lesson_progress_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_lesson_progress_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 12, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(12::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_lesson_progress_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."lesson_progress";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."lesson_progress" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_lesson_progress_insert"();
ALTER TABLE "public"."lesson_progress" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."lesson_progress";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."lesson_progress" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_lesson_progress_update"();
ALTER TABLE "public"."lesson_progress" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."lesson_progress";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."lesson_progress" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_lesson_progress_delete"();
ALTER TABLE "public"."lesson_progress" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."lesson_progress";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."lesson_progress" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('12');
ALTER TABLE "public"."lesson_progress" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."lesson_progress";
CREATE TRIGGER "sync_hold_routing" BEFORE UPDATE OF "id", "user_id", "course_id" ON "public"."lesson_progress" FOR EACH ROW WHEN (pg_catalog.record_image_ne(ROW(OLD."id", OLD."user_id", OLD."course_id"), ROW(NEW."id", NEW."user_id", NEW."course_id"))) EXECUTE FUNCTION sync.hold_routing();
ALTER TABLE "public"."lesson_progress" ENABLE ALWAYS TRIGGER "sync_hold_routing";
SELECT sync.touch('"public"."lesson_progress"');

-- public.course_people: number 13 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (13, '"public"."course_people"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_course_people_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 13, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(13::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_people_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_course_people_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 13, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."name", n."role", n."user_id"), ROW(o."course_id", o."name", o."role", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(13::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_people_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_course_people_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 13, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(13::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_people_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."course_people";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."course_people" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_people_insert"();
ALTER TABLE "public"."course_people" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."course_people";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."course_people" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_people_update"();
ALTER TABLE "public"."course_people" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."course_people";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."course_people" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_people_delete"();
ALTER TABLE "public"."course_people" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."course_people";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."course_people" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('13');
ALTER TABLE "public"."course_people" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."course_people";
SELECT sync.touch('"public"."course_people"');

-- public.published_modules: number 14 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (14, '"public"."published_modules"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_published_modules_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 14, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(14::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_modules_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_modules_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 14, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."position", n."title"), ROW(o."course_id", o."position", o."title"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(14::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_modules_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_modules_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 14, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(14::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_modules_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."published_modules";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."published_modules" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_modules_insert"();
ALTER TABLE "public"."published_modules" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."published_modules";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."published_modules" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_modules_update"();
ALTER TABLE "public"."published_modules" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."published_modules";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."published_modules" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_modules_delete"();
ALTER TABLE "public"."published_modules" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."published_modules";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."published_modules" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('14');
ALTER TABLE "public"."published_modules" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."published_modules";
SELECT sync.touch('"public"."published_modules"');

-- public.published_lessons: number 15 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (15, '"public"."published_lessons"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_published_lessons_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 15, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(15::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_lessons_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_lessons_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 15, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."content", n."course_id", n."module_id", n."position", n."title", n."version"), ROW(o."content", o."course_id", o."module_id", o."position", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(15::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_lessons_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_lessons_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 15, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(15::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_lessons_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."published_lessons";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."published_lessons" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_lessons_insert"();
ALTER TABLE "public"."published_lessons" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."published_lessons";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."published_lessons" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_lessons_update"();
ALTER TABLE "public"."published_lessons" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."published_lessons";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."published_lessons" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_lessons_delete"();
ALTER TABLE "public"."published_lessons" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."published_lessons";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."published_lessons" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('15');
ALTER TABLE "public"."published_lessons" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."published_lessons";
SELECT sync.touch('"public"."published_lessons"');

-- public.published_quizzes: number 16 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (16, '"public"."published_quizzes"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_published_quizzes_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 16, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(16::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_quizzes_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_quizzes_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 16, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."instructions", n."module_id", n."position", n."title", n."version"), ROW(o."course_id", o."instructions", o."module_id", o."position", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(16::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_quizzes_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_quizzes_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 16, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(16::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_quizzes_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."published_quizzes";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."published_quizzes" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_quizzes_insert"();
ALTER TABLE "public"."published_quizzes" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."published_quizzes";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."published_quizzes" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_quizzes_update"();
ALTER TABLE "public"."published_quizzes" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."published_quizzes";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."published_quizzes" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_quizzes_delete"();
ALTER TABLE "public"."published_quizzes" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."published_quizzes";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."published_quizzes" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('16');
ALTER TABLE "public"."published_quizzes" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."published_quizzes";
SELECT sync.touch('"public"."published_quizzes"');

-- public.published_questions: number 17 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (17, '"public"."published_questions"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_published_questions_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 17, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(17::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_questions_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_questions_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 17, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."kind", n."points", n."position", n."prompt", n."quiz_id", n."version"), ROW(o."course_id", o."kind", o."points", o."position", o."prompt", o."quiz_id", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(17::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_questions_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_questions_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 17, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(17::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_questions_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."published_questions";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."published_questions" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_questions_insert"();
ALTER TABLE "public"."published_questions" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."published_questions";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."published_questions" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_questions_update"();
ALTER TABLE "public"."published_questions" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."published_questions";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."published_questions" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_questions_delete"();
ALTER TABLE "public"."published_questions" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."published_questions";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."published_questions" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('17');
ALTER TABLE "public"."published_questions" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."published_questions";
SELECT sync.touch('"public"."published_questions"');

-- public.published_options: number 18 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (18, '"public"."published_options"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_published_options_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 18, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(18::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_options_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_options_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 18, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."label", n."position", n."question_id", n."quiz_id", n."version"), ROW(o."course_id", o."label", o."position", o."question_id", o."quiz_id", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(18::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_options_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_published_options_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 18, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(18::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_published_options_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."published_options";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."published_options" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_options_insert"();
ALTER TABLE "public"."published_options" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."published_options";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."published_options" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_options_update"();
ALTER TABLE "public"."published_options" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."published_options";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."published_options" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_published_options_delete"();
ALTER TABLE "public"."published_options" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."published_options";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."published_options" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('18');
ALTER TABLE "public"."published_options" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."published_options";
SELECT sync.touch('"public"."published_options"');

-- public.mutations: number 19 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (19, '"public"."mutations"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_mutations_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 19, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(19::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_mutations_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_mutations_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 19, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."user_id"::text, o."recent"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."user_id", n."recent"), ROW(o."user_id", o."recent")) THEN ARRAY[o."user_id"::text, o."recent"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."decided_at", n."name", n."recent", n."status", n."user_id"), ROW(o."decided_at", o."name", o."recent", o."status", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(19::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_mutations_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_mutations_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 19, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."recent"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(19::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_mutations_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."mutations";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."mutations" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_mutations_insert"();
ALTER TABLE "public"."mutations" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."mutations";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."mutations" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_mutations_update"();
ALTER TABLE "public"."mutations" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."mutations";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."mutations" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_mutations_delete"();
ALTER TABLE "public"."mutations" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."mutations";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."mutations" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('19');
ALTER TABLE "public"."mutations" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."mutations";
SELECT sync.touch('"public"."mutations"');

-- public.user_activities: number 20 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (20, '"public"."user_activities"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_user_activities_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 20, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(20::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_user_activities_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_user_activities_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 20, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."recent"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."recent"), ROW(o."recent")) THEN ARRAY[o."recent"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."activity_type", n."entity_id", n."entity_type", n."metadata", n."recent", n."timestamp", n."user_id"), ROW(o."activity_type", o."entity_id", o."entity_type", o."metadata", o."recent", o."timestamp", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(20::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_user_activities_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_user_activities_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 20, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."recent"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(20::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_user_activities_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."user_activities";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."user_activities" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_user_activities_insert"();
ALTER TABLE "public"."user_activities" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."user_activities";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."user_activities" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_user_activities_update"();
ALTER TABLE "public"."user_activities" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."user_activities";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."user_activities" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_user_activities_delete"();
ALTER TABLE "public"."user_activities" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."user_activities";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."user_activities" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('20');
ALTER TABLE "public"."user_activities" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."user_activities";
SELECT sync.touch('"public"."user_activities"');

-- public.course_counts: number 21 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (21, '"public"."course_counts"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_course_counts_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 21, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(21::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_counts_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_course_counts_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 21, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."active", n."completed", n."course_id", n."learners", n."progress", n."score", n."scored"), ROW(o."active", o."completed", o."course_id", o."learners", o."progress", o."score", o."scored"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(21::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_counts_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_course_counts_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 21, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(21::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_course_counts_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."course_counts";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."course_counts" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_counts_insert"();
ALTER TABLE "public"."course_counts" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."course_counts";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."course_counts" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_counts_update"();
ALTER TABLE "public"."course_counts" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."course_counts";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."course_counts" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_course_counts_delete"();
ALTER TABLE "public"."course_counts" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."course_counts";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."course_counts" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('21');
ALTER TABLE "public"."course_counts" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."course_counts";
SELECT sync.touch('"public"."course_counts"');

-- public.announcements: number 22 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (22, '"public"."announcements"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_announcements_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 22, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(22::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_announcements_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_announcements_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 22, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text, o."to_all"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id", n."to_all"), ROW(o."course_id", o."to_all")) THEN ARRAY[o."course_id"::text, o."to_all"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."author_id", n."body", n."course_id", n."created_at", n."title", n."to_all"), ROW(o."author_id", o."body", o."course_id", o."created_at", o."title", o."to_all"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(22::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_announcements_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_announcements_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 22, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text, o."to_all"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(22::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_announcements_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."announcements";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."announcements" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_announcements_insert"();
ALTER TABLE "public"."announcements" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."announcements";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."announcements" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_announcements_update"();
ALTER TABLE "public"."announcements" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."announcements";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."announcements" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_announcements_delete"();
ALTER TABLE "public"."announcements" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."announcements";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."announcements" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('22');
ALTER TABLE "public"."announcements" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."announcements";
SELECT sync.touch('"public"."announcements"');

-- public.notifications: number 23 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (23, '"public"."notifications"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_notifications_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 23, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(23::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_notifications_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_notifications_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 23, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text, o."user_id"::text, o."to_all"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id", n."user_id", n."to_all"), ROW(o."course_id", o."user_id", o."to_all")) THEN ARRAY[o."course_id"::text, o."user_id"::text, o."to_all"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."course_id", n."created_at", n."entity_id", n."kind", n."title", n."to_all", n."user_id"), ROW(o."course_id", o."created_at", o."entity_id", o."kind", o."title", o."to_all", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(23::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_notifications_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_notifications_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 23, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text, o."user_id"::text, o."to_all"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(23::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_notifications_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."notifications";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."notifications" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_notifications_insert"();
ALTER TABLE "public"."notifications" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."notifications";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."notifications" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_notifications_update"();
ALTER TABLE "public"."notifications" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."notifications";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."notifications" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_notifications_delete"();
ALTER TABLE "public"."notifications" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."notifications";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."notifications" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('23');
ALTER TABLE "public"."notifications" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."notifications";
SELECT sync.touch('"public"."notifications"');

-- public.notification_reads: number 24 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (24, '"public"."notification_reads"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_notification_reads_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 24, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(24::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_notification_reads_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_notification_reads_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 24, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."user_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."user_id"), ROW(o."user_id")) THEN ARRAY[o."user_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."notification_id", n."read_at", n."user_id"), ROW(o."notification_id", o."read_at", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(24::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_notification_reads_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_notification_reads_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 24, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(24::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_notification_reads_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."notification_reads";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."notification_reads" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_notification_reads_insert"();
ALTER TABLE "public"."notification_reads" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."notification_reads";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."notification_reads" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_notification_reads_update"();
ALTER TABLE "public"."notification_reads" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."notification_reads";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."notification_reads" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_notification_reads_delete"();
ALTER TABLE "public"."notification_reads" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."notification_reads";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."notification_reads" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('24');
ALTER TABLE "public"."notification_reads" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."notification_reads";
SELECT sync.touch('"public"."notification_reads"');

-- public.quiz_attempts: number 25 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (25, '"public"."quiz_attempts"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_quiz_attempts_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 25, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(25::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_quiz_attempts_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_quiz_attempts_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 25, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."user_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."user_id"), ROW(o."user_id")) THEN ARRAY[o."user_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."answers", n."course_id", n."course_version", n."quiz_id", n."submitted_at", n."user_id"), ROW(o."answers", o."course_id", o."course_version", o."quiz_id", o."submitted_at", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(25::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_quiz_attempts_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_quiz_attempts_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 25, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(25::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_quiz_attempts_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."quiz_attempts";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."quiz_attempts" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_quiz_attempts_insert"();
ALTER TABLE "public"."quiz_attempts" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."quiz_attempts";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."quiz_attempts" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_quiz_attempts_update"();
ALTER TABLE "public"."quiz_attempts" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."quiz_attempts";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."quiz_attempts" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_quiz_attempts_delete"();
ALTER TABLE "public"."quiz_attempts" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."quiz_attempts";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."quiz_attempts" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('25');
ALTER TABLE "public"."quiz_attempts" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."quiz_attempts";
SELECT sync.touch('"public"."quiz_attempts"');

-- public.grades: number 26 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (26, '"public"."grades"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_grades_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 26, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(26::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_grades_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_grades_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 26, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."user_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."user_id"), ROW(o."user_id")) THEN ARRAY[o."user_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."attempt_id", n."course_id", n."course_version", n."detail", n."graded_at", n."graded_by", n."max_points", n."percent", n."points", n."quiz_id", n."reason", n."user_id"), ROW(o."attempt_id", o."course_id", o."course_version", o."detail", o."graded_at", o."graded_by", o."max_points", o."percent", o."points", o."quiz_id", o."reason", o."user_id"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(26::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_grades_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_grades_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 26, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(26::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_grades_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."grades";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."grades" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_grades_insert"();
ALTER TABLE "public"."grades" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."grades";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."grades" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_grades_update"();
ALTER TABLE "public"."grades" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."grades";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."grades" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_grades_delete"();
ALTER TABLE "public"."grades" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."grades";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."grades" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('26');
ALTER TABLE "public"."grades" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."grades";
SELECT sync.touch('"public"."grades"');

-- public.sync_status: number 27 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (27, '"public"."sync_status"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_sync_status_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 27, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(27::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sync_status_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_sync_status_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 27, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."entity_type"::text, o."entity_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."entity_type", n."entity_id"), ROW(o."entity_type", o."entity_id")) THEN ARRAY[o."entity_type"::text, o."entity_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."created_at", n."entity_id", n."entity_type", n."error_message", n."last_sync_at", n."status", n."sync_duration"), ROW(o."created_at", o."entity_id", o."entity_type", o."error_message", o."last_sync_at", o."status", o."sync_duration"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(27::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sync_status_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_sync_status_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 27, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."entity_type"::text, o."entity_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(27::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sync_status_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."sync_status";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."sync_status" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sync_status_insert"();
ALTER TABLE "public"."sync_status" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."sync_status";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."sync_status" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sync_status_update"();
ALTER TABLE "public"."sync_status" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."sync_status";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."sync_status" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sync_status_delete"();
ALTER TABLE "public"."sync_status" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."sync_status";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."sync_status" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('27');
ALTER TABLE "public"."sync_status" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."sync_status";
SELECT sync.touch('"public"."sync_status"');

-- public.sync_servers: number 28 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (28, '"public"."sync_servers"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_sync_servers_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 28, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(28::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sync_servers_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_sync_servers_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 28, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."metrics", n."seen_at", n."started_at"), ROW(o."metrics", o."seen_at", o."started_at"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(28::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sync_servers_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_sync_servers_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 28, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(28::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_sync_servers_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."sync_servers";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."sync_servers" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sync_servers_insert"();
ALTER TABLE "public"."sync_servers" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."sync_servers";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."sync_servers" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sync_servers_update"();
ALTER TABLE "public"."sync_servers" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."sync_servers";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."sync_servers" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_sync_servers_delete"();
ALTER TABLE "public"."sync_servers" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."sync_servers";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."sync_servers" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('28');
ALTER TABLE "public"."sync_servers" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."sync_servers";
SELECT sync.touch('"public"."sync_servers"');

-- public.recent_audit: number 29 in the change index, full form.
INSERT INTO sync.captured_table (table_id, relation) VALUES (29, '"public"."recent_audit"') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;
CREATE OR REPLACE FUNCTION sync."capture_recent_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 29, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(29::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_recent_audit_insert"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_recent_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 29, pg_trigger_depth(),
    CASE WHEN o."id" IS NULL THEN 'I' WHEN n."id" IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n."id", o."id")::text,
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."course_id"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."course_id"), ROW(o."course_id")) THEN ARRAY[o."course_id"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."after_gap", n."changed_at", n."changed_by", n."course_id", n."cut", n."entity_id", n."entity_type", n."entity_version", n."field_name", n."new_value", n."old_value", n."text_offset"), ROW(o."after_gap", o."changed_at", o."changed_by", o."course_id", o."cut", o."entity_id", o."entity_type", o."entity_version", o."field_name", o."new_value", o."old_value", o."text_offset"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(29::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_recent_audit_update"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION sync."capture_recent_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 29, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(29::smallint);
  END IF;
  RETURN NULL;
END $capture$;
REVOKE ALL ON FUNCTION sync."capture_recent_audit_delete"() FROM PUBLIC;
DROP TRIGGER IF EXISTS "sync_capture_insert" ON "public"."recent_audit";
CREATE TRIGGER "sync_capture_insert" AFTER INSERT ON "public"."recent_audit" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_recent_audit_insert"();
ALTER TABLE "public"."recent_audit" ENABLE ALWAYS TRIGGER "sync_capture_insert";
DROP TRIGGER IF EXISTS "sync_capture_update" ON "public"."recent_audit";
CREATE TRIGGER "sync_capture_update" AFTER UPDATE ON "public"."recent_audit" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_recent_audit_update"();
ALTER TABLE "public"."recent_audit" ENABLE ALWAYS TRIGGER "sync_capture_update";
DROP TRIGGER IF EXISTS "sync_capture_delete" ON "public"."recent_audit";
CREATE TRIGGER "sync_capture_delete" AFTER DELETE ON "public"."recent_audit" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync."capture_recent_audit_delete"();
ALTER TABLE "public"."recent_audit" ENABLE ALWAYS TRIGGER "sync_capture_delete";
DROP TRIGGER IF EXISTS "sync_capture_truncate" ON "public"."recent_audit";
CREATE TRIGGER "sync_capture_truncate" AFTER TRUNCATE ON "public"."recent_audit" FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('29');
ALTER TABLE "public"."recent_audit" ENABLE ALWAYS TRIGGER "sync_capture_truncate";
DROP TRIGGER IF EXISTS "sync_hold_routing" ON "public"."recent_audit";
SELECT sync.touch('"public"."recent_audit"');
