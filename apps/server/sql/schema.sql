-- Dumped from the catalogue after all migrations; never run, only compared.

-- schema public
owner pg_database_owner

-- schema sync
owner elira_owner

-- sequence sync.change_seq
bigint start 1 increment 1 min 1 max 9223372036854775807 cache 1

-- table public.accounts
owner elira_owner, row level security, forced

-- table public.course_versions
owner elira_owner, row level security, forced

-- table public.courses
owner elira_owner, row level security, forced

-- table public.published_courses
owner elira_owner, row level security, forced

-- table public.sessions
owner elira_owner, row level security, forced

-- table public.users
owner elira_owner, row level security, forced

-- table public.verifications
owner elira_owner, row level security, forced

-- table sync.captured_table
owner elira_owner

-- table sync.change
owner elira_owner, partition by LIST (bucket)

-- table sync.change_0
owner elira_owner, partition of sync.change FOR VALUES IN ('0'), with autovacuum_vacuum_insert_threshold=-1

-- table sync.change_1
owner elira_owner, partition of sync.change FOR VALUES IN ('1'), with autovacuum_vacuum_insert_threshold=-1

-- table sync.change_2
owner elira_owner, partition of sync.change FOR VALUES IN ('2'), with autovacuum_vacuum_insert_threshold=-1

-- table sync.change_3
owner elira_owner, partition of sync.change FOR VALUES IN ('3'), with autovacuum_vacuum_insert_threshold=-1

-- table sync.heartbeat
owner elira_owner

-- table sync.incarnation
owner elira_owner, unlogged

-- table sync.sample
owner elira_owner

-- table sync.start
owner elira_owner

-- table sync.state
owner elira_owner

-- column public.accounts
id character varying(36) NOT NULL
user_id character varying(36) NOT NULL
account_id text NOT NULL
provider_id text NOT NULL
access_token text
refresh_token text
id_token text
access_token_expires_at timestamp with time zone
refresh_token_expires_at timestamp with time zone
scope text
password text
created_at timestamp with time zone NOT NULL DEFAULT now()
updated_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.course_versions
course_id uuid NOT NULL
version integer NOT NULL
published_at timestamp with time zone NOT NULL
content jsonb NOT NULL

-- column public.courses
id uuid NOT NULL DEFAULT public.uuid_v7()
title character varying(255) NOT NULL
description text NOT NULL
is_draft boolean NOT NULL DEFAULT true
is_published boolean NOT NULL DEFAULT false
published_at timestamp with time zone
last_modified timestamp with time zone NOT NULL DEFAULT now()
modified_by character varying(36)
version integer NOT NULL DEFAULT 1
previous_version jsonb
last_synced_at timestamp with time zone
sync_status character varying(20) NOT NULL DEFAULT 'pending'::character varying

-- column public.published_courses
id uuid NOT NULL
title character varying(255) NOT NULL
description text NOT NULL
version integer NOT NULL
published_at timestamp with time zone NOT NULL
last_modified timestamp with time zone NOT NULL

-- column public.sessions
id character varying(36) NOT NULL
user_id character varying(36) NOT NULL
token text NOT NULL
expires_at timestamp with time zone NOT NULL
ip_address text
user_agent text
impersonated_by character varying(36)
created_at timestamp with time zone NOT NULL DEFAULT now()
updated_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.users
id character varying(36) NOT NULL
name text NOT NULL
email text NOT NULL
email_verified boolean NOT NULL DEFAULT false
image text
role character varying(20) NOT NULL DEFAULT 'learner'::character varying
banned boolean NOT NULL DEFAULT false
ban_reason text
ban_expires timestamp with time zone
created_at timestamp with time zone NOT NULL DEFAULT now()
updated_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.verifications
id character varying(36) NOT NULL
identifier text NOT NULL
value text NOT NULL
expires_at timestamp with time zone NOT NULL
created_at timestamp with time zone NOT NULL DEFAULT now()
updated_at timestamp with time zone NOT NULL DEFAULT now()

-- column sync.captured_table
table_id smallint NOT NULL
relation regclass NOT NULL

-- column sync.change
xid xid8 NOT NULL
seq bigint
bucket smallint NOT NULL
table_id smallint NOT NULL
depth smallint NOT NULL
op "char" NOT NULL
key text
was text[]

-- column sync.change_0
xid xid8 NOT NULL
seq bigint
bucket smallint NOT NULL
table_id smallint NOT NULL
depth smallint NOT NULL
op "char" NOT NULL
key text
was text[]

-- column sync.change_1
xid xid8 NOT NULL
seq bigint
bucket smallint NOT NULL
table_id smallint NOT NULL
depth smallint NOT NULL
op "char" NOT NULL
key text
was text[]

-- column sync.change_2
xid xid8 NOT NULL
seq bigint
bucket smallint NOT NULL
table_id smallint NOT NULL
depth smallint NOT NULL
op "char" NOT NULL
key text
was text[]

-- column sync.change_3
xid xid8 NOT NULL
seq bigint
bucket smallint NOT NULL
table_id smallint NOT NULL
depth smallint NOT NULL
op "char" NOT NULL
key text
was text[]

-- column sync.heartbeat
one boolean NOT NULL DEFAULT true
at timestamp with time zone NOT NULL

-- column sync.incarnation
one boolean NOT NULL DEFAULT true
id uuid NOT NULL
database_oid oid NOT NULL
table_oid oid NOT NULL
system_identifier text NOT NULL

-- column sync.sample
at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
oldest xid8 NOT NULL

-- column sync.start
id uuid NOT NULL
server text NOT NULL
started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()

-- column sync.state
one boolean NOT NULL DEFAULT true
floor xid8 NOT NULL
settled_floor xid8 NOT NULL
floor_raised_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
bucket_shift smallint NOT NULL
signing_key text NOT NULL

-- constraint public.accounts
accounts_pkey PRIMARY KEY (id)
accounts_provider_id_account_id_key UNIQUE (provider_id, account_id)
accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.course_versions
course_versions_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
course_versions_pkey PRIMARY KEY (course_id, version)

-- constraint public.courses
courses_pkey PRIMARY KEY (id)
courses_sync_status_check CHECK (((sync_status)::text = ANY ((ARRAY['synced'::character varying, 'pending'::character varying, 'error'::character varying])::text[])))
courses_version_check CHECK ((version > 0))

-- constraint public.published_courses
published_courses_id_fkey FOREIGN KEY (id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
published_courses_pkey PRIMARY KEY (id)

-- constraint public.sessions
sessions_pkey PRIMARY KEY (id)
sessions_token_key UNIQUE (token)
sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.users
users_email_key UNIQUE (email)
users_pkey PRIMARY KEY (id)
users_role_check CHECK (((role)::text = ANY ((ARRAY['learner'::character varying, 'instructor'::character varying, 'admin'::character varying])::text[])))

-- constraint public.verifications
verifications_pkey PRIMARY KEY (id)

-- constraint sync.captured_table
captured_table_pkey PRIMARY KEY (table_id)
captured_table_relation_key UNIQUE (relation)

-- constraint sync.heartbeat
heartbeat_one_check CHECK (one)
heartbeat_pkey PRIMARY KEY (one)

-- constraint sync.incarnation
incarnation_one_check CHECK (one)
incarnation_pkey PRIMARY KEY (one)

-- constraint sync.sample
sample_pkey PRIMARY KEY (at)

-- constraint sync.start
start_pkey PRIMARY KEY (id)

-- constraint sync.state
state_bucket_shift_check CHECK (((bucket_shift >= 1) AND (bucket_shift <= 40)))
state_one_check CHECK (one)
state_pkey PRIMARY KEY (one)

-- index public.accounts
CREATE INDEX accounts_of_user ON public.accounts USING btree (user_id)
CREATE UNIQUE INDEX accounts_pkey ON public.accounts USING btree (id)
CREATE UNIQUE INDEX accounts_provider_id_account_id_key ON public.accounts USING btree (provider_id, account_id)

-- index public.course_versions
CREATE UNIQUE INDEX course_versions_pkey ON public.course_versions USING btree (course_id, version)

-- index public.courses
CREATE UNIQUE INDEX courses_pkey ON public.courses USING btree (id)

-- index public.published_courses
CREATE UNIQUE INDEX published_courses_pkey ON public.published_courses USING btree (id)

-- index public.sessions
CREATE INDEX sessions_of_user ON public.sessions USING btree (user_id)
CREATE UNIQUE INDEX sessions_pkey ON public.sessions USING btree (id)
CREATE UNIQUE INDEX sessions_token_key ON public.sessions USING btree (token)

-- index public.users
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (email)
CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)

-- index public.verifications
CREATE INDEX verifications_by_identifier ON public.verifications USING btree (identifier)
CREATE UNIQUE INDEX verifications_pkey ON public.verifications USING btree (id)

-- index sync.captured_table
CREATE UNIQUE INDEX captured_table_pkey ON sync.captured_table USING btree (table_id)
CREATE UNIQUE INDEX captured_table_relation_key ON sync.captured_table USING btree (relation)

-- index sync.change
CREATE INDEX change_xid ON ONLY sync.change USING btree (xid)

-- index sync.change_0
CREATE INDEX change_0_xid_idx ON sync.change_0 USING btree (xid)

-- index sync.change_1
CREATE INDEX change_1_xid_idx ON sync.change_1 USING btree (xid)

-- index sync.change_2
CREATE INDEX change_2_xid_idx ON sync.change_2 USING btree (xid)

-- index sync.change_3
CREATE INDEX change_3_xid_idx ON sync.change_3 USING btree (xid)

-- index sync.heartbeat
CREATE UNIQUE INDEX heartbeat_pkey ON sync.heartbeat USING btree (one)

-- index sync.incarnation
CREATE UNIQUE INDEX incarnation_pkey ON sync.incarnation USING btree (one)

-- index sync.sample
CREATE UNIQUE INDEX sample_pkey ON sync.sample USING btree (at)

-- index sync.start
CREATE UNIQUE INDEX start_pkey ON sync.start USING btree (id)
CREATE INDEX start_started_at ON sync.start USING btree (started_at)

-- index sync.state
CREATE UNIQUE INDEX state_pkey ON sync.state USING btree (one)

-- trigger public.courses
CREATE TRIGGER course_changes_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('course_changes')
CREATE TRIGGER course_changes_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('course_changes')
CREATE TRIGGER course_changes_update AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('course_changes', 'last_synced_at', 'sync_status')
CREATE TRIGGER course_publication_sync AFTER UPDATE ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.handle_course_publication()
CREATE TRIGGER course_publication_sync_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.handle_course_publication()
CREATE TRIGGER course_state BEFORE INSERT OR UPDATE ON public.courses FOR EACH ROW EXECUTE FUNCTION public.keep_course_state()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_courses_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_courses_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.courses FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('1') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_courses_update() (always)

-- trigger public.published_courses
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.published_courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_courses_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.published_courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_courses_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.published_courses FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('2') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.published_courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_courses_update() (always)

-- trigger sync.heartbeat
CREATE TRIGGER sync_capture_update AFTER UPDATE ON sync.heartbeat REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_heartbeat() (always)

-- policy public.accounts
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.course_versions
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.courses
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.published_courses
app_everyone PERMISSIVE FOR SELECT TO elira_app USING (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.sessions
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.users
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.verifications
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- function public.handle_course_publication()
owner elira_owner
CREATE OR REPLACE FUNCTION public.handle_course_publication()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  appearing uuid[] := ARRAY(
    SELECT n.id FROM new_rows n WHERE n.is_published AND NOT EXISTS (SELECT FROM published_courses p WHERE p.id = n.id));
  leaving uuid[] := ARRAY(
    SELECT n.id FROM new_rows n WHERE NOT n.is_published AND EXISTS (SELECT FROM published_courses p WHERE p.id = n.id));
BEGIN
  IF cardinality(appearing) > 0 THEN
    PERFORM publish_courses(appearing);
  END IF;
  IF cardinality(leaving) > 0 THEN
    PERFORM unpublish_courses(leaving);
  END IF;
  IF cardinality(appearing) > 100 THEN
    PERFORM pg_notify('course_published', json_build_object('action', 'bulk', 'count', cardinality(appearing))::text);
  ELSIF cardinality(appearing) > 0 THEN
    -- 255 characters of four bytes, or of six when escaped, are far below the 8,000 bytes a notification holds.
    PERFORM pg_notify('course_published', json_build_object('courseId', n.id, 'title', n.title)::text)
    FROM new_rows n WHERE n.id = ANY (appearing);
  END IF;
  RETURN NULL;
END $function$

-- function public.keep_course_state()
owner elira_owner
CREATE OR REPLACE FUNCTION public.keep_course_state()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  live published_courses;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.previous_version := NULL;
    NEW.last_modified := now();
    NEW.published_at := CASE WHEN NEW.is_published THEN now() END;
    NEW.is_draft := NOT NEW.is_published;
    RETURN NEW;
  END IF;

  IF (NEW.title, NEW.description) IS DISTINCT FROM (OLD.title, OLD.description) THEN
    NEW.version := OLD.version + 1;
    NEW.previous_version := jsonb_build_object('version', OLD.version, 'title', OLD.title, 'description', OLD.description,
      'lastModified', OLD.last_modified, 'modifiedBy', OLD.modified_by);
    NEW.last_modified := now();
  ELSE
    NEW.version := OLD.version;
    NEW.previous_version := OLD.previous_version;
    NEW.last_modified := CASE WHEN NEW.is_published = OLD.is_published THEN OLD.last_modified ELSE now() END;
  END IF;

  NEW.published_at := CASE WHEN NEW.is_published AND NOT OLD.is_published THEN now() ELSE OLD.published_at END;
  IF NEW.is_published AND OLD.is_published THEN
    -- Still under its old key here.
    SELECT * INTO live FROM published_courses p WHERE p.id = OLD.id;
    NEW.is_draft := (live.title, live.description) IS DISTINCT FROM (NEW.title, NEW.description);
  ELSE
    NEW.is_draft := NOT NEW.is_published;
  END IF;
  RETURN NEW;
END $function$

-- function public.notify_content_changes()
owner elira_owner
CREATE OR REPLACE FUNCTION public.notify_content_changes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function public.publish_course(course_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.publish_course(course_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  published boolean;
BEGIN
  -- Whoever edits the row at this moment comes wholly before the copy or wholly after it.
  SELECT c.is_published INTO published FROM courses c WHERE c.id = publish_course.course_id FOR UPDATE;
  IF published IS NULL THEN
    RAISE EXCEPTION 'there is no course %', course_id USING ERRCODE = 'no_data_found';
  ELSIF NOT published THEN
    UPDATE courses c SET is_published = true WHERE c.id = publish_course.course_id;
  ELSE
    PERFORM publish_courses(ARRAY[course_id]);
    -- The BEFORE trigger decides the value; this only asks it.
    UPDATE courses c SET is_draft = false WHERE c.id = publish_course.course_id AND c.is_draft;
  END IF;
END $function$

-- function public.publish_courses(course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.publish_courses(course_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO published_courses AS p (id, title, description, version, published_at, last_modified)
  SELECT c.id, c.title, c.description, c.version, c.published_at, c.last_modified
  FROM courses c WHERE c.id = ANY (course_ids) ORDER BY c.id
  ON CONFLICT (id) DO UPDATE SET title = excluded.title, description = excluded.description, version = excluded.version,
    published_at = excluded.published_at, last_modified = excluded.last_modified
  WHERE (p.title, p.description, p.version, p.published_at, p.last_modified)
    IS DISTINCT FROM (excluded.title, excluded.description, excluded.version, excluded.published_at, excluded.last_modified);

  INSERT INTO course_versions (course_id, version, published_at, content)
  SELECT c.id, c.version, now(), jsonb_build_object('title', c.title, 'description', c.description)
  FROM courses c WHERE c.id = ANY (course_ids) ORDER BY c.id
  ON CONFLICT (course_id, version) DO NOTHING;
END $function$

-- function public.unpublish_course(course_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.unpublish_course(course_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  UPDATE courses c SET is_published = false WHERE c.id = unpublish_course.course_id AND c.is_published;
  IF NOT FOUND AND NOT EXISTS (SELECT FROM courses c WHERE c.id = unpublish_course.course_id) THEN
    RAISE EXCEPTION 'there is no course %', course_id USING ERRCODE = 'no_data_found';
  END IF;
END $function$

-- function public.unpublish_courses(course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.unpublish_courses(course_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  DELETE FROM published_courses p WHERE p.id = ANY (course_ids)
$function$

-- function public.uuid_v7()
owner elira_owner
CREATE OR REPLACE FUNCTION public.uuid_v7()
 RETURNS uuid
 LANGUAGE plpgsql
 PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  micros bigint := extract(epoch FROM clock_timestamp()) * 1000000;
BEGIN
  RETURN encode(
    substring(int8send(micros / 1000) FROM 3)
    -- 28672 is 0x7000: the version.
    || int2send((28672 + micros % 1000 * 4096 / 1000)::smallint)
    -- The variant is where version 4 has it.
    || substring(uuid_send(gen_random_uuid()) FROM 9),
    'hex')::uuid;
END $function$

-- function sync.beat(every interval)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.beat(every interval)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('sync.beat')) THEN
    RETURN false;
  END IF;
  UPDATE sync.heartbeat SET at = clock_timestamp() WHERE at <= clock_timestamp() - every OR at > clock_timestamp();
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM pg_notify('sync_doorbell', '');
  RETURN true;
END $function$

-- function sync.capture_courses_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_courses_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(1::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_courses_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_courses_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 1, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(1::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_courses_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_courses_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_heartbeat()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_heartbeat()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), NULL, ((pg_current_xact_id()::text::bigint >> s.bucket_shift) & 3)::smallint, 0, 1, 'U', 'heartbeat', NULL
  FROM sync.state s WHERE EXISTS (SELECT FROM new_rows);
  RETURN NULL;
END $function$

-- function sync.capture_published_courses_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_courses_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 2, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(2::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_courses_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_courses_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 2, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(2::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_courses_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_courses_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_truncate()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_truncate()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  PERFORM sync.reload(TG_ARGV[0]::smallint);
  RETURN NULL;
END $function$

-- function sync.current_incarnation()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.current_incarnation()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT i.id FROM sync.incarnation i
  WHERE i.database_oid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND i.table_oid = 'sync.incarnation'::regclass::oid
    AND i.system_identifier = sync.system_identifier()
$function$

-- function sync.empty_leaf(leaf integer)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.empty_leaf(leaf integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.establish()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.establish()
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.hold_routing()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.hold_routing()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  RAISE EXCEPTION 'key and routing columns of % cannot change: it is captured in the cheap form', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', HINT = 'Delete the row and insert it again, or capture the table in the full form.';
END $function$

-- function sync.log_start(start_id uuid, server text)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.log_start(start_id uuid, server text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.start (id, server) VALUES (start_id, left(server, 200));
  DELETE FROM sync.start WHERE id IN (SELECT s.id FROM sync.start s ORDER BY s.started_at DESC OFFSET 10000 LIMIT 100);
END $function$

-- function sync.nesting(captured smallint)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.nesting(captured smallint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.raise_floor(retain interval, most_changes bigint, settle interval, OUT floor xid8, OUT leaf integer, OUT stuck boolean)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.raise_floor(retain interval, most_changes bigint, settle interval, OUT floor xid8, OUT leaf integer, OUT stuck boolean)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  shift smallint := (SELECT s.bucket_shift FROM sync.state s);
  generation bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint >> shift;
  aged xid8;
  held bigint;
  target xid8;
BEGIN
  INSERT INTO sync.sample (oldest) VALUES (pg_snapshot_xmin(pg_current_snapshot()));
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
END $function$

-- function sync.reload(touched smallint)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.reload(touched smallint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> s.bucket_shift) & 3)::smallint,
    touched, pg_trigger_depth(), 'R', NULL, NULL
  FROM sync.state s
$function$

-- function sync.system_identifier()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.system_identifier()
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  RETURN (SELECT c.system_identifier::text FROM pg_control_system() c);
EXCEPTION WHEN insufficient_privilege THEN
  RETURN '';
END $function$

-- function sync.thin(slice integer, most_changes bigint)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.thin(slice integer, most_changes bigint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.touch(touched regclass)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.touch(touched regclass)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  number smallint := (SELECT c.table_id FROM sync.captured_table c WHERE c.relation = touched);
BEGIN
  IF number IS NULL THEN
    RAISE EXCEPTION 'table % is not synchronised', touched USING HINT = 'Add it to the rules and apply what elira sync:sql prints.';
  END IF;
  PERFORM sync.reload(number);
END $function$

-- grant public.accounts
DELETE, INSERT, SELECT, UPDATE TO elira_auth

-- grant public.course_versions
SELECT TO elira_app

-- grant public.courses
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.published_courses
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.sessions
DELETE, INSERT, SELECT, UPDATE TO elira_auth

-- grant public.sessions (id)
SELECT TO elira_reader

-- grant public.sessions (user_id)
SELECT TO elira_reader

-- grant public.users
DELETE, INSERT, SELECT, UPDATE TO elira_auth
SELECT TO elira_reader

-- grant public.verifications
DELETE, INSERT, SELECT, UPDATE TO elira_auth

-- grant sync.captured_table
SELECT TO elira_reader

-- grant sync.change
SELECT TO elira_reader

-- grant sync.heartbeat
SELECT TO elira_reader

-- grant sync.incarnation
SELECT TO elira_reader

-- grant sync.start
SELECT TO elira_reader

-- grant sync.state
SELECT TO elira_reader

-- grant public.uuid_v7()
EXECUTE TO elira_app
EXECUTE TO elira_auth
EXECUTE TO elira_flush

-- grant sync.beat(every interval)
EXECUTE TO elira_reader

-- grant sync.current_incarnation()
EXECUTE TO elira_reader

-- grant sync.empty_leaf(leaf integer)
EXECUTE TO elira_reader

-- grant sync.establish()
EXECUTE TO elira_reader

-- grant sync.log_start(start_id uuid, server text)
EXECUTE TO elira_reader

-- grant sync.raise_floor(retain interval, most_changes bigint, settle interval, OUT floor xid8, OUT leaf integer, OUT stuck boolean)
EXECUTE TO elira_reader

-- grant sync.system_identifier()
EXECUTE TO elira_reader

-- grant sync.thin(slice integer, most_changes bigint)
EXECUTE TO elira_reader

-- grant sync.touch(touched regclass)
EXECUTE TO elira_reader

-- grant public
CREATE, USAGE TO elira_owner
USAGE TO PUBLIC

-- grant sync
USAGE TO elira_reader
