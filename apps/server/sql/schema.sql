-- Dumped from the catalogue after all migrations; never run, only compared.

-- schema public
owner pg_database_owner

-- schema sync
owner elira_owner

-- sequence sync.change_seq
bigint start 1 increment 1 min 1 max 9223372036854775807 cache 1

-- table public.accounts
owner elira_owner, row level security, forced

-- table public.announcements
owner elira_owner, row level security, forced

-- table public.course_analytics
owner elira_owner, row level security, forced

-- table public.course_audit
owner elira_owner, row level security, forced

-- table public.course_authors
owner elira_owner, row level security, forced

-- table public.course_counts
owner elira_owner, row level security, forced

-- table public.course_edits
owner elira_owner, row level security, forced

-- table public.course_join_codes
owner elira_owner, row level security, forced

-- table public.course_people
owner elira_owner, row level security, forced

-- view public.course_statistics
owner elira_owner, as
 SELECT c.id AS course_id,
    s.learners,
    s.active AS active_learners,
    s.completed,
    round(((100.0 * (s.completed)::numeric) / (NULLIF(s.learners, 0))::numeric), 1) AS completion_rate,
    round(((1.0 * (s.progress)::numeric) / (NULLIF(s.learners, 0))::numeric), 1) AS average_progress,
    round(((1.0 * (s.score)::numeric) / (NULLIF(s.scored, 0))::numeric), 1) AS average_score
   FROM (public.courses_with_statistics() c(id)
     CROSS JOIN LATERAL public.statistics_of_course(c.id) s(learners, active, completed, progress, scored, score));

-- table public.course_version_entries
owner elira_owner, row level security, forced

-- table public.course_versions
owner elira_owner, row level security, forced

-- table public.courses
owner elira_owner, row level security, forced

-- table public.enrollments
owner elira_owner, row level security, forced

-- table public.grades
owner elira_owner, row level security, forced

-- table public.imported_rows
owner elira_owner, row level security, forced

-- table public.lesson_progress
owner elira_owner, row level security, forced

-- table public.lessons
owner elira_owner, row level security, forced

-- view public.lessons_to_publish
owner elira_owner, as
 SELECT l.id,
    l.course_id,
    l.module_id,
    l.title,
    l.content,
    l."position",
    l.version,
    (p.id IS NULL) AS is_new
   FROM ((public.lessons l
     JOIN public.modules m ON ((m.id = l.module_id)))
     LEFT JOIN public.published_lessons p ON ((p.id = l.id)))
  WHERE (((l.status)::text = 'ready'::text) AND (l.deleted_at IS NULL) AND (m.deleted_at IS NULL) AND (p.version IS DISTINCT FROM l.version) AND (((((p.course_id IS DISTINCT FROM l.course_id) OR (p.module_id IS DISTINCT FROM l.module_id)) OR ((p.title)::text IS DISTINCT FROM (l.title)::text)) OR (p.content IS DISTINCT FROM l.content)) OR (p."position" IS DISTINCT FROM l."position")));

-- view public.lessons_to_withdraw
owner elira_owner, as
 SELECT p.id,
    p.course_id
   FROM (((public.published_lessons p
     LEFT JOIN public.lessons l ON (((l.id = p.id) AND (l.course_id = p.course_id) AND (l.deleted_at IS NULL))))
     LEFT JOIN public.modules m ON (((m.id = l.module_id) AND (m.deleted_at IS NULL))))
     LEFT JOIN public.modules_to_withdraw w ON (((w.id = p.module_id) AND (w.course_id = p.course_id))))
  WHERE ((m.id IS NULL) OR (((l.status)::text = 'draft'::text) AND (w.id IS NOT NULL)));

-- table public.media
owner elira_owner, row level security, forced

-- table public.modules
owner elira_owner, row level security, forced

-- view public.modules_to_publish
owner elira_owner, as
 SELECT m.id,
    m.course_id,
    m.title,
    m."position",
    m.version
   FROM (public.modules m
     LEFT JOIN public.published_modules p ON ((p.id = m.id)))
  WHERE ((m.deleted_at IS NULL) AND (p.version IS DISTINCT FROM m.version) AND (((p.course_id IS DISTINCT FROM m.course_id) OR ((p.title)::text IS DISTINCT FROM (m.title)::text)) OR (p."position" IS DISTINCT FROM m."position")));

-- view public.modules_to_withdraw
owner elira_owner, as
 SELECT p.id,
    p.course_id
   FROM (public.published_modules p
     LEFT JOIN public.modules m ON (((m.id = p.id) AND (m.course_id = p.course_id) AND (m.deleted_at IS NULL))))
  WHERE (m.id IS NULL);

-- table public.mutations
owner elira_owner, row level security, forced

-- table public.notification_reads
owner elira_owner, row level security, forced

-- table public.notifications
owner elira_owner, row level security, forced

-- table public.options
owner elira_owner, row level security, forced

-- view public.options_to_publish
owner elira_owner, as
 SELECT o.id,
    o.question_id,
    o.quiz_id,
    o.course_id,
    o.label,
    o.is_correct,
    o."position",
    o.version
   FROM (((((public.options o
     JOIN public.questions q ON ((q.id = o.question_id)))
     JOIN public.quizzes z ON ((z.id = o.quiz_id)))
     JOIN public.modules m ON ((m.id = z.module_id)))
     LEFT JOIN public.published_options p ON ((p.id = o.id)))
     LEFT JOIN public.revisions r ON ((((r.entity_type)::text = 'option'::text) AND (r.entity_id = p.id) AND (r.revision = p.version))))
  WHERE (((z.status)::text = 'ready'::text) AND (o.deleted_at IS NULL) AND (q.deleted_at IS NULL) AND (z.deleted_at IS NULL) AND (m.deleted_at IS NULL) AND (p.version IS DISTINCT FROM o.version) AND ((((((p.course_id IS DISTINCT FROM o.course_id) OR (p.question_id IS DISTINCT FROM o.question_id)) OR (p.quiz_id IS DISTINCT FROM o.quiz_id)) OR (p.label IS DISTINCT FROM o.label)) OR (p."position" IS DISTINCT FROM o."position")) OR (o.is_correct IS DISTINCT FROM ((r.content ->> 'isCorrect'::text))::boolean)));

-- view public.options_to_withdraw
owner elira_owner, as
 SELECT p.id,
    p.course_id
   FROM ((((((public.published_options p
     LEFT JOIN public.options o ON (((o.id = p.id) AND (o.course_id = p.course_id) AND (o.deleted_at IS NULL))))
     LEFT JOIN public.questions q ON (((q.id = o.question_id) AND (q.deleted_at IS NULL))))
     LEFT JOIN public.quizzes z ON (((z.id = q.quiz_id) AND (z.deleted_at IS NULL) AND ((z.status)::text = 'ready'::text))))
     LEFT JOIN public.modules m ON (((m.id = z.module_id) AND (m.deleted_at IS NULL))))
     LEFT JOIN public.quizzes kept ON (((kept.id = p.quiz_id) AND ((kept.status)::text = 'draft'::text))))
     LEFT JOIN public.questions_to_withdraw w ON (((w.id = p.question_id) AND (w.course_id = p.course_id))))
  WHERE ((m.id IS NULL) AND ((kept.id IS NULL) OR (w.id IS NOT NULL)));

-- table public.published_courses
owner elira_owner, row level security, forced

-- table public.published_lessons
owner elira_owner, row level security, forced

-- table public.published_modules
owner elira_owner, row level security, forced

-- table public.published_options
owner elira_owner, row level security, forced

-- table public.published_questions
owner elira_owner, row level security, forced

-- table public.published_quizzes
owner elira_owner, row level security, forced

-- table public.questions
owner elira_owner, row level security, forced

-- view public.questions_to_publish
owner elira_owner, as
 SELECT q.id,
    q.quiz_id,
    q.course_id,
    q.kind,
    q.prompt,
    q.explanation,
    q.points,
    q."position",
    q.version
   FROM ((((public.questions q
     JOIN public.quizzes z ON ((z.id = q.quiz_id)))
     JOIN public.modules m ON ((m.id = z.module_id)))
     LEFT JOIN public.published_questions p ON ((p.id = q.id)))
     LEFT JOIN public.revisions r ON ((((r.entity_type)::text = 'question'::text) AND (r.entity_id = p.id) AND (r.revision = p.version))))
  WHERE (((z.status)::text = 'ready'::text) AND (q.deleted_at IS NULL) AND (z.deleted_at IS NULL) AND (m.deleted_at IS NULL) AND (p.version IS DISTINCT FROM q.version) AND (((((((p.course_id IS DISTINCT FROM q.course_id) OR (p.quiz_id IS DISTINCT FROM q.quiz_id)) OR ((p.kind)::text IS DISTINCT FROM (q.kind)::text)) OR (p.prompt IS DISTINCT FROM q.prompt)) OR (p.points IS DISTINCT FROM q.points)) OR (p."position" IS DISTINCT FROM q."position")) OR (q.explanation IS DISTINCT FROM (r.content ->> 'explanation'::text))));

-- view public.questions_to_withdraw
owner elira_owner, as
 SELECT p.id,
    p.course_id
   FROM (((((public.published_questions p
     LEFT JOIN public.questions q ON (((q.id = p.id) AND (q.course_id = p.course_id) AND (q.deleted_at IS NULL))))
     LEFT JOIN public.quizzes z ON (((z.id = q.quiz_id) AND (z.deleted_at IS NULL) AND ((z.status)::text = 'ready'::text))))
     LEFT JOIN public.modules m ON (((m.id = z.module_id) AND (m.deleted_at IS NULL))))
     LEFT JOIN public.quizzes kept ON (((kept.id = p.quiz_id) AND ((kept.status)::text = 'draft'::text))))
     LEFT JOIN public.quizzes_to_withdraw w ON (((w.id = p.quiz_id) AND (w.course_id = p.course_id))))
  WHERE ((m.id IS NULL) AND ((kept.id IS NULL) OR (w.id IS NOT NULL)));

-- table public.quiz_attempts
owner elira_owner, row level security, forced

-- table public.quizzes
owner elira_owner, row level security, forced

-- view public.quizzes_to_publish
owner elira_owner, as
 SELECT z.id,
    z.course_id,
    z.module_id,
    z.title,
    z.instructions,
    z."position",
    z.version
   FROM ((public.quizzes z
     JOIN public.modules m ON ((m.id = z.module_id)))
     LEFT JOIN public.published_quizzes p ON ((p.id = z.id)))
  WHERE (((z.status)::text = 'ready'::text) AND (z.deleted_at IS NULL) AND (m.deleted_at IS NULL) AND (p.version IS DISTINCT FROM z.version) AND (((((p.course_id IS DISTINCT FROM z.course_id) OR (p.module_id IS DISTINCT FROM z.module_id)) OR ((p.title)::text IS DISTINCT FROM (z.title)::text)) OR (p.instructions IS DISTINCT FROM z.instructions)) OR (p."position" IS DISTINCT FROM z."position")));

-- view public.quizzes_to_withdraw
owner elira_owner, as
 SELECT p.id,
    p.course_id
   FROM (((public.published_quizzes p
     LEFT JOIN public.quizzes z ON (((z.id = p.id) AND (z.course_id = p.course_id) AND (z.deleted_at IS NULL))))
     LEFT JOIN public.modules m ON (((m.id = z.module_id) AND (m.deleted_at IS NULL))))
     LEFT JOIN public.modules_to_withdraw w ON (((w.id = p.module_id) AND (w.course_id = p.course_id))))
  WHERE ((m.id IS NULL) OR (((z.status)::text = 'draft'::text) AND (w.id IS NOT NULL)));

-- table public.recent_audit
owner elira_owner, row level security, forced

-- table public.revisions
owner elira_owner, row level security, forced

-- table public.sessions
owner elira_owner, row level security, forced

-- table public.sync_failures
owner elira_owner, row level security, forced

-- table public.sync_pending
owner elira_owner, row level security, forced

-- table public.sync_servers
owner elira_owner, row level security, forced

-- table public.sync_status
owner elira_owner, row level security, forced

-- table public.user_activities
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

-- column public.announcements
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid
to_all boolean NOT NULL GENERATED ALWAYS AS ((course_id IS NULL)) STORED
title character varying(255) NOT NULL
body text NOT NULL DEFAULT ''::text
author_id character varying(36) DEFAULT public.viewer_id()
created_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.course_analytics
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid NOT NULL
event character varying(50) NOT NULL
"timestamp" timestamp with time zone NOT NULL DEFAULT now()
of_transaction xid8 DEFAULT pg_current_xact_id()
by_hand boolean NOT NULL DEFAULT true

-- column public.course_audit
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid
changed_by character varying(36)
entity_type character varying(20) NOT NULL
entity_id text NOT NULL
entity_version integer
field_name character varying(100) NOT NULL
old_value text
new_value text
text_offset integer
mutation_id uuid
changed_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.course_authors
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid NOT NULL
user_id character varying(36) NOT NULL
role character varying(10) NOT NULL DEFAULT 'co-author'::character varying
created_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.course_counts
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid NOT NULL
learners integer NOT NULL
active integer NOT NULL
completed integer NOT NULL
progress bigint NOT NULL
scored integer NOT NULL
score bigint NOT NULL

-- column public.course_edits
course_id uuid NOT NULL

-- column public.course_join_codes
course_id uuid NOT NULL
code character varying(64) NOT NULL

-- column public.course_people
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid NOT NULL
user_id character varying(36) NOT NULL
name text NOT NULL
role character varying(10) NOT NULL

-- column public.course_version_entries
course_id uuid NOT NULL
version integer NOT NULL
entity_type character varying(10) NOT NULL
entity_id uuid NOT NULL
revision integer NOT NULL

-- column public.course_versions
course_id uuid NOT NULL
version integer NOT NULL
published_at timestamp with time zone NOT NULL
digest text NOT NULL

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
access character varying(10) NOT NULL DEFAULT 'open'::character varying
publications integer NOT NULL DEFAULT 0
field_versions jsonb

-- column public.enrollments
id uuid NOT NULL DEFAULT public.uuid_v7()
user_id character varying(36) NOT NULL
course_id uuid NOT NULL
progress integer NOT NULL DEFAULT 0
enrolled_at timestamp with time zone NOT NULL DEFAULT now()
last_accessed_at timestamp with time zone NOT NULL DEFAULT now()
score integer
active boolean NOT NULL DEFAULT true

-- column public.grades
id uuid NOT NULL DEFAULT public.uuid_v7()
user_id character varying(36) NOT NULL
course_id uuid NOT NULL
quiz_id uuid NOT NULL
attempt_id uuid
course_version integer
points integer NOT NULL
max_points integer NOT NULL
percent integer NOT NULL
detail jsonb NOT NULL DEFAULT '{}'::jsonb
reason text
graded_by character varying(36)
graded_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.imported_rows
entity_id uuid NOT NULL
course_id uuid NOT NULL
entity_type character varying(10) NOT NULL
path text NOT NULL
place integer NOT NULL
fields jsonb NOT NULL
removed boolean NOT NULL DEFAULT false

-- column public.lesson_progress
id uuid NOT NULL DEFAULT public.uuid_v7()
user_id character varying(36) NOT NULL
course_id uuid NOT NULL
lesson_id uuid NOT NULL
completed_at timestamp with time zone
last_accessed_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.lessons
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid NOT NULL
module_id uuid NOT NULL
title character varying(255) NOT NULL
content text NOT NULL DEFAULT ''::text
"position" text COLLATE "C" NOT NULL DEFAULT 'a0'::text
status character varying(10) NOT NULL DEFAULT 'ready'::character varying
deleted_at timestamp with time zone
version integer NOT NULL DEFAULT 1
last_modified timestamp with time zone NOT NULL DEFAULT now()
modified_by character varying(36)
field_versions jsonb

-- column public.media
hash character varying(64) NOT NULL
content_type character varying(30) NOT NULL
bytes bytea NOT NULL STORAGE e
created_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.modules
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid NOT NULL
title character varying(255) NOT NULL
"position" text COLLATE "C" NOT NULL DEFAULT 'a0'::text
deleted_at timestamp with time zone
version integer NOT NULL DEFAULT 1
last_modified timestamp with time zone NOT NULL DEFAULT now()
modified_by character varying(36)
field_versions jsonb

-- column public.mutations
id uuid NOT NULL
user_id character varying(36) NOT NULL
name character varying(100) NOT NULL
status character varying(10) NOT NULL
answer jsonb NOT NULL
decided_at timestamp with time zone NOT NULL DEFAULT now()
recent boolean NOT NULL DEFAULT true

-- column public.notification_reads
id uuid NOT NULL DEFAULT public.uuid_v7()
user_id character varying(36) NOT NULL
notification_id uuid NOT NULL
read_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.notifications
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid
user_id character varying(36)
to_all boolean NOT NULL GENERATED ALWAYS AS (((course_id IS NULL) AND (user_id IS NULL))) STORED
kind character varying(30) NOT NULL
title character varying(255) NOT NULL
entity_id uuid
created_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.options
id uuid NOT NULL DEFAULT public.uuid_v7()
question_id uuid NOT NULL
quiz_id uuid NOT NULL
course_id uuid NOT NULL
label text NOT NULL
is_correct boolean NOT NULL DEFAULT false
"position" text COLLATE "C" NOT NULL DEFAULT 'a0'::text
deleted_at timestamp with time zone
version integer NOT NULL DEFAULT 1
last_modified timestamp with time zone NOT NULL DEFAULT now()
modified_by character varying(36)
field_versions jsonb

-- column public.published_courses
id uuid NOT NULL
title character varying(255) NOT NULL
description text NOT NULL
version integer NOT NULL
published_at timestamp with time zone NOT NULL
last_modified timestamp with time zone NOT NULL
access character varying(10) NOT NULL
listed boolean NOT NULL
outline jsonb NOT NULL

-- column public.published_lessons
id uuid NOT NULL
course_id uuid NOT NULL
module_id uuid NOT NULL
title character varying(255) NOT NULL
content text NOT NULL
"position" text COLLATE "C" NOT NULL
version integer NOT NULL

-- column public.published_modules
id uuid NOT NULL
course_id uuid NOT NULL
title character varying(255) NOT NULL
"position" text COLLATE "C" NOT NULL
version integer NOT NULL

-- column public.published_options
id uuid NOT NULL
question_id uuid NOT NULL
quiz_id uuid NOT NULL
course_id uuid NOT NULL
label text NOT NULL
"position" text COLLATE "C" NOT NULL
version integer NOT NULL

-- column public.published_questions
id uuid NOT NULL
quiz_id uuid NOT NULL
course_id uuid NOT NULL
kind character varying(10) NOT NULL
prompt text NOT NULL
points integer NOT NULL
"position" text COLLATE "C" NOT NULL
version integer NOT NULL

-- column public.published_quizzes
id uuid NOT NULL
course_id uuid NOT NULL
module_id uuid NOT NULL
title character varying(255) NOT NULL
instructions text NOT NULL
"position" text COLLATE "C" NOT NULL
version integer NOT NULL

-- column public.questions
id uuid NOT NULL DEFAULT public.uuid_v7()
quiz_id uuid NOT NULL
course_id uuid NOT NULL
kind character varying(10) NOT NULL DEFAULT 'single'::character varying
prompt text NOT NULL
explanation text NOT NULL DEFAULT ''::text
points integer NOT NULL DEFAULT 1
"position" text COLLATE "C" NOT NULL DEFAULT 'a0'::text
deleted_at timestamp with time zone
version integer NOT NULL DEFAULT 1
last_modified timestamp with time zone NOT NULL DEFAULT now()
modified_by character varying(36)
field_versions jsonb

-- column public.quiz_attempts
id uuid NOT NULL
user_id character varying(36) NOT NULL
course_id uuid NOT NULL
quiz_id uuid NOT NULL
course_version integer NOT NULL
answers jsonb NOT NULL
submitted_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.quizzes
id uuid NOT NULL DEFAULT public.uuid_v7()
course_id uuid NOT NULL
module_id uuid NOT NULL
title character varying(255) NOT NULL
instructions text NOT NULL DEFAULT ''::text
"position" text COLLATE "C" NOT NULL DEFAULT 'a0'::text
status character varying(10) NOT NULL DEFAULT 'ready'::character varying
deleted_at timestamp with time zone
version integer NOT NULL DEFAULT 1
last_modified timestamp with time zone NOT NULL DEFAULT now()
modified_by character varying(36)
field_versions jsonb

-- column public.recent_audit
id uuid NOT NULL
course_id uuid
changed_by character varying(36)
entity_type character varying(20) NOT NULL
entity_id text NOT NULL
entity_version integer
field_name character varying(100) NOT NULL
old_value text
new_value text
text_offset integer
cut boolean NOT NULL
after_gap boolean NOT NULL
changed_at timestamp with time zone NOT NULL

-- column public.revisions
entity_type character varying(10) NOT NULL
entity_id uuid NOT NULL
revision integer NOT NULL
course_id uuid NOT NULL
content jsonb NOT NULL

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

-- column public.sync_failures
table_name character varying(63) NOT NULL
row_key text NOT NULL
course_id uuid NOT NULL
code character varying(5) NOT NULL
at timestamp with time zone NOT NULL DEFAULT now()

-- column public.sync_pending
course_id uuid NOT NULL
xid xid8 NOT NULL DEFAULT pg_current_xact_id()
at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
shown boolean NOT NULL

-- column public.sync_servers
id uuid NOT NULL
started_at timestamp with time zone NOT NULL DEFAULT now()
seen_at timestamp with time zone NOT NULL DEFAULT now()
"position" text NOT NULL
metrics jsonb NOT NULL DEFAULT '{}'::jsonb
incarnation uuid

-- column public.sync_status
id uuid NOT NULL DEFAULT public.uuid_v7()
entity_type character varying(50) NOT NULL
entity_id uuid NOT NULL
last_sync_at timestamp with time zone
sync_duration integer
status character varying(20) NOT NULL DEFAULT 'pending'::character varying
error_message text
created_at timestamp with time zone NOT NULL DEFAULT now()

-- column public.user_activities
id uuid NOT NULL DEFAULT public.uuid_v7()
user_id character varying(36) NOT NULL
activity_type character varying(50) NOT NULL
entity_type character varying(50) NOT NULL
entity_id uuid NOT NULL
metadata jsonb NOT NULL DEFAULT '{}'::jsonb
"timestamp" timestamp with time zone NOT NULL DEFAULT now()
recent boolean NOT NULL DEFAULT true

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

-- constraint public.announcements
announcements_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
announcements_body_check CHECK ((length(body) <= 20000))
announcements_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
announcements_pkey PRIMARY KEY (id)

-- constraint public.course_analytics
course_analytics_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
course_analytics_pkey PRIMARY KEY (id)

-- constraint public.course_audit
course_audit_pkey PRIMARY KEY (id)

-- constraint public.course_authors
course_authors_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
course_authors_course_id_user_id_key UNIQUE (course_id, user_id)
course_authors_pkey PRIMARY KEY (id)
course_authors_role_check CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'co-author'::character varying])::text[])))
course_authors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.course_counts
course_counts_pkey PRIMARY KEY (id)

-- constraint public.course_edits
course_edits_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
course_edits_pkey PRIMARY KEY (course_id)

-- constraint public.course_join_codes
course_join_codes_code_check CHECK ((length(btrim((code)::text)) >= 4))
course_join_codes_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
course_join_codes_pkey PRIMARY KEY (course_id)

-- constraint public.course_people
course_people_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
course_people_course_id_user_id_key UNIQUE (course_id, user_id)
course_people_pkey PRIMARY KEY (id)
course_people_role_check CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'co-author'::character varying, 'learner'::character varying])::text[])))
course_people_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.course_version_entries
course_version_entries_course_id_version_fkey FOREIGN KEY (course_id, version) REFERENCES public.course_versions(course_id, version) ON UPDATE CASCADE ON DELETE CASCADE
course_version_entries_pkey PRIMARY KEY (course_id, version, entity_type, entity_id)

-- constraint public.course_versions
course_versions_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
course_versions_pkey PRIMARY KEY (course_id, version)

-- constraint public.courses
courses_access_check CHECK (((access)::text = ANY ((ARRAY['open'::character varying, 'code'::character varying, 'authors'::character varying])::text[])))
courses_modified_by_fkey FOREIGN KEY (modified_by) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
courses_pkey PRIMARY KEY (id)
courses_publications_check CHECK ((publications >= 0))
courses_sync_status_check CHECK (((sync_status)::text = ANY ((ARRAY['synced'::character varying, 'pending'::character varying, 'error'::character varying])::text[])))
courses_version_check CHECK ((version > 0))

-- constraint public.enrollments
enrollments_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
enrollments_pkey PRIMARY KEY (id)
enrollments_progress_check CHECK (((progress >= 0) AND (progress <= 100)))
enrollments_score_check CHECK (((score >= 0) AND (score <= 100)))
enrollments_user_id_course_id_key UNIQUE (user_id, course_id)
enrollments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.grades
grades_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES public.quiz_attempts(id) ON DELETE CASCADE
grades_graded_by_fkey FOREIGN KEY (graded_by) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
grades_max_points_check CHECK ((max_points >= 0))
grades_percent_check CHECK (((percent >= 0) AND (percent <= 100)))
grades_pkey PRIMARY KEY (id)
grades_points_check CHECK ((points >= 0))
grades_quiz_id_course_id_fkey FOREIGN KEY (quiz_id, course_id) REFERENCES public.quizzes(id, course_id)
grades_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE

-- constraint public.imported_rows
imported_rows_course_id_entity_type_path_key UNIQUE (course_id, entity_type, path)
imported_rows_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
imported_rows_entity_type_check CHECK (((entity_type)::text = ANY ((ARRAY['course'::character varying, 'module'::character varying, 'lesson'::character varying, 'quiz'::character varying, 'question'::character varying, 'option'::character varying])::text[])))
imported_rows_pkey PRIMARY KEY (entity_id)

-- constraint public.lesson_progress
lesson_progress_lesson_id_course_id_fkey FOREIGN KEY (lesson_id, course_id) REFERENCES public.lessons(id, course_id)
lesson_progress_pkey PRIMARY KEY (id)
lesson_progress_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE
lesson_progress_user_id_lesson_id_key UNIQUE (user_id, lesson_id)

-- constraint public.lessons
lessons_content_check CHECK ((length(content) <= 200000))
lessons_id_course_id_key UNIQUE (id, course_id)
lessons_modified_by_fkey FOREIGN KEY (modified_by) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
lessons_module_id_course_id_fkey FOREIGN KEY (module_id, course_id) REFERENCES public.modules(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
lessons_pkey PRIMARY KEY (id)
lessons_position_check CHECK (((length("position") >= 1) AND (length("position") <= 200)))
lessons_status_check CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'ready'::character varying])::text[])))
lessons_version_check CHECK ((version > 0))

-- constraint public.media
media_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 10485760)))
media_content_type_check CHECK (((content_type)::text = ANY ((ARRAY['image/png'::character varying, 'image/jpeg'::character varying, 'image/gif'::character varying, 'image/webp'::character varying, 'image/avif'::character varying, 'image/svg+xml'::character varying])::text[])))
media_hash_check CHECK (((hash)::text ~ '^[0-9a-f]{64}$'::text))
media_pkey PRIMARY KEY (hash)

-- constraint public.modules
modules_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
modules_id_course_id_key UNIQUE (id, course_id)
modules_modified_by_fkey FOREIGN KEY (modified_by) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
modules_pkey PRIMARY KEY (id)
modules_position_check CHECK (((length("position") >= 1) AND (length("position") <= 200)))
modules_version_check CHECK ((version > 0))

-- constraint public.mutations
mutations_pkey PRIMARY KEY (id)
mutations_status_check CHECK (((status)::text = ANY ((ARRAY['applied'::character varying, 'refused'::character varying])::text[])))
mutations_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.notification_reads
notification_reads_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES public.notifications(id) ON DELETE CASCADE
notification_reads_pkey PRIMARY KEY (id)
notification_reads_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE
notification_reads_user_id_notification_id_key UNIQUE (user_id, notification_id)

-- constraint public.notifications
notifications_check CHECK (((course_id IS NULL) OR (user_id IS NULL)))
notifications_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
notifications_pkey PRIMARY KEY (id)
notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.options
options_label_check CHECK ((length(label) <= 5000))
options_modified_by_fkey FOREIGN KEY (modified_by) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
options_pkey PRIMARY KEY (id)
options_position_check CHECK (((length("position") >= 1) AND (length("position") <= 200)))
options_question_id_quiz_id_course_id_fkey FOREIGN KEY (question_id, quiz_id, course_id) REFERENCES public.questions(id, quiz_id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
options_version_check CHECK ((version > 0))

-- constraint public.published_courses
published_courses_id_fkey FOREIGN KEY (id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
published_courses_pkey PRIMARY KEY (id)

-- constraint public.published_lessons
published_lessons_module_id_course_id_fkey FOREIGN KEY (module_id, course_id) REFERENCES public.published_modules(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
published_lessons_pkey PRIMARY KEY (id)

-- constraint public.published_modules
published_modules_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
published_modules_id_course_id_key UNIQUE (id, course_id)
published_modules_pkey PRIMARY KEY (id)

-- constraint public.published_options
published_options_pkey PRIMARY KEY (id)
published_options_question_id_quiz_id_course_id_fkey FOREIGN KEY (question_id, quiz_id, course_id) REFERENCES public.published_questions(id, quiz_id, course_id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.published_questions
published_questions_id_quiz_id_course_id_key UNIQUE (id, quiz_id, course_id)
published_questions_pkey PRIMARY KEY (id)
published_questions_quiz_id_course_id_fkey FOREIGN KEY (quiz_id, course_id) REFERENCES public.published_quizzes(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.published_quizzes
published_quizzes_id_course_id_key UNIQUE (id, course_id)
published_quizzes_module_id_course_id_fkey FOREIGN KEY (module_id, course_id) REFERENCES public.published_modules(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
published_quizzes_pkey PRIMARY KEY (id)

-- constraint public.questions
questions_explanation_check CHECK ((length(explanation) <= 20000))
questions_id_quiz_id_course_id_key UNIQUE (id, quiz_id, course_id)
questions_kind_check CHECK (((kind)::text = ANY ((ARRAY['single'::character varying, 'multiple'::character varying])::text[])))
questions_modified_by_fkey FOREIGN KEY (modified_by) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
questions_pkey PRIMARY KEY (id)
questions_points_check CHECK (((points >= 0) AND (points <= 1000)))
questions_position_check CHECK (((length("position") >= 1) AND (length("position") <= 200)))
questions_prompt_check CHECK ((length(prompt) <= 20000))
questions_quiz_id_course_id_fkey FOREIGN KEY (quiz_id, course_id) REFERENCES public.quizzes(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
questions_version_check CHECK ((version > 0))

-- constraint public.quiz_attempts
quiz_attempts_pkey PRIMARY KEY (id)
quiz_attempts_quiz_id_course_id_fkey FOREIGN KEY (quiz_id, course_id) REFERENCES public.quizzes(id, course_id)
quiz_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE

-- constraint public.quizzes
quizzes_id_course_id_key UNIQUE (id, course_id)
quizzes_instructions_check CHECK ((length(instructions) <= 50000))
quizzes_modified_by_fkey FOREIGN KEY (modified_by) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE SET NULL
quizzes_module_id_course_id_fkey FOREIGN KEY (module_id, course_id) REFERENCES public.modules(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
quizzes_pkey PRIMARY KEY (id)
quizzes_position_check CHECK (((length("position") >= 1) AND (length("position") <= 200)))
quizzes_status_check CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'ready'::character varying])::text[])))
quizzes_version_check CHECK ((version > 0))

-- constraint public.recent_audit
recent_audit_pkey PRIMARY KEY (id)

-- constraint public.revisions
revisions_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON UPDATE CASCADE ON DELETE CASCADE
revisions_entity_type_check CHECK (((entity_type)::text = ANY ((ARRAY['course'::character varying, 'module'::character varying, 'lesson'::character varying, 'quiz'::character varying, 'question'::character varying, 'option'::character varying])::text[])))
revisions_pkey PRIMARY KEY (entity_type, entity_id, revision)

-- constraint public.sessions
sessions_pkey PRIMARY KEY (id)
sessions_token_key UNIQUE (token)
sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

-- constraint public.sync_failures
sync_failures_pkey PRIMARY KEY (table_name, row_key)

-- constraint public.sync_pending
sync_pending_pkey PRIMARY KEY (course_id, xid)

-- constraint public.sync_servers
sync_servers_pkey PRIMARY KEY (id)

-- constraint public.sync_status
sync_status_entity_type_entity_id_key UNIQUE (entity_type, entity_id)
sync_status_pkey PRIMARY KEY (id)
sync_status_status_check CHECK (((status)::text = ANY ((ARRAY['success'::character varying, 'failed'::character varying, 'pending'::character varying])::text[])))

-- constraint public.user_activities
user_activities_pkey PRIMARY KEY (id)
user_activities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON UPDATE CASCADE ON DELETE CASCADE

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

-- index public.announcements
CREATE INDEX announcements_of_course ON public.announcements USING btree (course_id)
CREATE UNIQUE INDEX announcements_pkey ON public.announcements USING btree (id)

-- index public.course_analytics
CREATE INDEX course_analytics_of_course ON public.course_analytics USING btree (course_id, "timestamp")
CREATE UNIQUE INDEX course_analytics_pkey ON public.course_analytics USING btree (id)

-- index public.course_audit
CREATE INDEX course_audit_of_course ON public.course_audit USING btree (course_id, id)
CREATE INDEX course_audit_of_entity ON public.course_audit USING btree (entity_type, entity_id, id)
CREATE INDEX course_audit_of_person ON public.course_audit USING btree (changed_by)
CREATE UNIQUE INDEX course_audit_pkey ON public.course_audit USING btree (id)

-- index public.course_authors
CREATE UNIQUE INDEX course_authors_course_id_user_id_key ON public.course_authors USING btree (course_id, user_id)
CREATE INDEX course_authors_of_user ON public.course_authors USING btree (user_id)
CREATE UNIQUE INDEX course_authors_pkey ON public.course_authors USING btree (id)

-- index public.course_counts
CREATE INDEX course_counts_of_course ON public.course_counts USING btree (course_id)
CREATE UNIQUE INDEX course_counts_pkey ON public.course_counts USING btree (id)

-- index public.course_edits
CREATE UNIQUE INDEX course_edits_pkey ON public.course_edits USING btree (course_id)

-- index public.course_join_codes
CREATE UNIQUE INDEX course_join_codes_pkey ON public.course_join_codes USING btree (course_id)

-- index public.course_people
CREATE UNIQUE INDEX course_people_course_id_user_id_key ON public.course_people USING btree (course_id, user_id)
CREATE INDEX course_people_of_user ON public.course_people USING btree (user_id)
CREATE UNIQUE INDEX course_people_pkey ON public.course_people USING btree (id)

-- index public.course_version_entries
CREATE INDEX course_version_entries_of_entity ON public.course_version_entries USING btree (entity_id, revision)
CREATE UNIQUE INDEX course_version_entries_pkey ON public.course_version_entries USING btree (course_id, version, entity_type, entity_id)

-- index public.course_versions
CREATE UNIQUE INDEX course_versions_pkey ON public.course_versions USING btree (course_id, version)

-- index public.courses
CREATE UNIQUE INDEX courses_pkey ON public.courses USING btree (id)

-- index public.enrollments
CREATE INDEX enrollments_of_course ON public.enrollments USING btree (course_id)
CREATE UNIQUE INDEX enrollments_pkey ON public.enrollments USING btree (id)
CREATE UNIQUE INDEX enrollments_user_id_course_id_key ON public.enrollments USING btree (user_id, course_id)

-- index public.grades
CREATE INDEX grades_of_attempt ON public.grades USING btree (attempt_id)
CREATE INDEX grades_of_quiz ON public.grades USING btree (quiz_id)
CREATE INDEX grades_of_user ON public.grades USING btree (user_id, course_id)
CREATE UNIQUE INDEX grades_pkey ON public.grades USING btree (id)

-- index public.imported_rows
CREATE UNIQUE INDEX imported_rows_course_id_entity_type_path_key ON public.imported_rows USING btree (course_id, entity_type, path)
CREATE UNIQUE INDEX imported_rows_pkey ON public.imported_rows USING btree (entity_id)

-- index public.lesson_progress
CREATE INDEX lesson_progress_of_course ON public.lesson_progress USING btree (course_id, user_id)
CREATE INDEX lesson_progress_of_lesson ON public.lesson_progress USING btree (lesson_id)
CREATE UNIQUE INDEX lesson_progress_pkey ON public.lesson_progress USING btree (id)
CREATE UNIQUE INDEX lesson_progress_user_id_lesson_id_key ON public.lesson_progress USING btree (user_id, lesson_id)

-- index public.lessons
CREATE UNIQUE INDEX lessons_id_course_id_key ON public.lessons USING btree (id, course_id)
CREATE INDEX lessons_media ON public.lessons USING gin (public.media_shown(content))
CREATE INDEX lessons_of_course ON public.lessons USING btree (course_id)
CREATE INDEX lessons_of_module ON public.lessons USING btree (module_id)
CREATE UNIQUE INDEX lessons_pkey ON public.lessons USING btree (id)

-- index public.media
CREATE UNIQUE INDEX media_pkey ON public.media USING btree (hash)

-- index public.modules
CREATE UNIQUE INDEX modules_id_course_id_key ON public.modules USING btree (id, course_id)
CREATE INDEX modules_of_course ON public.modules USING btree (course_id)
CREATE UNIQUE INDEX modules_pkey ON public.modules USING btree (id)

-- index public.mutations
CREATE INDEX mutations_by_age ON public.mutations USING btree (decided_at)
CREATE INDEX mutations_of_user ON public.mutations USING btree (user_id, recent)
CREATE UNIQUE INDEX mutations_pkey ON public.mutations USING btree (id)
CREATE INDEX mutations_recent ON public.mutations USING btree (decided_at) WHERE recent

-- index public.notification_reads
CREATE INDEX notification_reads_of_notification ON public.notification_reads USING btree (notification_id)
CREATE UNIQUE INDEX notification_reads_pkey ON public.notification_reads USING btree (id)
CREATE UNIQUE INDEX notification_reads_user_id_notification_id_key ON public.notification_reads USING btree (user_id, notification_id)

-- index public.notifications
CREATE INDEX notifications_by_age ON public.notifications USING btree (created_at)
CREATE INDEX notifications_of_course ON public.notifications USING btree (course_id)
CREATE INDEX notifications_of_entity ON public.notifications USING btree (entity_id)
CREATE INDEX notifications_of_user ON public.notifications USING btree (user_id)
CREATE UNIQUE INDEX notifications_pkey ON public.notifications USING btree (id)
CREATE INDEX notifications_to_all ON public.notifications USING btree (to_all) WHERE to_all

-- index public.options
CREATE INDEX options_of_course ON public.options USING btree (course_id)
CREATE INDEX options_of_question ON public.options USING btree (question_id)
CREATE UNIQUE INDEX options_pkey ON public.options USING btree (id)

-- index public.published_courses
CREATE UNIQUE INDEX published_courses_pkey ON public.published_courses USING btree (id)

-- index public.published_lessons
CREATE INDEX published_lessons_media ON public.published_lessons USING gin (public.media_shown(content))
CREATE INDEX published_lessons_of_course ON public.published_lessons USING btree (course_id)
CREATE INDEX published_lessons_of_module ON public.published_lessons USING btree (module_id)
CREATE UNIQUE INDEX published_lessons_pkey ON public.published_lessons USING btree (id)

-- index public.published_modules
CREATE UNIQUE INDEX published_modules_id_course_id_key ON public.published_modules USING btree (id, course_id)
CREATE INDEX published_modules_of_course ON public.published_modules USING btree (course_id)
CREATE UNIQUE INDEX published_modules_pkey ON public.published_modules USING btree (id)

-- index public.published_options
CREATE INDEX published_options_of_course ON public.published_options USING btree (course_id)
CREATE INDEX published_options_of_question ON public.published_options USING btree (question_id)
CREATE UNIQUE INDEX published_options_pkey ON public.published_options USING btree (id)

-- index public.published_questions
CREATE UNIQUE INDEX published_questions_id_quiz_id_course_id_key ON public.published_questions USING btree (id, quiz_id, course_id)
CREATE INDEX published_questions_of_course ON public.published_questions USING btree (course_id)
CREATE INDEX published_questions_of_quiz ON public.published_questions USING btree (quiz_id)
CREATE UNIQUE INDEX published_questions_pkey ON public.published_questions USING btree (id)

-- index public.published_quizzes
CREATE UNIQUE INDEX published_quizzes_id_course_id_key ON public.published_quizzes USING btree (id, course_id)
CREATE INDEX published_quizzes_of_course ON public.published_quizzes USING btree (course_id)
CREATE INDEX published_quizzes_of_module ON public.published_quizzes USING btree (module_id)
CREATE UNIQUE INDEX published_quizzes_pkey ON public.published_quizzes USING btree (id)

-- index public.questions
CREATE UNIQUE INDEX questions_id_quiz_id_course_id_key ON public.questions USING btree (id, quiz_id, course_id)
CREATE INDEX questions_of_course ON public.questions USING btree (course_id)
CREATE INDEX questions_of_quiz ON public.questions USING btree (quiz_id)
CREATE UNIQUE INDEX questions_pkey ON public.questions USING btree (id)

-- index public.quiz_attempts
CREATE INDEX quiz_attempts_of_quiz ON public.quiz_attempts USING btree (quiz_id)
CREATE INDEX quiz_attempts_of_user ON public.quiz_attempts USING btree (user_id, quiz_id)
CREATE UNIQUE INDEX quiz_attempts_pkey ON public.quiz_attempts USING btree (id)

-- index public.quizzes
CREATE UNIQUE INDEX quizzes_id_course_id_key ON public.quizzes USING btree (id, course_id)
CREATE INDEX quizzes_of_course ON public.quizzes USING btree (course_id)
CREATE INDEX quizzes_of_module ON public.quizzes USING btree (module_id)
CREATE UNIQUE INDEX quizzes_pkey ON public.quizzes USING btree (id)

-- index public.recent_audit
CREATE INDEX recent_audit_of_course ON public.recent_audit USING btree (course_id)
CREATE UNIQUE INDEX recent_audit_pkey ON public.recent_audit USING btree (id)

-- index public.revisions
CREATE INDEX revisions_of_course ON public.revisions USING btree (course_id)
CREATE INDEX revisions_of_question ON public.revisions USING btree (((content ->> 'questionId'::text))) WHERE ((entity_type)::text = 'option'::text)
CREATE INDEX revisions_of_quiz ON public.revisions USING btree (((content ->> 'quizId'::text))) WHERE ((entity_type)::text = 'question'::text)
CREATE UNIQUE INDEX revisions_pkey ON public.revisions USING btree (entity_type, entity_id, revision)

-- index public.sessions
CREATE INDEX sessions_of_user ON public.sessions USING btree (user_id)
CREATE UNIQUE INDEX sessions_pkey ON public.sessions USING btree (id)
CREATE UNIQUE INDEX sessions_token_key ON public.sessions USING btree (token)

-- index public.sync_failures
CREATE INDEX sync_failures_of_course ON public.sync_failures USING btree (course_id)
CREATE UNIQUE INDEX sync_failures_pkey ON public.sync_failures USING btree (table_name, row_key)

-- index public.sync_pending
CREATE UNIQUE INDEX sync_pending_pkey ON public.sync_pending USING btree (course_id, xid)

-- index public.sync_servers
CREATE UNIQUE INDEX sync_servers_pkey ON public.sync_servers USING btree (id)

-- index public.sync_status
CREATE UNIQUE INDEX sync_status_entity_type_entity_id_key ON public.sync_status USING btree (entity_type, entity_id)
CREATE UNIQUE INDEX sync_status_pkey ON public.sync_status USING btree (id)

-- index public.user_activities
CREATE INDEX idx_activities_realtime ON public.user_activities USING btree ("timestamp" DESC, activity_type)
CREATE INDEX user_activities_of_user ON public.user_activities USING btree (user_id)
CREATE UNIQUE INDEX user_activities_pkey ON public.user_activities USING btree (id)
CREATE INDEX user_activities_recent ON public.user_activities USING btree (id) WHERE recent

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

-- trigger public.announcements
CREATE TRIGGER audit_delete AFTER DELETE ON public.announcements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('announcement', 'id', 'course_id', 'NULL', 'title', 'true')
CREATE TRIGGER audit_insert AFTER INSERT ON public.announcements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('announcement', 'id', 'course_id', 'NULL', 'title', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.announcements FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('announcement')
CREATE TRIGGER audit_update AFTER UPDATE ON public.announcements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('announcement', 'id', 'course_id', 'NULL', 'title', 'true', 'course_id', 'title', 'body')
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.announcements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_announcements_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.announcements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_announcements_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.announcements FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('22') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.announcements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_announcements_update() (always)
CREATE TRIGGER tell_delete AFTER DELETE ON public.announcements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.tell_announcements()
CREATE TRIGGER tell_insert AFTER INSERT ON public.announcements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.tell_announcements()
CREATE TRIGGER tell_truncate AFTER TRUNCATE ON public.announcements FOR EACH STATEMENT EXECUTE FUNCTION public.tell_announcements()
CREATE TRIGGER tell_update AFTER UPDATE ON public.announcements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.tell_announcements()

-- trigger public.course_analytics
CREATE TRIGGER events_settle AFTER INSERT ON public.course_analytics REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.settle_events()

-- trigger public.course_audit
CREATE TRIGGER recent_audit_delete AFTER DELETE ON public.course_audit REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recent_audit_follows()
CREATE TRIGGER recent_audit_insert AFTER INSERT ON public.course_audit REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_recent_audit()
CREATE TRIGGER recent_audit_truncate AFTER TRUNCATE ON public.course_audit FOR EACH STATEMENT EXECUTE FUNCTION public.recent_audit_follows()
CREATE TRIGGER recent_audit_update AFTER UPDATE ON public.course_audit REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recent_audit_follows()

-- trigger public.course_authors
CREATE TRIGGER audit_delete AFTER DELETE ON public.course_authors REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('author', 'user_id', 'course_id', 'NULL', 'role', 'true')
CREATE TRIGGER audit_insert AFTER INSERT ON public.course_authors REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('author', 'user_id', 'course_id', 'NULL', 'role', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.course_authors FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('author')
CREATE TRIGGER audit_update AFTER UPDATE ON public.course_authors REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('author', 'user_id', 'course_id', 'NULL', 'role', 'true', 'user_id', 'course_id', 'role')
CREATE TRIGGER people_delete AFTER DELETE ON public.course_authors REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_membership()
CREATE TRIGGER people_insert AFTER INSERT ON public.course_authors REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_membership()
CREATE TRIGGER people_update AFTER UPDATE OF course_id, user_id, role ON public.course_authors FOR EACH ROW WHEN ((((old.course_id IS DISTINCT FROM new.course_id) OR ((old.user_id)::text IS DISTINCT FROM (new.user_id)::text)) OR ((old.role)::text IS DISTINCT FROM (new.role)::text))) EXECUTE FUNCTION public.follow_membership()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.course_authors REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_authors_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.course_authors REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_authors_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.course_authors FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('5') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.course_authors REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_authors_update() (always)
CREATE TRIGGER tell_delete AFTER DELETE ON public.course_authors REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.tell_co_authors()
CREATE TRIGGER tell_insert AFTER INSERT ON public.course_authors REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.tell_co_authors()

-- trigger public.course_counts
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.course_counts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_counts_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.course_counts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_counts_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.course_counts FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('21') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.course_counts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_counts_update() (always)

-- trigger public.course_people
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.course_people REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_people_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.course_people REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_people_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.course_people FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('13') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.course_people REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_course_people_update() (always)

-- trigger public.courses
CREATE TRIGGER audit_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('course', 'id', 'id', 'version', 'title', 'true')
CREATE TRIGGER audit_follow_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_follows('course_id')
CREATE TRIGGER audit_follow_key AFTER UPDATE OF id ON public.courses FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION public.audit_follows('course_id')
CREATE TRIGGER audit_follow_truncate AFTER TRUNCATE ON public.courses FOR EACH STATEMENT EXECUTE FUNCTION public.audit_follows('course_id')
CREATE TRIGGER audit_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('course', 'id', 'id', 'version', 'title', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.courses FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('course')
CREATE TRIGGER audit_update AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('course', 'id', 'id', 'version', 'title', 'true', 'title', 'description', 'access', 'is_published', 'publications')
CREATE TRIGGER course_changes_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('course_changes')
CREATE TRIGGER course_changes_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('course_changes')
CREATE TRIGGER course_changes_update AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('course_changes', 'last_synced_at', 'sync_status')
CREATE TRIGGER course_events_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.record_publications()
CREATE TRIGGER course_events_update AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.record_publications()
CREATE TRIGGER course_publication_sync AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.handle_course_publication()
CREATE TRIGGER course_publication_sync_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.handle_course_publication()
CREATE TRIGGER course_state BEFORE INSERT OR UPDATE ON public.courses FOR EACH ROW EXECUTE FUNCTION public.keep_course_state()
CREATE TRIGGER course_sync BEFORE INSERT OR UPDATE ON public.courses FOR EACH ROW EXECUTE FUNCTION public.keep_course_sync()
CREATE TRIGGER course_sync_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_course_sync()
CREATE TRIGGER course_sync_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_course_sync()
CREATE TRIGGER course_sync_truncate AFTER TRUNCATE ON public.courses FOR EACH STATEMENT EXECUTE FUNCTION public.forget_course_sync()
CREATE TRIGGER course_sync_update AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_course_sync()
CREATE TRIGGER equip_course AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.equip_course()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_courses_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_courses_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.courses FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('1') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_courses_update() (always)
CREATE TRIGGER tell_publications AFTER UPDATE ON public.courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.tell_publications()
CREATE TRIGGER told_course_delete AFTER DELETE ON public.courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_told_course()
CREATE TRIGGER told_course_key AFTER UPDATE OF id ON public.courses FOR EACH ROW WHEN ((old.id <> new.id)) EXECUTE FUNCTION public.follow_told_course()

-- trigger public.enrollments
CREATE TRIGGER active_again BEFORE UPDATE OF last_accessed_at ON public.enrollments FOR EACH ROW WHEN (((NOT new.active) AND (new.last_accessed_at IS DISTINCT FROM old.last_accessed_at) AND (new.last_accessed_at > (now() - '7 days'::interval)))) EXECUTE FUNCTION public.keep_active()
CREATE TRIGGER activity_insert AFTER INSERT ON public.enrollments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_enrollments()
CREATE TRIGGER audit_delete AFTER DELETE ON public.enrollments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('enrollment', 'user_id', 'course_id', 'NULL', '''enrolled''', 'user_id IS DISTINCT FROM $1')
CREATE TRIGGER audit_insert AFTER INSERT ON public.enrollments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('enrollment', 'user_id', 'course_id', 'NULL', '''enrolled''', 'user_id IS DISTINCT FROM $1')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.enrollments FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('enrollment')
CREATE TRIGGER bring_score BEFORE INSERT ON public.enrollments FOR EACH ROW EXECUTE FUNCTION public.bring_score()
CREATE TRIGGER counts_delete AFTER DELETE ON public.enrollments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_learners()
CREATE TRIGGER counts_insert AFTER INSERT ON public.enrollments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_learners()
CREATE TRIGGER counts_truncate AFTER TRUNCATE ON public.enrollments FOR EACH STATEMENT EXECUTE FUNCTION public.count_learners()
CREATE TRIGGER counts_update AFTER UPDATE ON public.enrollments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_learners()
CREATE TRIGGER enrollment_changes_delete AFTER DELETE ON public.enrollments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('enrollment_changes')
CREATE TRIGGER enrollment_changes_insert AFTER INSERT ON public.enrollments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('enrollment_changes')
CREATE TRIGGER enrollment_changes_update AFTER UPDATE ON public.enrollments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('enrollment_changes', 'progress', 'last_accessed_at')
CREATE TRIGGER people_delete AFTER DELETE ON public.enrollments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_membership()
CREATE TRIGGER people_insert AFTER INSERT ON public.enrollments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_membership()
CREATE TRIGGER people_update AFTER UPDATE OF course_id, user_id ON public.enrollments FOR EACH ROW WHEN (((old.course_id IS DISTINCT FROM new.course_id) OR ((old.user_id)::text IS DISTINCT FROM (new.user_id)::text))) EXECUTE FUNCTION public.follow_membership()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.enrollments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_enrollments_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.enrollments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_enrollments_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.enrollments FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('11') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.enrollments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_enrollments_update() (always)

-- trigger public.grades
CREATE TRIGGER audit_delete AFTER DELETE ON public.grades REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('grade', 'id', 'course_id', 'NULL', 'percent', 'graded_by IS NOT NULL')
CREATE TRIGGER audit_insert AFTER INSERT ON public.grades REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('grade', 'id', 'course_id', 'NULL', 'percent', 'graded_by IS NOT NULL', 'user_id', 'quiz_id', 'reason')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.grades FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('grade')
CREATE TRIGGER audit_update AFTER UPDATE ON public.grades REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('grade', 'id', 'course_id', 'NULL', 'percent', 'graded_by IS NOT NULL', 'user_id', 'quiz_id', 'attempt_id', 'points', 'max_points', 'percent', 'reason')
CREATE TRIGGER keep_as_written BEFORE DELETE OR UPDATE ON public.grades FOR EACH ROW EXECUTE FUNCTION public.keep_as_written()
CREATE TRIGGER score_delete AFTER DELETE ON public.grades REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_grades()
CREATE TRIGGER score_insert AFTER INSERT ON public.grades REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_grades()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.grades REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_grades_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.grades REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_grades_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.grades FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('26') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.grades REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_grades_update() (always)
CREATE TRIGGER tell_insert AFTER INSERT ON public.grades REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.tell_grades()

-- trigger public.lesson_progress
CREATE TRIGGER activity_insert AFTER INSERT ON public.lesson_progress REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_completions()
CREATE TRIGGER activity_update AFTER UPDATE ON public.lesson_progress REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_completions()
CREATE TRIGGER progress_delete AFTER DELETE ON public.lesson_progress REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_completions()
CREATE TRIGGER progress_insert AFTER INSERT ON public.lesson_progress REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_completions()
CREATE TRIGGER progress_update AFTER UPDATE ON public.lesson_progress REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_completions()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.lesson_progress REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_lesson_progress_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.lesson_progress REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_lesson_progress_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.lesson_progress FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('12') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.lesson_progress REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_lesson_progress_update() (always)
CREATE TRIGGER sync_hold_routing BEFORE UPDATE OF id, user_id, course_id ON public.lesson_progress FOR EACH ROW WHEN (record_image_ne(ROW(old.id, old.user_id, old.course_id), ROW(new.id, new.user_id, new.course_id))) EXECUTE FUNCTION sync.hold_routing() (always)

-- trigger public.lessons
CREATE TRIGGER audit_delete AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('lesson', 'id', 'course_id', 'version', 'title', 'true')
CREATE TRIGGER audit_insert AFTER INSERT ON public.lessons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('lesson', 'id', 'course_id', 'version', 'title', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.lessons FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('lesson')
CREATE TRIGGER audit_update AFTER UPDATE ON public.lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('lesson', 'id', 'course_id', 'version', 'title', 'true', 'module_id', 'title', 'content', 'position', 'status', 'deleted_at')
CREATE TRIGGER content_state BEFORE INSERT OR UPDATE ON public.lessons FOR EACH ROW EXECUTE FUNCTION public.keep_content_state('lesson')
CREATE TRIGGER course_draft_delete AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_insert AFTER INSERT ON public.lessons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_update AFTER UPDATE ON public.lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_sync_delete AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_insert AFTER INSERT ON public.lessons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_update AFTER UPDATE ON public.lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER lesson_changes_delete AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('lesson_changes')
CREATE TRIGGER lesson_changes_insert AFTER INSERT ON public.lessons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('lesson_changes')
CREATE TRIGGER lesson_changes_update AFTER UPDATE ON public.lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.notify_content_changes('lesson_changes')
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_lessons_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.lessons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_lessons_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.lessons FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('7') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_lessons_update() (always)

-- trigger public.modules
CREATE TRIGGER audit_delete AFTER DELETE ON public.modules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('module', 'id', 'course_id', 'version', 'title', 'true')
CREATE TRIGGER audit_insert AFTER INSERT ON public.modules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('module', 'id', 'course_id', 'version', 'title', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.modules FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('module')
CREATE TRIGGER audit_update AFTER UPDATE ON public.modules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('module', 'id', 'course_id', 'version', 'title', 'true', 'title', 'position', 'deleted_at')
CREATE TRIGGER content_state BEFORE INSERT OR UPDATE ON public.modules FOR EACH ROW EXECUTE FUNCTION public.keep_content_state('module')
CREATE TRIGGER course_draft_delete AFTER DELETE ON public.modules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_insert AFTER INSERT ON public.modules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_update AFTER UPDATE ON public.modules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_sync_delete AFTER DELETE ON public.modules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_insert AFTER INSERT ON public.modules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_update AFTER UPDATE ON public.modules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.modules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_modules_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.modules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_modules_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.modules FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('6') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.modules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_modules_update() (always)

-- trigger public.mutations
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.mutations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_mutations_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.mutations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_mutations_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.mutations FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('19') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.mutations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_mutations_update() (always)

-- trigger public.notification_reads
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.notification_reads REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notification_reads_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.notification_reads REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notification_reads_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.notification_reads FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('24') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.notification_reads REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notification_reads_update() (always)

-- trigger public.notifications
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.notifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notifications_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notifications_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.notifications FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('23') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.notifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notifications_update() (always)

-- trigger public.options
CREATE TRIGGER audit_delete AFTER DELETE ON public.options REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('option', 'id', 'course_id', 'version', 'label', 'true')
CREATE TRIGGER audit_insert AFTER INSERT ON public.options REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('option', 'id', 'course_id', 'version', 'label', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.options FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('option')
CREATE TRIGGER audit_update AFTER UPDATE ON public.options REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('option', 'id', 'course_id', 'version', 'label', 'true', 'question_id', 'label', 'is_correct', 'position', 'deleted_at')
CREATE TRIGGER content_state BEFORE INSERT OR UPDATE ON public.options FOR EACH ROW EXECUTE FUNCTION public.keep_content_state('option')
CREATE TRIGGER course_draft_delete AFTER DELETE ON public.options REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_insert AFTER INSERT ON public.options REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_update AFTER UPDATE ON public.options REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_sync_delete AFTER DELETE ON public.options REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_insert AFTER INSERT ON public.options REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_update AFTER UPDATE ON public.options REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.options REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_options_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.options REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_options_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.options FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('10') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.options REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_options_update() (always)

-- trigger public.published_courses
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.published_courses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_courses_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.published_courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_courses_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.published_courses FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('2') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.published_courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_courses_update() (always)

-- trigger public.published_lessons
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.published_lessons REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_lessons_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.published_lessons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_lessons_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.published_lessons FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('15') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.published_lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_lessons_update() (always)

-- trigger public.published_modules
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.published_modules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_modules_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.published_modules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_modules_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.published_modules FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('14') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.published_modules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_modules_update() (always)

-- trigger public.published_options
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.published_options REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_options_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.published_options REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_options_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.published_options FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('18') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.published_options REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_options_update() (always)

-- trigger public.published_questions
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.published_questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_questions_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.published_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_questions_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.published_questions FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('17') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.published_questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_questions_update() (always)

-- trigger public.published_quizzes
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.published_quizzes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_quizzes_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.published_quizzes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_quizzes_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.published_quizzes FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('16') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.published_quizzes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_published_quizzes_update() (always)

-- trigger public.questions
CREATE TRIGGER audit_delete AFTER DELETE ON public.questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('question', 'id', 'course_id', 'version', 'prompt', 'true')
CREATE TRIGGER audit_insert AFTER INSERT ON public.questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('question', 'id', 'course_id', 'version', 'prompt', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.questions FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('question')
CREATE TRIGGER audit_update AFTER UPDATE ON public.questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('question', 'id', 'course_id', 'version', 'prompt', 'true', 'quiz_id', 'kind', 'prompt', 'explanation', 'points', 'position', 'deleted_at')
CREATE TRIGGER content_state BEFORE INSERT OR UPDATE ON public.questions FOR EACH ROW EXECUTE FUNCTION public.keep_content_state('question')
CREATE TRIGGER course_draft_delete AFTER DELETE ON public.questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_insert AFTER INSERT ON public.questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_update AFTER UPDATE ON public.questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_sync_delete AFTER DELETE ON public.questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_insert AFTER INSERT ON public.questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_update AFTER UPDATE ON public.questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_questions_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_questions_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.questions FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('9') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_questions_update() (always)

-- trigger public.quiz_attempts
CREATE TRIGGER activity_insert AFTER INSERT ON public.quiz_attempts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_attempts()
CREATE TRIGGER keep_as_written BEFORE DELETE OR UPDATE ON public.quiz_attempts FOR EACH ROW EXECUTE FUNCTION public.keep_as_written()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.quiz_attempts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_quiz_attempts_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.quiz_attempts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_quiz_attempts_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.quiz_attempts FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('25') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.quiz_attempts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_quiz_attempts_update() (always)

-- trigger public.quizzes
CREATE TRIGGER audit_delete AFTER DELETE ON public.quizzes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('quiz', 'id', 'course_id', 'version', 'title', 'true')
CREATE TRIGGER audit_insert AFTER INSERT ON public.quizzes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('quiz', 'id', 'course_id', 'version', 'title', 'true')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.quizzes FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('quiz')
CREATE TRIGGER audit_update AFTER UPDATE ON public.quizzes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('quiz', 'id', 'course_id', 'version', 'title', 'true', 'module_id', 'title', 'instructions', 'position', 'status', 'deleted_at')
CREATE TRIGGER content_state BEFORE INSERT OR UPDATE ON public.quizzes FOR EACH ROW EXECUTE FUNCTION public.keep_content_state('quiz')
CREATE TRIGGER course_draft_delete AFTER DELETE ON public.quizzes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_insert AFTER INSERT ON public.quizzes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_draft_update AFTER UPDATE ON public.quizzes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_course_draft()
CREATE TRIGGER course_sync_delete AFTER DELETE ON public.quizzes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_insert AFTER INSERT ON public.quizzes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER course_sync_update AFTER UPDATE ON public.quizzes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_content_sync()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.quizzes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_quizzes_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.quizzes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_quizzes_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.quizzes FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('8') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.quizzes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_quizzes_update() (always)

-- trigger public.recent_audit
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.recent_audit REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_recent_audit_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.recent_audit REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_recent_audit_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.recent_audit FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('29') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.recent_audit REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_recent_audit_update() (always)

-- trigger public.sessions
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.sessions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sessions_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.sessions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sessions_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.sessions FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('4') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.sessions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sessions_update() (always)

-- trigger public.sync_pending
CREATE CONSTRAINT TRIGGER show_marked_course AFTER INSERT ON public.sync_pending DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((NOT new.shown)) EXECUTE FUNCTION public.show_marked_course()

-- trigger public.sync_servers
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.sync_servers REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sync_servers_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.sync_servers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sync_servers_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.sync_servers FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('28') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.sync_servers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sync_servers_update() (always)

-- trigger public.sync_status
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.sync_status REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sync_status_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.sync_status REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sync_status_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.sync_status FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('27') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.sync_status REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_sync_status_update() (always)

-- trigger public.user_activities
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.user_activities REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_user_activities_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.user_activities REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_user_activities_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.user_activities FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('20') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.user_activities REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_user_activities_update() (always)

-- trigger public.users
CREATE TRIGGER audit_delete AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('user', 'id', 'NULL', 'NULL', 'role', 'true')
CREATE TRIGGER audit_follow_delete AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_follows('changed_by')
CREATE TRIGGER audit_follow_key AFTER UPDATE OF id ON public.users FOR EACH ROW WHEN (((old.id)::text IS DISTINCT FROM (new.id)::text)) EXECUTE FUNCTION public.audit_follows('changed_by')
CREATE TRIGGER audit_follow_truncate AFTER TRUNCATE ON public.users FOR EACH STATEMENT EXECUTE FUNCTION public.audit_follows('changed_by')
CREATE TRIGGER audit_insert AFTER INSERT ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('user', 'id', 'NULL', 'NULL', 'role', 'role <> ''learner'' OR banned')
CREATE TRIGGER audit_truncate AFTER TRUNCATE ON public.users FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation('user')
CREATE TRIGGER audit_update AFTER UPDATE ON public.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_changes('user', 'id', 'NULL', 'NULL', 'role', 'role <> ''learner'' OR banned', 'role', 'banned', 'ban_expires')
CREATE TRIGGER people_name AFTER UPDATE OF name ON public.users FOR EACH ROW WHEN ((old.name IS DISTINCT FROM new.name)) EXECUTE FUNCTION public.follow_name()
CREATE TRIGGER sync_capture_delete AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_users_delete() (always)
CREATE TRIGGER sync_capture_insert AFTER INSERT ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_users_insert() (always)
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON public.users FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('3') (always)
CREATE TRIGGER sync_capture_update AFTER UPDATE ON public.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_users_update() (always)

-- trigger sync.heartbeat
CREATE TRIGGER sync_capture_update AFTER UPDATE ON sync.heartbeat REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_heartbeat() (always)

-- policy public.accounts
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.announcements
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_delete PERMISSIVE FOR DELETE TO elira_app USING ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
app_to_all PERMISSIVE FOR SELECT TO elira_app USING (to_all AND (( SELECT public.viewer_id() AS viewer_id)) IS NOT NULL)
app_update PERMISSIVE FOR UPDATE TO elira_app USING ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.course_analytics
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.course_audit
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.course_authors
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_delete PERMISSIVE FOR DELETE TO elira_app USING (role::text = 'co-author'::text AND (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.course_counts
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.course_edits
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.course_join_codes
app_admin PERMISSIVE FOR ALL TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text) WITH CHECK (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR ALL TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) WITH CHECK (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.course_people
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.course_version_entries
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.course_versions
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.courses
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK (((( SELECT public.current_role_name() AS current_role_name))::text) = ANY (ARRAY['instructor'::character varying, 'admin'::character varying]::text[]))
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
app_update PERMISSIVE FOR UPDATE TO elira_app USING ((id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.enrollments
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_self PERMISSIVE FOR SELECT TO elira_app USING (user_id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.grades
app_self PERMISSIVE FOR SELECT TO elira_app USING (user_id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.imported_rows
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.lesson_progress
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_self PERMISSIVE FOR SELECT TO elira_app USING (user_id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.lessons
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
app_update PERMISSIVE FOR UPDATE TO elira_app USING ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.media
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.modules
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
app_update PERMISSIVE FOR UPDATE TO elira_app USING ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.mutations
app_self PERMISSIVE FOR SELECT TO elira_app USING (recent AND user_id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.notification_reads
app_self PERMISSIVE FOR SELECT TO elira_app USING (user_id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.notifications
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
app_self PERMISSIVE FOR SELECT TO elira_app USING (user_id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
app_to_all PERMISSIVE FOR SELECT TO elira_app USING (to_all AND (( SELECT public.viewer_id() AS viewer_id)) IS NOT NULL)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.options
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
app_update PERMISSIVE FOR UPDATE TO elira_app USING ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.published_courses
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
app_listed PERMISSIVE FOR SELECT TO elira_app USING (listed)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.published_lessons
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.published_modules
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.published_options
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.published_questions
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.published_quizzes
app_enrolled PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.enrolled_course_ids() AS enrolled_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.questions
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
app_update PERMISSIVE FOR UPDATE TO elira_app USING ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.quiz_attempts
app_self PERMISSIVE FOR SELECT TO elira_app USING (user_id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.quizzes
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_insert PERMISSIVE FOR INSERT TO elira_app WITH CHECK ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
app_update PERMISSIVE FOR UPDATE TO elira_app USING ((course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))) OR ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.recent_audit
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.revisions
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (course_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids))))
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.sessions
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.sync_failures
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.sync_pending
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- policy public.sync_servers
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.sync_status
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_author PERMISSIVE FOR SELECT TO elira_app USING (entity_type::text = 'course'::text AND (entity_id = ANY ((ARRAY( SELECT public.authored_course_ids() AS authored_course_ids)))))
app_operator PERMISSIVE FOR SELECT TO elira_app USING ((( SELECT current_setting('elira.operator'::text, true) AS current_setting)) = 'on'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.user_activities
app_admin PERMISSIVE FOR SELECT TO elira_app USING (recent AND ((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.users
app_admin PERMISSIVE FOR SELECT TO elira_app USING (((( SELECT public.current_role_name() AS current_role_name))::text) = 'admin'::text)
app_self PERMISSIVE FOR SELECT TO elira_app USING (id::text = ((( SELECT public.viewer_id() AS viewer_id))::text))
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)
reader_all PERMISSIVE FOR SELECT TO elira_reader USING (true)

-- policy public.verifications
auth_all PERMISSIVE FOR ALL TO elira_auth USING (true) WITH CHECK (true)
owner_all PERMISSIVE FOR ALL TO elira_owner USING (true) WITH CHECK (true)

-- function public.add_course_author(course_id uuid, email text)
owner elira_owner
CREATE OR REPLACE FUNCTION public.add_course_author(course_id uuid, email text)
 RETURNS character varying
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  person varchar;
BEGIN
  PERFORM signed_in_viewer();
  IF NOT may_edit_course(add_course_author.course_id) OR NOT EXISTS (SELECT FROM courses c WHERE c.id = add_course_author.course_id) THEN
    RAISE EXCEPTION 'there is no such course' USING ERRCODE = 'no_data_found';
  END IF;
  SELECT u.id INTO person FROM users u WHERE u.email = lower(btrim(add_course_author.email));
  IF person IS NULL THEN
    RAISE EXCEPTION 'there is no person with this address' USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO course_authors (course_id, user_id, role) VALUES (add_course_author.course_id, person, 'co-author')
  ON CONFLICT ON CONSTRAINT course_authors_course_id_user_id_key DO NOTHING;
  RETURN person;
END $function$

-- function public.attempt_result(of_attempt uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.attempt_result(of_attempt uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT jsonb_build_object('attemptId', a.id, 'gradeId', g.id, 'courseVersion', a.course_version, 'points', g.points, 'maxPoints', g.max_points,
    'percent', g.percent, 'submittedAt', a.submitted_at)
  FROM quiz_attempts a CROSS JOIN LATERAL (
    SELECT * FROM grades n WHERE n.attempt_id = a.id ORDER BY n.graded_at, n.id LIMIT 1) g
  WHERE a.id = of_attempt
$function$

-- function public.audit_changes()
owner elira_owner
CREATE OR REPLACE FUNCTION public.audit_changes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO'
AS $function$
DECLARE
  into_audit CONSTANT text := 'INSERT INTO course_audit (course_id, changed_by, entity_type, entity_id, entity_version, field_name,
    old_value, new_value, text_offset, mutation_id) SELECT (SELECT c.id FROM courses c WHERE c.id = r.of_course LIMIT 1), $1, $2, ';
  row_of CONSTANT text := format('*, %s AS of_id, (%s)::uuid AS of_course, (%s)::integer AS of_version, left((%s)::text, 255) AS word',
    TG_ARGV[1], TG_ARGV[2], TG_ARGV[3], TG_ARGV[4]);
  fields CONSTANT text[] := TG_ARGV[6:];
  made text;
  gone text;
  watched text;
  editor varchar;
  mutation uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
  ELSE
    IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  END IF;
  editor := viewer_id();
  mutation := current_mutation_id();

  IF TG_OP <> 'DELETE' THEN
    made := into_audit || format('r.of_id::text, r.of_version, f.name, NULL, f.now, NULL, $3 FROM (SELECT %s FROM %%s WHERE %s) r
      CROSS JOIN LATERAL (VALUES (0, ''*'', r.word)%s) f (place, name, now) WHERE f.place = 0 OR f.now IS NOT NULL ORDER BY r.id, f.place',
      row_of, TG_ARGV[5], CASE WHEN TG_ARGV[0] = 'grade' THEN (
        SELECT string_agg(format(', (%s, %L, r.%I::text)', place, name, name), '' ORDER BY place) FROM unnest(fields) WITH ORDINALITY f (name, place)) END);
  END IF;
  IF TG_OP <> 'INSERT' THEN
    gone := into_audit || format('r.of_id::text, NULL, ''*'', r.word, NULL, NULL, $3 FROM (SELECT %s FROM %%s WHERE %s) r ORDER BY r.id',
      row_of, TG_ARGV[5]);
  END IF;

  IF TG_OP = 'INSERT' THEN
    EXECUTE format(made, 'new_rows') USING editor, TG_ARGV[0], mutation;
    RETURN NULL;
  ELSIF TG_OP = 'DELETE' THEN
    EXECUTE format(gone, 'old_rows') USING editor, TG_ARGV[0], mutation;
    RETURN NULL;
  END IF;

  SELECT string_agg(format('(%s, %L, o.%I::text, r.%I::text)', place, name, name, name), ', ' ORDER BY place) INTO watched
  FROM unnest(fields) WITH ORDINALITY f (name, place);
  EXECUTE into_audit || format('r.of_id::text, r.of_version, f.name, d.old_value, d.new_value, d.text_offset, $3
    FROM old_rows o JOIN (SELECT %s FROM new_rows) r ON r.id = o.id CROSS JOIN LATERAL (VALUES %s) f (place, name, was, now)
    CROSS JOIN LATERAL audit_difference(f.was, f.now) d WHERE f.was IS DISTINCT FROM f.now COLLATE "C" ORDER BY r.id, f.place', row_of, watched)
    USING editor, TG_ARGV[0], mutation;
  -- A changed key: the one is gone, another made.
  IF EXISTS (SELECT n.id FROM new_rows n EXCEPT SELECT o.id FROM old_rows o) THEN
    EXECUTE format(gone, '(SELECT * FROM old_rows WHERE id NOT IN (SELECT n.id FROM new_rows n)) unmatched') USING editor, TG_ARGV[0], mutation;
    EXECUTE format(made, '(SELECT * FROM new_rows WHERE id NOT IN (SELECT o.id FROM old_rows o)) unmatched') USING editor, TG_ARGV[0], mutation;
  END IF;
  RETURN NULL;
END $function$

-- function public.audit_difference(was text, now text, OUT old_value text, OUT new_value text, OUT text_offset integer)
owner elira_owner
CREATE OR REPLACE FUNCTION public.audit_difference(was text, now text, OUT old_value text, OUT new_value text, OUT text_offset integer)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  longest_whole CONSTANT int := 1000;
  old_bytes bytea;
  new_bytes bytea;
  same int := 0;
  at_most int;
  middle int;
BEGIN
  old_value := was;
  new_value := now;
  IF was IS NULL OR now IS NULL OR length(was) <= longest_whole AND length(now) <= longest_whole THEN
    RETURN;
  END IF;
  old_bytes := convert_to(was, 'UTF8');
  new_bytes := convert_to(now, 'UTF8');
  at_most := least(length(old_bytes), length(new_bytes));
  WHILE same < at_most LOOP
    middle := (same + at_most + 1) / 2;
    IF substring(old_bytes FROM same + 1 FOR middle - same) = substring(new_bytes FROM same + 1 FOR middle - same) THEN
      same := middle;
    ELSE
      at_most := middle - 1;
    END IF;
  END LOOP;
  WHILE same < length(old_bytes) AND get_byte(old_bytes, same) & 192 = 128 LOOP
    same := same - 1;
  END LOOP;
  text_offset := length(convert_from(substring(old_bytes FOR same), 'UTF8'));
  old_bytes := substring(old_bytes FROM same + 1);
  new_bytes := substring(new_bytes FROM same + 1);

  same := 0;
  at_most := least(length(old_bytes), length(new_bytes));
  WHILE same < at_most LOOP
    middle := (same + at_most + 1) / 2;
    IF substring(old_bytes FROM length(old_bytes) - middle + 1) = substring(new_bytes FROM length(new_bytes) - middle + 1) THEN
      same := middle;
    ELSE
      at_most := middle - 1;
    END IF;
  END LOOP;
  WHILE same > 0 AND get_byte(old_bytes, length(old_bytes) - same) & 192 = 128 LOOP
    same := same - 1;
  END LOOP;
  old_value := convert_from(substring(old_bytes FOR length(old_bytes) - same), 'UTF8');
  new_value := convert_from(substring(new_bytes FOR length(new_bytes) - same), 'UTF8');
END $function$

-- function public.audit_follows()
owner elira_owner
CREATE OR REPLACE FUNCTION public.audit_follows()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  ordered CONSTANT text := format('WITH known AS (SELECT a.id FROM course_audit a WHERE a.%1$I %%s ORDER BY a.id FOR UPDATE)
    UPDATE course_audit a SET %1$I = %%s FROM known k WHERE a.id = k.id', TG_ARGV[0]);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    EXECUTE format(ordered, '= $1', '$2') USING OLD.id, NEW.id;
  ELSIF TG_OP = 'TRUNCATE' THEN
    EXECUTE format(ordered, 'IS NOT NULL', 'NULL');
  ELSIF EXISTS (SELECT FROM old_rows) THEN
    EXECUTE format(ordered, 'IN (SELECT o.id FROM old_rows o)', 'NULL');
  END IF;
  RETURN NULL;
END $function$

-- function public.audit_truncation()
owner elira_owner
CREATE OR REPLACE FUNCTION public.audit_truncation()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO course_audit (changed_by, entity_type, entity_id, field_name, old_value, mutation_id)
  VALUES (viewer_id(), TG_ARGV[0], '*', '*', 'all', current_mutation_id());
  RETURN NULL;
END $function$

-- function public.audit_undo(now text, old_value text, new_value text, text_offset integer)
owner elira_owner
CREATE OR REPLACE FUNCTION public.audit_undo(now text, old_value text, new_value text, text_offset integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT CASE WHEN text_offset IS NULL THEN old_value
    ELSE left(now, text_offset) || old_value || substr(now, text_offset + length(new_value) + 1) END
$function$

-- function public.authored_course_ids()
owner elira_owner
CREATE OR REPLACE FUNCTION public.authored_course_ids()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT a.course_id FROM course_authors a WHERE a.user_id = viewer_id()
$function$

-- function public.bring_score()
owner elira_owner
CREATE OR REPLACE FUNCTION public.bring_score()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  NEW.score := (SELECT round(avg(r.percent)) FROM quiz_results(ARRAY[NEW.user_id], ARRAY[NEW.course_id]) r);
  RETURN NEW;
END $function$

-- function public.compact_course_counts()
owner elira_owner
CREATE OR REPLACE FUNCTION public.compact_course_counts()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  crowded uuid[] := ARRAY(
    SELECT c.course_id FROM course_counts c GROUP BY c.course_id
    HAVING count(*) > 16 OR (sum(c.learners), sum(c.active), sum(c.completed), sum(c.progress), sum(c.scored), sum(c.score)) = (0, 0, 0, 0, 0, 0)
    ORDER BY count(*) DESC LIMIT 100);
  gone integer;
BEGIN
  IF cardinality(crowded) = 0 THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    SELECT c.id FROM course_counts c WHERE c.course_id = ANY (crowded) LIMIT 10000 FOR UPDATE SKIP LOCKED
  ), summed AS (
    DELETE FROM course_counts c USING taken t WHERE c.id = t.id RETURNING c.*
  ), made AS (
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT s.course_id, sum(s.learners), sum(s.active), sum(s.completed), sum(s.progress), sum(s.scored), sum(s.score)
    FROM summed s GROUP BY s.course_id
    HAVING (sum(s.learners), sum(s.active), sum(s.completed), sum(s.progress), sum(s.scored), sum(s.score)) <> (0, 0, 0, 0, 0, 0)
  )
  SELECT count(*) INTO gone FROM summed;
  RETURN gone;
END $function$

-- function public.complete_lesson(lesson_id uuid, done boolean)
owner elira_owner
CREATE OR REPLACE FUNCTION public.complete_lesson(lesson_id uuid, done boolean)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  viewer varchar := signed_in_viewer();
  of_course uuid;
  since timestamptz;
BEGIN
  SELECT e.course_id INTO of_course FROM published_lessons l JOIN enrollments e ON e.user_id = viewer AND e.course_id = l.course_id
  WHERE l.id = complete_lesson.lesson_id FOR NO KEY UPDATE OF e;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no such lesson' USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO lesson_progress AS p (user_id, course_id, lesson_id, completed_at)
  VALUES (viewer, of_course, complete_lesson.lesson_id, CASE WHEN done THEN now() END)
  ON CONFLICT ON CONSTRAINT lesson_progress_user_id_lesson_id_key DO UPDATE
    SET completed_at = CASE WHEN done THEN coalesce(p.completed_at, now()) END, last_accessed_at = now()
  RETURNING completed_at INTO since;
  RETURN since;
END $function$

-- function public.content_differs(of_course uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.content_differs(of_course uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
  SELECT EXISTS (SELECT FROM modules_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM lessons_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM quizzes_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM questions_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM options_to_publish d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM modules_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM lessons_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM quizzes_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM questions_to_withdraw d WHERE d.course_id = of_course)
    OR EXISTS (SELECT FROM options_to_withdraw d WHERE d.course_id = of_course)
$function$

-- function public.count_learners()
owner elira_owner
CREATE OR REPLACE FUNCTION public.count_learners()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT n.course_id, count(*), count(*) FILTER (WHERE n.active), count(*) FILTER (WHERE n.progress = 100), sum(n.progress),
      count(n.score), coalesce(sum(n.score), 0)
    FROM new_rows n GROUP BY n.course_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT o.course_id, -count(*), -count(*) FILTER (WHERE o.active), -count(*) FILTER (WHERE o.progress = 100), -sum(o.progress),
      -count(o.score), -coalesce(sum(o.score), 0)
    FROM old_rows o GROUP BY o.course_id;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT c.course_id, sum(c.sign), sum(c.sign * c.active::int), sum(c.sign * (c.progress = 100)::int), sum(c.sign * c.progress),
      sum(c.sign * (c.score IS NOT NULL)::int), sum(c.sign * coalesce(c.score, 0))
    FROM (
      SELECT 1 AS sign, n.course_id, n.active, n.progress, n.score FROM new_rows n
      UNION ALL SELECT -1, o.course_id, o.active, o.progress, o.score FROM old_rows o
    ) c GROUP BY c.course_id
    HAVING sum(c.sign) <> 0 OR sum(c.sign * c.active::int) <> 0 OR sum(c.sign * (c.progress = 100)::int) <> 0
      OR sum(c.sign * c.progress) <> 0 OR sum(c.sign * (c.score IS NOT NULL)::int) <> 0 OR sum(c.sign * coalesce(c.score, 0)) <> 0;
  ELSE
    -- Whoever reads an older snapshot finds both tables empty; rows that subtract would be seen without what they are subtracted from.
    BEGIN
      TRUNCATE course_counts;
    EXCEPTION WHEN object_in_use THEN
      -- One TRUNCATE names both, or a cursor reads the counts.
      DELETE FROM course_counts;
    END;
  END IF;
  RETURN NULL;
END $function$

-- function public.course_diff(of_course uuid, version_from integer, version_to integer)
owner elira_owner
CREATE OR REPLACE FUNCTION public.course_diff(of_course uuid, version_from integer, version_to integer)
 RETURNS TABLE(entity_type character varying, entity_id uuid, change text, name text, parent_id uuid, fields jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  WITH a AS (
    SELECT v.entity_type, v.entity_id, v.content FROM course_version_content(of_course, version_from) v WHERE version_from IS NOT NULL
    UNION ALL SELECT d.entity_type, d.entity_id, d.content FROM course_draft_content(of_course) d WHERE version_from IS NULL
  ), b AS (
    SELECT v.entity_type, v.entity_id, v.content FROM course_version_content(of_course, version_to) v WHERE version_to IS NOT NULL
    UNION ALL SELECT d.entity_type, d.entity_id, d.content FROM course_draft_content(of_course) d WHERE version_to IS NULL
  ), both_sides AS (
    SELECT coalesce(b.entity_type, a.entity_type) AS entity_type, coalesce(b.entity_id, a.entity_id) AS entity_id, a.content AS was, b.content AS is_now
    FROM a FULL JOIN b ON b.entity_type = a.entity_type AND b.entity_id = a.entity_id
    WHERE a.content IS DISTINCT FROM b.content
  )
  SELECT s.entity_type, s.entity_id, CASE WHEN s.was IS NULL THEN 'added' WHEN s.is_now IS NULL THEN 'removed' ELSE 'changed' END,
    coalesce(n.content ->> 'title', n.content ->> 'prompt', n.content ->> 'label'),
    coalesce(n.content ->> 'moduleId', n.content ->> 'quizId', n.content ->> 'questionId')::uuid,
    (SELECT jsonb_object_agg(k.key, jsonb_build_object('from', s.was -> k.key, 'to', s.is_now -> k.key))
      FROM jsonb_object_keys(coalesce(s.was, '{}') || coalesce(s.is_now, '{}')) k (key)
      WHERE s.was -> k.key IS DISTINCT FROM s.is_now -> k.key)
  FROM both_sides s CROSS JOIN LATERAL (SELECT coalesce(s.is_now, s.was) AS content) n
$function$

-- function public.course_draft_content(of_course uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.course_draft_content(of_course uuid)
 RETURNS TABLE(entity_type character varying, entity_id uuid, revision integer, content jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT 'course', c.id, c.version, jsonb_build_object('title', c.title, 'description', c.description) FROM courses c WHERE c.id = of_course
  UNION ALL SELECT 'module', m.id, m.version, jsonb_build_object('title', m.title, 'position', m.position)
  FROM modules m WHERE m.course_id = of_course AND m.deleted_at IS NULL
  UNION ALL SELECT 'lesson', l.id, l.version,
    jsonb_build_object('moduleId', l.module_id, 'title', l.title, 'content', l.content, 'position', l.position)
      || CASE l.status WHEN 'draft' THEN '{"status": "draft"}'::jsonb ELSE '{}' END
  FROM lessons l JOIN modules m ON m.id = l.module_id
  WHERE l.course_id = of_course AND l.deleted_at IS NULL AND m.deleted_at IS NULL
  UNION ALL SELECT 'quiz', z.id, z.version,
    jsonb_build_object('moduleId', z.module_id, 'title', z.title, 'instructions', z.instructions, 'position', z.position)
      || CASE z.status WHEN 'draft' THEN '{"status": "draft"}'::jsonb ELSE '{}' END
  FROM quizzes z JOIN modules m ON m.id = z.module_id
  WHERE z.course_id = of_course AND z.deleted_at IS NULL AND m.deleted_at IS NULL
  UNION ALL SELECT 'question', q.id, q.version, jsonb_build_object('quizId', q.quiz_id, 'kind', q.kind, 'prompt', q.prompt,
    'explanation', q.explanation, 'points', q.points, 'position', q.position)
  FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN modules m ON m.id = z.module_id
  WHERE q.course_id = of_course AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL
  UNION ALL SELECT 'option', o.id, o.version,
    jsonb_build_object('questionId', o.question_id, 'label', o.label, 'isCorrect', o.is_correct, 'position', o.position)
  FROM options o JOIN questions q ON q.id = o.question_id JOIN quizzes z ON z.id = q.quiz_id JOIN modules m ON m.id = z.module_id
  WHERE o.course_id = of_course AND o.deleted_at IS NULL AND q.deleted_at IS NULL AND z.deleted_at IS NULL AND m.deleted_at IS NULL
$function$

-- function public.course_of_row(table_name text, row_key text)
owner elira_owner
CREATE OR REPLACE FUNCTION public.course_of_row(table_name text, row_key text)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
END $function$

-- function public.course_version_content(of_course uuid, of_version integer)
owner elira_owner
CREATE OR REPLACE FUNCTION public.course_version_content(of_course uuid, of_version integer)
 RETURNS TABLE(entity_type character varying, entity_id uuid, revision integer, content jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT e.entity_type, e.entity_id, e.revision, r.content
  FROM course_version_entries e
  JOIN revisions r ON r.entity_type = e.entity_type AND r.entity_id = e.entity_id AND r.revision = e.revision
  WHERE e.course_id = of_course AND e.version = of_version
$function$

-- function public.courses_with_statistics()
owner elira_owner
CREATE OR REPLACE FUNCTION public.courses_with_statistics()
 RETURNS TABLE(id uuid)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT c.id FROM public.courses c
$function$

-- function public.create_course(title text, description text)
owner elira_owner
CREATE OR REPLACE FUNCTION public.create_course(title text, description text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  made uuid := uuid_v7();
BEGIN
  INSERT INTO courses (id, title, description) VALUES (made, create_course.title, create_course.description);
  RETURN made;
END $function$

-- function public.current_mutation_id()
owner elira_owner
CREATE OR REPLACE FUNCTION public.current_mutation_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT CASE WHEN s ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN s::uuid END FROM current_setting('elira.mutation_id', true) s
$function$

-- function public.current_role_name()
owner elira_owner
CREATE OR REPLACE FUNCTION public.current_role_name()
 RETURNS character varying
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT u.role FROM users u WHERE u.id = viewer_id()
$function$

-- function public.discard_draft(course_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.discard_draft(course_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  live integer;
  newest integer;
  touched integer;
BEGIN
  PERFORM require_editor(discard_draft.course_id);
  SELECT max(v.version) INTO newest FROM course_versions v WHERE v.course_id = discard_draft.course_id;
  LOOP
    live := newest;
    IF NOT EXISTS (SELECT FROM published_courses p WHERE p.id = discard_draft.course_id) THEN
      RAISE EXCEPTION 'Nothing of this course is live. Choose a version to restore.' USING ERRCODE = 'EL021';
    END IF;
    touched := make_working_rows_equal(discard_draft.course_id, live);
    -- From here on nobody publishes. Whoever did meanwhile has to be followed.
    PERFORM FROM courses c WHERE c.id = discard_draft.course_id FOR NO KEY UPDATE;
    SELECT max(v.version) INTO newest FROM course_versions v WHERE v.course_id = discard_draft.course_id;
    EXIT WHEN newest = live;
  END LOOP;
  UPDATE courses c SET is_draft = false WHERE c.id = discard_draft.course_id AND c.is_draft;
  RETURN jsonb_build_object('version', live, 'touched', touched);
END $function$

-- function public.edits_have_ended(of_course uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.edits_have_ended(of_course uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM FROM course_edits e WHERE e.course_id = of_course FOR UPDATE SKIP LOCKED;
  RETURN FOUND;
END $function$

-- function public.enroll(course_id uuid, join_code text, OUT enrollment_id uuid, OUT created boolean)
owner elira_owner
CREATE OR REPLACE FUNCTION public.enroll(course_id uuid, join_code text DEFAULT NULL::text, OUT enrollment_id uuid, OUT created boolean)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  viewer varchar := signed_in_viewer();
  course_access varchar;
BEGIN
  created := false;
  SELECT e.id INTO enrollment_id FROM enrollments e WHERE e.user_id = viewer AND e.course_id = enroll.course_id;
  IF FOUND THEN
    RETURN;
  END IF;
  -- Publishing or withdrawing the course comes wholly before or wholly after, with its count of lessons.
  SELECT p.access INTO course_access FROM published_courses p WHERE p.id = enroll.course_id FOR SHARE;
  IF NOT FOUND OR course_access = 'authors' AND NOT may_edit_course(enroll.course_id) THEN
    RAISE EXCEPTION 'there is no such course' USING ERRCODE = 'no_data_found';
  END IF;
  IF course_access = 'code' AND NOT may_edit_course(enroll.course_id) AND NOT EXISTS (
    SELECT FROM course_join_codes j WHERE j.course_id = enroll.course_id AND j.code = btrim(enroll.join_code)) THEN
    RAISE EXCEPTION 'the join code is wrong' USING ERRCODE = 'EL001';
  END IF;
  INSERT INTO enrollments (user_id, course_id) VALUES (viewer, enroll.course_id)
  ON CONFLICT ON CONSTRAINT enrollments_user_id_course_id_key DO NOTHING RETURNING id INTO enrollment_id;
  created := FOUND;
  IF created THEN
    -- Who comes back finds their completions.
    PERFORM refresh_progress(ARRAY[enrollment_id], false);
  ELSE
    SELECT e.id INTO enrollment_id FROM enrollments e WHERE e.user_id = viewer AND e.course_id = enroll.course_id;
  END IF;
END $function$

-- function public.enrolled_course_ids()
owner elira_owner
CREATE OR REPLACE FUNCTION public.enrolled_course_ids()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT e.course_id FROM enrollments e WHERE e.user_id = viewer_id()
$function$

-- function public.equip_course()
owner elira_owner
CREATE OR REPLACE FUNCTION public.equip_course()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  maker varchar := viewer_id();
BEGIN
  INSERT INTO course_edits (course_id) SELECT n.id FROM new_rows n;
  IF maker IS NOT NULL THEN
    INSERT INTO course_authors (course_id, user_id, role) SELECT n.id, maker, 'owner' FROM new_rows n ORDER BY n.id;
  END IF;
  RETURN NULL;
END $function$

-- function public.failed_rows()
owner elira_owner
CREATE OR REPLACE FUNCTION public.failed_rows()
 RETURNS TABLE("table" text, key text, code text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT f.table_name, f.row_key, f.code FROM sync_failures f ORDER BY f.at LIMIT 1000
$function$

-- function public.flush_lesson_completions(batch jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.flush_lesson_completions(batch jsonb)
 RETURNS TABLE(id uuid, status text, answer jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column
DECLARE
  ids uuid[];
  user_ids varchar[];
  lesson_ids uuid[];
  dones boolean[];
  locked uuid[];
BEGIN
  SELECT array_agg((b.item ->> 'id')::uuid ORDER BY b.n), array_agg((b.item ->> 'userId')::varchar ORDER BY b.n),
    array_agg((b.item #>> '{args,lessonId}')::uuid ORDER BY b.n), array_agg((b.item #>> '{args,completed}')::boolean ORDER BY b.n)
  INTO ids, user_ids, lesson_ids, dones
  FROM jsonb_array_elements(batch) WITH ORDINALITY AS b (item, n);

  -- Whoever erases one of these people comes wholly before or wholly after.
  PERFORM FROM users u WHERE u.id = ANY (user_ids) ORDER BY u.id FOR KEY SHARE;
  -- Whoever joins or publishes after this comes after this: only what is locked here, in its order, is written below.
  locked := ARRAY(SELECT e.id FROM enrollments e WHERE e.id = ANY (ARRAY(
    SELECT n.id FROM unnest(user_ids, lesson_ids) AS a (user_id, lesson_id)
    JOIN published_lessons l ON l.id = a.lesson_id JOIN enrollments n ON n.user_id = a.user_id AND n.course_id = l.course_id
  )) ORDER BY e.id FOR NO KEY UPDATE);

  -- In a statement of its own, which sees what those committed for whom it had to wait.
  WITH decided AS (
    SELECT a.id, a.user_id, a.lesson_id, a.done, a.n, o.course_id, p.completed_at AS was
    FROM unnest(ids, user_ids, lesson_ids, dones) WITH ORDINALITY AS a (id, user_id, lesson_id, done, n)
    JOIN users u ON u.id = a.user_id AND NOT (u.banned AND coalesce(u.ban_expires > now(), true))
    LEFT JOIN LATERAL (
      SELECT l.course_id FROM published_lessons l JOIN enrollments e ON e.course_id = l.course_id AND e.user_id = a.user_id
      WHERE l.id = a.lesson_id AND e.id = ANY (locked)
    ) o ON true
    LEFT JOIN lesson_progress p ON p.user_id = a.user_id AND p.lesson_id = a.lesson_id
  ), new AS (
    INSERT INTO mutations (id, user_id, name, status, answer)
    SELECT d.id, d.user_id, 'lesson.complete', CASE WHEN d.course_id IS NULL THEN 'refused' ELSE 'applied' END,
      CASE WHEN d.course_id IS NULL THEN '{"problem": {"code": "not_found"}}'
      ELSE jsonb_build_object('result', jsonb_build_object('lessonId', d.lesson_id,
        'completedAt', CASE WHEN d.done THEN coalesce(d.was, now()) END)) END
    FROM decided d ORDER BY d.id
    ON CONFLICT (id) DO NOTHING RETURNING id
  ), effect AS (
    -- Several of one lesson: the last holds, and one that was taken back in between begins anew.
    SELECT d.user_id, d.course_id, d.lesson_id, d.was,
      CASE WHEN (array_agg(d.done ORDER BY d.n DESC))[1] THEN CASE WHEN bool_and(d.done) THEN coalesce(d.was, now()) ELSE now() END END AS is_now
    FROM decided d JOIN new ON new.id = d.id WHERE d.course_id IS NOT NULL
    GROUP BY d.user_id, d.course_id, d.lesson_id, d.was
  )
  -- Noted as an activity by its trigger (0018).
  INSERT INTO lesson_progress AS p (user_id, course_id, lesson_id, completed_at)
  SELECT f.user_id, f.course_id, f.lesson_id, f.is_now FROM effect f ORDER BY f.user_id, f.lesson_id
  ON CONFLICT (user_id, lesson_id) DO UPDATE SET completed_at = excluded.completed_at, last_accessed_at = now();

  RETURN QUERY
  SELECT a.id,
    CASE WHEN m.id IS NULL THEN 'unknown' WHEN m.user_id = a.user_id THEN m.status::text ELSE 'refused' END,
    CASE WHEN m.id IS NULL THEN '{"problem": {"code": "not_signed_in"}}' WHEN m.user_id = a.user_id THEN m.answer
      ELSE '{"problem": {"code": "mutation_id_taken"}}' END
  FROM unnest(ids, user_ids) AS a (id, user_id) LEFT JOIN mutations m ON m.id = a.id;
END $function$

-- function public.follow_completions()
owner elira_owner
CREATE OR REPLACE FUNCTION public.follow_completions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  concerned uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    concerned := ARRAY(SELECT DISTINCT e.id FROM new_rows n JOIN enrollments e ON e.user_id = n.user_id AND e.course_id = n.course_id);
  ELSIF TG_OP = 'DELETE' THEN
    concerned := ARRAY(SELECT DISTINCT e.id FROM old_rows o JOIN enrollments e ON e.user_id = o.user_id AND e.course_id = o.course_id);
  ELSE
    concerned := ARRAY(
      SELECT DISTINCT e.id FROM (
        SELECT n.id, n.user_id, n.course_id, n.completed_at FROM new_rows n EXCEPT SELECT o.id, o.user_id, o.course_id, o.completed_at FROM old_rows o
      ) c JOIN enrollments e ON e.user_id = c.user_id AND e.course_id = c.course_id);
  END IF;
  IF cardinality(concerned) > 0 THEN
    PERFORM refresh_progress(concerned, TG_OP <> 'DELETE');
  END IF;
  RETURN NULL;
END $function$

-- function public.follow_grades()
owner elira_owner
CREATE OR REPLACE FUNCTION public.follow_grades()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  user_ids varchar[];
  course_ids uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(c.user_id), array_agg(c.course_id) INTO user_ids, course_ids
    FROM (SELECT DISTINCT n.user_id, n.course_id FROM new_rows n) c;
  ELSE
    -- Of a person who is being erased nothing is left to be kept.
    SELECT array_agg(c.user_id), array_agg(c.course_id) INTO user_ids, course_ids
    FROM (SELECT DISTINCT o.user_id, o.course_id FROM old_rows o) c WHERE EXISTS (SELECT FROM users u WHERE u.id = c.user_id);
  END IF;
  IF cardinality(user_ids) > 0 THEN
    PERFORM refresh_scores(user_ids, course_ids);
  END IF;
  RETURN NULL;
END $function$

-- function public.follow_membership()
owner elira_owner
CREATE OR REPLACE FUNCTION public.follow_membership()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    PERFORM refresh_course_people(ARRAY[OLD.course_id, NEW.course_id], ARRAY[OLD.user_id, NEW.user_id]);
  ELSIF TG_OP = 'INSERT' THEN
    PERFORM refresh_course_people(array_agg(n.course_id), array_agg(n.user_id)) FROM new_rows n HAVING count(*) > 0;
  ELSE
    PERFORM refresh_course_people(array_agg(o.course_id), array_agg(o.user_id)) FROM old_rows o HAVING count(*) > 0;
  END IF;
  RETURN NULL;
END $function$

-- function public.follow_name()
owner elira_owner
CREATE OR REPLACE FUNCTION public.follow_name()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM FROM course_people p WHERE p.user_id = NEW.id ORDER BY p.course_id FOR UPDATE;
  UPDATE course_people p SET name = NEW.name WHERE p.user_id = NEW.id AND p.name <> NEW.name;
  RETURN NULL;
END $function$

-- function public.follow_told_course()
owner elira_owner
CREATE OR REPLACE FUNCTION public.follow_told_course()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    UPDATE notifications t SET entity_id = NEW.id WHERE t.entity_id = OLD.id;
  ELSE
    DELETE FROM notifications t WHERE t.entity_id = ANY (ARRAY(SELECT o.id FROM old_rows o));
  END IF;
  RETURN NULL;
END $function$

-- function public.forget_course_sync()
owner elira_owner
CREATE OR REPLACE FUNCTION public.forget_course_sync()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM sync_status s WHERE s.entity_type = 'course';
  DELETE FROM sync_failures;
  RETURN NULL;
END $function$

-- function public.forget_notifications()
owner elira_owner
CREATE OR REPLACE FUNCTION public.forget_notifications()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  gone integer;
BEGIN
  WITH old AS (
    SELECT t.id FROM notifications t WHERE t.created_at < now() - interval '90 days' ORDER BY t.created_at LIMIT 5000 FOR UPDATE SKIP LOCKED
  )
  DELETE FROM notifications t USING old WHERE t.id = old.id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $function$

-- function public.handle_course_publication()
owner elira_owner
CREATE OR REPLACE FUNCTION public.handle_course_publication()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
DECLARE
  appearing uuid[];
  leaving uuid[];
  renewed uuid[] := '{}';
  switched uuid[] := '{}';
BEGIN
  SELECT coalesce(array_agg(n.id) FILTER (WHERE n.is_published AND p.id IS NULL), '{}'),
    coalesce(array_agg(n.id) FILTER (WHERE NOT n.is_published AND p.id IS NOT NULL), '{}') INTO appearing, leaving
  FROM new_rows n LEFT JOIN published_courses p ON p.id = n.id;
  IF TG_OP = 'UPDATE' THEN
    -- By EXCEPT: whatever a plan believes of the number of rows (it knows that of the first statement only), it is never quadratic.
    -- A row whose key changed has no old one here, and asked for nothing.
    renewed := ARRAY(SELECT c.id FROM (
      SELECT n.id, n.publications FROM new_rows n WHERE n.is_published EXCEPT SELECT o.id, o.publications FROM old_rows o) c
      INTERSECT SELECT o.id FROM old_rows o);
    switched := ARRAY(SELECT c.id FROM (
      SELECT n.id, n.access FROM new_rows n WHERE n.is_published EXCEPT SELECT o.id, o.access FROM old_rows o) c);
  END IF;
  IF cardinality(appearing || renewed) > 0 THEN
    PERFORM publish_courses(appearing || renewed);
  END IF;
  IF cardinality(switched) > 0 THEN
    UPDATE published_courses p SET access = c.access, listed = c.access <> 'authors'
    FROM courses c WHERE c.id = p.id AND c.id = ANY (switched) AND p.access <> c.access;
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

-- function public.is_still_draft(of_course uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.is_still_draft(of_course uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF NOT edits_have_ended(of_course) THEN
    RETURN true;
  END IF;
  RETURN content_differs(of_course);
END $function$

-- function public.judge_attempts(attempt_ids uuid[], key_version integer)
owner elira_owner
CREATE OR REPLACE FUNCTION public.judge_attempts(attempt_ids uuid[], key_version integer)
 RETURNS TABLE(attempt_id uuid, points integer, max_points integer, percent integer, detail jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
  WITH attempts AS MATERIALIZED (
    SELECT a.id, a.course_id, a.quiz_id, a.course_version, a.answers,
      EXISTS (SELECT FROM enrollments e WHERE e.user_id = a.user_id AND e.course_id = a.course_id) AS enrolled
    FROM quiz_attempts a WHERE a.id = ANY (attempt_ids)
  ), asked AS MATERIALIZED (
    SELECT v.course_version, p.question_id, min(p.question ->> 'kind') AS kind, array_remove(array_agg(p.option_id::text), NULL) AS shown,
      coalesce(array_agg(p.option_id::text) FILTER (WHERE (p.option ->> 'isCorrect')::boolean), '{}') AS correct,
      count(*) OVER (PARTITION BY v.course_version) AS questions
    FROM (SELECT DISTINCT a.course_id, a.quiz_id, a.course_version FROM attempts a) v
    CROSS JOIN LATERAL quiz_as_published(v.course_id, v.course_version, v.quiz_id) p
    GROUP BY v.course_version, p.question_id
  ), mended AS MATERIALIZED (
    SELECT p.question_id, min((p.question ->> 'points')::integer) AS points, min(p.question ->> 'explanation') AS explanation,
      coalesce(array_agg(p.option_id::text) FILTER (WHERE (p.option ->> 'isCorrect')::boolean), '{}') AS correct
    FROM (SELECT DISTINCT a.course_id, a.quiz_id FROM attempts a) v
    CROSS JOIN LATERAL quiz_as_published(v.course_id, key_version, v.quiz_id) p
    GROUP BY p.question_id
  ), keys AS MATERIALIZED (
    SELECT s.course_version, s.question_id, s.kind, s.questions, m.points, m.explanation, ARRAY(
      SELECT o FROM unnest(s.shown) o
      WHERE o = ANY (CASE WHEN m.correct && s.shown OR m.correct = '{}' THEN m.correct ELSE s.correct END) ORDER BY o) AS correct
    FROM asked s JOIN mended m ON m.question_id = s.question_id
  ), judged AS (
    SELECT a.id, a.enrolled, k.question_id, k.questions, k.points AS max_points, k.correct, k.explanation, CASE
      WHEN k.kind = 'single' AND cardinality(c.chosen) = 1 AND c.chosen <@ k.correct THEN k.points
      WHEN k.kind = 'multiple' AND c.chosen @> k.correct AND c.chosen <@ k.correct THEN k.points
      ELSE 0 END AS points
    FROM attempts a JOIN keys k ON k.course_version = a.course_version
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT jsonb_array_elements_text(a.answers -> k.question_id::text)) AS chosen) c
  )
  SELECT j.id, sum(j.points)::integer, sum(j.max_points)::integer,
    CASE WHEN sum(j.max_points) = 0 THEN 100 ELSE round(100.0 * sum(j.points) / sum(j.max_points))::integer END,
    jsonb_object_agg(j.question_id, jsonb_build_object('points', j.points, 'maxPoints', j.max_points)
      || CASE WHEN j.enrolled THEN jsonb_build_object('correct', to_jsonb(j.correct), 'explanation', j.explanation) ELSE '{}' END)
  FROM judged j GROUP BY j.id HAVING count(*) = min(j.questions)
$function$

-- function public.keep_active()
owner elira_owner
CREATE OR REPLACE FUNCTION public.keep_active()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  NEW.active := true;
  RETURN NEW;
END $function$

-- function public.keep_as_written()
owner elira_owner
CREATE OR REPLACE FUNCTION public.keep_as_written()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF current_setting('elira.erase', true) = 'on' OR NOT EXISTS (SELECT FROM users u WHERE u.id = OLD.user_id) THEN
      RETURN OLD;
    END IF;
  ELSIF NEW IS NOT DISTINCT FROM OLD THEN
    RETURN NEW;
  ELSIF TG_TABLE_NAME = 'grades' AND to_jsonb(NEW) - 'graded_by' = to_jsonb(OLD) - 'graded_by'
    AND NOT EXISTS (SELECT FROM users u WHERE u.id = to_jsonb(OLD) ->> 'graded_by') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', HINT = 'Add another row: the newest one counts.';
END $function$

-- function public.keep_content_state()
owner elira_owner
CREATE OR REPLACE FUNCTION public.keep_content_state()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  kept CONSTANT text[] := ARRAY['version', 'last_modified', 'modified_by', 'field_versions'];
  editor varchar := viewer_id();
  was jsonb;
  is_now jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- A row that comes back under its old id goes on counting: a version means one content, for ever.
    NEW.version := 1 + coalesce((SELECT max(r.revision) FROM revisions r WHERE r.entity_type = TG_ARGV[0] AND r.entity_id = NEW.id), 0);
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
    NEW.field_versions := NULL;
    RETURN NEW;
  END IF;
  was := to_jsonb(OLD) - kept;
  is_now := to_jsonb(NEW) - kept;
  IF is_now IS DISTINCT FROM was THEN
    NEW.version := OLD.version + 1;
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
    NEW.field_versions := coalesce(OLD.field_versions, jsonb_build_object('*', OLD.version)) || (
      SELECT jsonb_object_agg(f.key, NEW.version) FROM jsonb_each(is_now) f WHERE f.value IS DISTINCT FROM was -> f.key);
  ELSE
    NEW.version := OLD.version;
    NEW.last_modified := OLD.last_modified;
    -- NULL: the person was deleted.
    NEW.modified_by := CASE WHEN editor IS NULL OR NEW.modified_by IS NULL THEN NEW.modified_by ELSE OLD.modified_by END;
    NEW.field_versions := OLD.field_versions;
  END IF;
  RETURN NEW;
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
  editor varchar := viewer_id();
  is_edited boolean;
  live published_courses;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.previous_version := NULL;
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
    NEW.published_at := CASE WHEN NEW.is_published THEN now() END;
    NEW.is_draft := NOT NEW.is_published;
    NEW.field_versions := NULL;
    RETURN NEW;
  END IF;

  IF NEW.id <> OLD.id AND (NEW.is_published, NEW.publications) IS DISTINCT FROM (OLD.is_published, OLD.publications) THEN
    -- What is in the course would follow to the new id after it was published under it.
    RAISE EXCEPTION 'a course cannot be published or unpublished by the statement that changes its id'
      USING ERRCODE = 'feature_not_supported', HINT = 'Change the id in a statement of its own.';
  END IF;
  IF editor IS NOT NULL AND (NEW.title, NEW.description, NEW.access, NEW.is_published, NEW.publications)
    IS DISTINCT FROM (OLD.title, OLD.description, OLD.access, OLD.is_published, OLD.publications) THEN
    NEW.modified_by := editor;
  ELSIF editor IS NOT NULL AND NEW.modified_by IS NOT NULL THEN
    NEW.modified_by := OLD.modified_by;
  END IF;
  is_edited := (NEW.title, NEW.description) IS DISTINCT FROM (OLD.title, OLD.description);
  IF is_edited THEN
    NEW.version := OLD.version + 1;
    NEW.previous_version := jsonb_build_object('version', OLD.version, 'title', OLD.title, 'description', OLD.description,
      'lastModified', OLD.last_modified, 'modifiedBy', OLD.modified_by);
    NEW.last_modified := now();
  ELSE
    NEW.version := OLD.version;
    NEW.previous_version := OLD.previous_version;
    NEW.last_modified := CASE WHEN NEW.is_published = OLD.is_published THEN OLD.last_modified ELSE now() END;
  END IF;

  NEW.field_versions := OLD.field_versions;
  IF (NEW.title, NEW.description, NEW.access) IS DISTINCT FROM (OLD.title, OLD.description, OLD.access) THEN
    -- Who may enrol is no content, and counts no version: it is noted at the one there is.
    NEW.field_versions := coalesce(OLD.field_versions, jsonb_build_object('*', OLD.version))
      || CASE WHEN NEW.title IS DISTINCT FROM OLD.title THEN jsonb_build_object('title', NEW.version) ELSE '{}' END
      || CASE WHEN NEW.description IS DISTINCT FROM OLD.description THEN jsonb_build_object('description', NEW.version) ELSE '{}' END
      || CASE WHEN NEW.access IS DISTINCT FROM OLD.access THEN jsonb_build_object('access', NEW.version) ELSE '{}' END;
  END IF;

  NEW.published_at := CASE WHEN NEW.is_published AND NOT OLD.is_published THEN now() ELSE OLD.published_at END;
  IF NOT NEW.is_published THEN
    NEW.is_draft := true;
  ELSIF NOT OLD.is_published OR NEW.publications <> OLD.publications THEN
    NEW.is_draft := NOT edits_have_ended(OLD.id);
  ELSIF is_edited OR OLD.is_draft AND NOT NEW.is_draft THEN
    -- Still under its old key here.
    SELECT * INTO live FROM published_courses p WHERE p.id = OLD.id;
    IF (live.title, live.description) IS DISTINCT FROM (NEW.title, NEW.description) THEN
      NEW.is_draft := true;
    ELSE
      -- Taken back: no draft any more, if nothing below differs.
      NEW.is_draft := OLD.is_draft AND is_still_draft(OLD.id);
    END IF;
  ELSE
    NEW.is_draft := OLD.is_draft OR NEW.is_draft AND content_differs(OLD.id);
  END IF;
  RETURN NEW;
END $function$

-- function public.keep_course_sync()
owner elira_owner
CREATE OR REPLACE FUNCTION public.keep_course_sync()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
END $function$

-- function public.leave_course(course_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.leave_course(course_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM enrollments e WHERE e.user_id = signed_in_viewer() AND e.course_id = leave_course.course_id;
  RETURN FOUND;
END $function$

-- function public.leave_server(server_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.leave_server(server_id uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  DELETE FROM sync_servers s WHERE s.id = server_id
$function$

-- function public.ledger_find(mutation_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.ledger_find(mutation_id uuid)
 RETURNS TABLE(own boolean, status character varying, answer jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  viewer varchar := signed_in_viewer();
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(mutation_id::text, 16));
  RETURN QUERY SELECT m.user_id = viewer, m.status, CASE WHEN m.user_id = viewer THEN m.answer END
  FROM mutations m WHERE m.id = mutation_id;
END $function$

-- function public.ledger_write(mutation_id uuid, name text, status text, answer jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.ledger_write(mutation_id uuid, name text, status text, answer jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  INSERT INTO mutations (id, user_id, name, status, answer)
  VALUES (mutation_id, signed_in_viewer(), ledger_write.name, ledger_write.status, ledger_write.answer)
$function$

-- function public.log_activity(activity_type text, entity_type text, entity_id uuid, metadata jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.log_activity(activity_type text, entity_type text, entity_id uuid, metadata jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata)
  VALUES (signed_in_viewer(), log_activity.activity_type, log_activity.entity_type, log_activity.entity_id,
    CASE WHEN jsonb_typeof(log_activity.metadata -> 'changes') = 'object'
      THEN log_activity.metadata || jsonb_build_object('changes', shortened(log_activity.metadata -> 'changes'))
      ELSE coalesce(log_activity.metadata, '{}') END);
END $function$

-- function public.make_working_rows_equal(of_course uuid, of_version integer)
owner elira_owner
CREATE OR REPLACE FUNCTION public.make_working_rows_equal(of_course uuid, of_version integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
DECLARE
  touched integer := 0;
  step integer;
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['modules', 'lessons', 'quizzes', 'questions', 'options'] LOOP
    EXECUTE format('SELECT FROM %I w WHERE w.course_id = $1 ORDER BY w.id FOR NO KEY UPDATE', named) USING of_course;
  END LOOP;
  IF EXISTS (
    SELECT FROM course_version_content(of_course, of_version) v JOIN (
      SELECT m.id, m.course_id FROM modules m UNION ALL SELECT l.id, l.course_id FROM lessons l UNION ALL SELECT z.id, z.course_id FROM quizzes z
      UNION ALL SELECT q.id, q.course_id FROM questions q UNION ALL SELECT o.id, o.course_id FROM options o
    ) w ON w.id = v.entity_id WHERE w.course_id <> of_course) THEN
    RAISE EXCEPTION 'Something in this version is in another course now.' USING ERRCODE = 'EL021';
  END IF;

  INSERT INTO modules AS w (id, course_id, title, position)
  SELECT v.entity_id, of_course, v.content ->> 'title', v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'module' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET title = excluded.title, position = excluded.position, deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.title, w.position) IS DISTINCT FROM (excluded.title, excluded.position);
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO lessons AS w (id, course_id, module_id, title, content, position)
  SELECT v.entity_id, of_course, (v.content ->> 'moduleId')::uuid, v.content ->> 'title', v.content ->> 'content', v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'lesson' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET module_id = excluded.module_id, title = excluded.title, content = excluded.content,
    position = excluded.position, status = 'ready', deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.module_id, w.title, w.content, w.position, w.status)
    IS DISTINCT FROM (excluded.module_id, excluded.title, excluded.content, excluded.position, 'ready');
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO quizzes AS w (id, course_id, module_id, title, instructions, position)
  SELECT v.entity_id, of_course, (v.content ->> 'moduleId')::uuid, v.content ->> 'title', v.content ->> 'instructions', v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'quiz' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET module_id = excluded.module_id, title = excluded.title, instructions = excluded.instructions,
    position = excluded.position, status = 'ready', deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.module_id, w.title, w.instructions, w.position, w.status)
    IS DISTINCT FROM (excluded.module_id, excluded.title, excluded.instructions, excluded.position, 'ready');
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO questions AS w (id, course_id, quiz_id, kind, prompt, explanation, points, position)
  SELECT v.entity_id, of_course, (v.content ->> 'quizId')::uuid, v.content ->> 'kind', v.content ->> 'prompt', v.content ->> 'explanation',
    (v.content ->> 'points')::integer, v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v WHERE v.entity_type = 'question' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET quiz_id = excluded.quiz_id, kind = excluded.kind, prompt = excluded.prompt,
    explanation = excluded.explanation, points = excluded.points, position = excluded.position, deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.quiz_id, w.kind, w.prompt, w.explanation, w.points, w.position)
    IS DISTINCT FROM (excluded.quiz_id, excluded.kind, excluded.prompt, excluded.explanation, excluded.points, excluded.position);
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  INSERT INTO options AS w (id, course_id, quiz_id, question_id, label, is_correct, position)
  SELECT v.entity_id, of_course, q.quiz_id, q.id, v.content ->> 'label', (v.content ->> 'isCorrect')::boolean, v.content ->> 'position'
  FROM course_version_content(of_course, of_version) v JOIN questions q ON q.id = (v.content ->> 'questionId')::uuid
  WHERE v.entity_type = 'option' ORDER BY v.entity_id
  ON CONFLICT (id) DO UPDATE SET quiz_id = excluded.quiz_id, question_id = excluded.question_id, label = excluded.label,
    is_correct = excluded.is_correct, position = excluded.position, deleted_at = NULL
  WHERE w.deleted_at IS NOT NULL OR (w.quiz_id, w.question_id, w.label, w.is_correct, w.position)
    IS DISTINCT FROM (excluded.quiz_id, excluded.question_id, excluded.label, excluded.is_correct, excluded.position);
  GET DIAGNOSTICS step = ROW_COUNT;
  touched := touched + step;

  FOREACH named IN ARRAY ARRAY['modules', 'lessons', 'quizzes', 'questions', 'options'] LOOP
    EXECUTE format('UPDATE %I w SET deleted_at = now() WHERE w.course_id = $1 AND w.deleted_at IS NULL AND NOT EXISTS (
      SELECT FROM course_version_entries e WHERE e.course_id = $1 AND e.version = $2 AND e.entity_type = $3 AND e.entity_id = w.id)', named)
      USING of_course, of_version, CASE named WHEN 'quizzes' THEN 'quiz' ELSE rtrim(named, 's') END;
    GET DIAGNOSTICS step = ROW_COUNT;
    touched := touched + step;
  END LOOP;

  UPDATE courses c SET title = v.content ->> 'title', description = v.content ->> 'description'
  FROM course_version_content(of_course, of_version) v
  WHERE c.id = of_course AND v.entity_type = 'course' AND (c.title, c.description) IS DISTINCT FROM (v.content ->> 'title', v.content ->> 'description');
  GET DIAGNOSTICS step = ROW_COUNT;
  RETURN touched + step;
END $function$

-- function public.mark_course_draft()
owner elira_owner
CREATE OR REPLACE FUNCTION public.mark_course_draft()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  touched uuid[];
  edited uuid;
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
  IF cardinality(touched) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM FROM course_edits e WHERE e.course_id = ANY (touched) ORDER BY e.course_id FOR SHARE;
  -- Only the first edit after a publication comes to the course's row: further authors find it a draft, and do not queue there. One by
  -- one in the order of their ids, and without SELECT … FOR UPDATE before: two who wait so for a row that is being updated can end up
  -- waiting for each other, one for the older version of the row and one for the newer.
  FOREACH edited IN ARRAY ARRAY(SELECT t FROM unnest(touched) t ORDER BY t) LOOP
    UPDATE courses c SET is_draft = true WHERE c.id = edited AND c.is_published AND NOT c.is_draft AND content_differs(c.id);
  END LOOP;
  RETURN NULL;
END $function$

-- function public.mark_pending(course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.mark_pending(course_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  -- Above this many, one statement is cheaper than a trigger for each at the commit.
  most CONSTANT int := 100;
  many CONSTANT boolean := cardinality(course_ids) > most;
BEGIN
  INSERT INTO sync_pending (course_id, shown) SELECT DISTINCT c, many FROM unnest(course_ids) c ON CONFLICT (course_id, xid) DO NOTHING;
  IF many THEN
    PERFORM show_pending(course_ids);
  END IF;
END $function$

-- function public.may_edit_course(of_course uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.may_edit_course(of_course uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT coalesce(current_role_name() = 'admin', false) OR EXISTS (SELECT FROM authored_course_ids() a WHERE a = of_course)
$function$

-- function public.media_shown(content text)
owner elira_owner
CREATE OR REPLACE FUNCTION public.media_shown(content text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT COST 1000
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT coalesce(array_agg(DISTINCT found[1]), '{}') FROM regexp_matches(content, '/api/media/([0-9a-f]{64})', 'g') found
$function$

-- function public.note_attempts()
owner elira_owner
CREATE OR REPLACE FUNCTION public.note_attempts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata, recent)
  SELECT n.user_id, 'quiz_attempt', 'quiz', n.quiz_id, jsonb_build_object('courseId', n.course_id, 'attemptId', n.id),
    row_number() OVER (ORDER BY n.submitted_at DESC, n.id DESC) <= recent_activities()
  FROM new_rows n ORDER BY n.submitted_at, n.id;
  RETURN NULL;
END $function$

-- function public.note_completions()
owner elira_owner
CREATE OR REPLACE FUNCTION public.note_completions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata, recent)
    SELECT n.user_id, 'lesson_completion', 'lesson', n.lesson_id, jsonb_build_object('courseId', n.course_id),
      row_number() OVER (ORDER BY n.id DESC) <= recent_activities()
    FROM new_rows n WHERE n.completed_at IS NOT NULL ORDER BY n.id;
  ELSE
    INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata, recent)
    SELECT c.user_id, 'lesson_completion', 'lesson', c.lesson_id, jsonb_build_object('courseId', c.course_id),
      row_number() OVER (ORDER BY c.id DESC) <= recent_activities()
    FROM (
      SELECT n.id, n.user_id, n.lesson_id, n.course_id FROM new_rows n WHERE n.completed_at IS NOT NULL
      INTERSECT SELECT o.id, o.user_id, o.lesson_id, o.course_id FROM old_rows o WHERE o.completed_at IS NULL
    ) c ORDER BY c.id;
  END IF;
  RETURN NULL;
END $function$

-- function public.note_content_sync()
owner elira_owner
CREATE OR REPLACE FUNCTION public.note_content_sync()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
END $function$

-- function public.note_course_sync()
owner elira_owner
CREATE OR REPLACE FUNCTION public.note_course_sync()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
END $function$

-- function public.note_enrollments()
owner elira_owner
CREATE OR REPLACE FUNCTION public.note_enrollments()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, recent)
  SELECT n.user_id, 'enrollment', 'course', n.course_id, row_number() OVER (ORDER BY n.id DESC) <= recent_activities()
  FROM new_rows n ORDER BY n.id;
  RETURN NULL;
END $function$

-- function public.note_recent_audit()
owner elira_owner
CREATE OR REPLACE FUNCTION public.note_recent_audit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  most CONSTANT int := 4000;
BEGIN
  INSERT INTO recent_audit (id, course_id, changed_by, entity_type, entity_id, entity_version, field_name, old_value, new_value, text_offset, cut,
    after_gap, changed_at)
  SELECT n.id, n.course_id, n.changed_by, n.entity_type, n.entity_id, n.entity_version, n.field_name, left(n.old_value, most),
    left(n.new_value, most), n.text_offset, coalesce(greatest(length(n.old_value), length(n.new_value)) > most, false),
    n.place = recent_entries() AND n.of > n.place, n.changed_at
  FROM (SELECT e.*, row_number() OVER (ORDER BY e.id DESC) AS place, count(*) OVER () AS of FROM new_rows e) n
  WHERE n.place <= recent_entries() ORDER BY n.id;
  RETURN NULL;
END $function$

-- function public.notify_content_changes()
owner elira_owner
CREATE OR REPLACE FUNCTION public.notify_content_changes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
END $function$

-- function public.publish_content(course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.publish_content(course_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
DECLARE
  regrouped uuid[];
BEGIN
  WITH modules_live AS (
    INSERT INTO published_modules AS p (id, course_id, title, position, version)
    SELECT d.id, d.course_id, d.title, d.position, d.version FROM modules_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET course_id = excluded.course_id, title = excluded.title, position = excluded.position,
      version = excluded.version
  ), lessons_live AS (
    INSERT INTO published_lessons AS p (id, course_id, module_id, title, content, position, version)
    SELECT d.id, d.course_id, d.module_id, d.title, d.content, d.position, d.version
    FROM lessons_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET course_id = excluded.course_id, module_id = excluded.module_id, title = excluded.title,
      content = excluded.content, position = excluded.position, version = excluded.version
  ), quizzes_live AS (
    INSERT INTO published_quizzes AS p (id, course_id, module_id, title, instructions, position, version)
    SELECT d.id, d.course_id, d.module_id, d.title, d.instructions, d.position, d.version
    FROM quizzes_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET course_id = excluded.course_id, module_id = excluded.module_id, title = excluded.title,
      instructions = excluded.instructions, position = excluded.position, version = excluded.version
  ), questions_live AS (
    INSERT INTO published_questions AS p (id, quiz_id, course_id, kind, prompt, points, position, version)
    SELECT d.id, d.quiz_id, d.course_id, d.kind, d.prompt, d.points, d.position, d.version
    FROM questions_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET quiz_id = excluded.quiz_id, course_id = excluded.course_id, kind = excluded.kind,
      prompt = excluded.prompt, points = excluded.points, position = excluded.position, version = excluded.version
  ), options_live AS (
    INSERT INTO published_options AS p (id, question_id, quiz_id, course_id, label, position, version)
    SELECT d.id, d.question_id, d.quiz_id, d.course_id, d.label, d.position, d.version
    FROM options_to_publish d WHERE d.course_id = ANY (course_ids) ORDER BY d.id
    ON CONFLICT (id) DO UPDATE SET question_id = excluded.question_id, quiz_id = excluded.quiz_id, course_id = excluded.course_id,
      label = excluded.label, position = excluded.position, version = excluded.version
  ), options_gone AS (
    DELETE FROM published_options p USING options_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), questions_gone AS (
    DELETE FROM published_questions p USING questions_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), quizzes_gone AS (
    DELETE FROM published_quizzes p USING quizzes_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), lessons_gone AS (
    DELETE FROM published_lessons p USING lessons_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids) RETURNING p.course_id
  ), modules_gone AS (
    DELETE FROM published_modules p USING modules_to_withdraw w WHERE w.id = p.id AND w.course_id = ANY (course_ids)
  ), revised AS (
    INSERT INTO revisions (entity_type, entity_id, revision, course_id, content)
    SELECT 'module', d.id, d.version, d.course_id, jsonb_build_object('title', d.title, 'position', d.position)
      FROM modules_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'lesson', d.id, d.version, d.course_id,
        jsonb_build_object('moduleId', d.module_id, 'title', d.title, 'content', d.content, 'position', d.position)
      FROM lessons_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'quiz', d.id, d.version, d.course_id,
        jsonb_build_object('moduleId', d.module_id, 'title', d.title, 'instructions', d.instructions, 'position', d.position)
      FROM quizzes_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'question', d.id, d.version, d.course_id, jsonb_build_object('quizId', d.quiz_id, 'kind', d.kind, 'prompt', d.prompt,
        'explanation', d.explanation, 'points', d.points, 'position', d.position)
      FROM questions_to_publish d WHERE d.course_id = ANY (course_ids)
    UNION ALL SELECT 'option', d.id, d.version, d.course_id,
        jsonb_build_object('questionId', d.question_id, 'label', d.label, 'isCorrect', d.is_correct, 'position', d.position)
      FROM options_to_publish d WHERE d.course_id = ANY (course_ids)
    ON CONFLICT (entity_type, entity_id, revision) DO NOTHING
  )
  SELECT ARRAY(
    SELECT d.course_id FROM lessons_to_publish d WHERE d.course_id = ANY (course_ids) AND d.is_new
    UNION SELECT g.course_id FROM lessons_gone g
    UNION SELECT c.id FROM unnest(course_ids) AS c (id) WHERE NOT EXISTS (SELECT FROM published_courses p WHERE p.id = c.id)) INTO regrouped;
  RETURN regrouped;
END $function$

-- function public.publish_course(course_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.publish_course(course_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  UPDATE courses c SET is_published = true, publications = c.publications + 1 WHERE c.id = publish_course.course_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no course %', course_id USING ERRCODE = 'no_data_found';
  END IF;
END $function$

-- function public.publish_courses(course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.publish_courses(course_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
DECLARE
  regrouped uuid[] := publish_content(course_ids);
BEGIN
  INSERT INTO published_courses AS p (id, title, description, version, published_at, last_modified, access, listed, outline)
  SELECT c.id, c.title, c.description, c.version, c.published_at, c.last_modified, c.access, c.access <> 'authors', (
    -- What a catalogue shows of the content, in the order of the course.
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'title', m.title,
      'lessons', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'title', l.title) ORDER BY l.position, l.id), '[]')
        FROM published_lessons l WHERE l.module_id = m.id),
      'quizzes', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', z.id, 'title', z.title) ORDER BY z.position, z.id), '[]')
        FROM published_quizzes z WHERE z.module_id = m.id)
    ) ORDER BY m.position, m.id), '[]')
    FROM published_modules m WHERE m.course_id = c.id)
  FROM courses c WHERE c.id = ANY (course_ids) ORDER BY c.id
  ON CONFLICT (id) DO UPDATE SET title = excluded.title, description = excluded.description, version = excluded.version,
    published_at = excluded.published_at, last_modified = excluded.last_modified, access = excluded.access, listed = excluded.listed,
    outline = excluded.outline
  WHERE (p.title, p.description, p.version, p.published_at, p.last_modified, p.access, p.listed, p.outline) IS DISTINCT FROM (excluded.title,
    excluded.description, excluded.version, excluded.published_at, excluded.last_modified, excluded.access, excluded.listed, excluded.outline);

  PERFORM store_course_versions(course_ids);
  IF cardinality(regrouped) > 0 THEN
    PERFORM refresh_progress(ARRAY(SELECT e.id FROM enrollments e WHERE e.course_id = ANY (regrouped)), false);
  END IF;
END $function$

-- function public.quiz_as_published(of_course uuid, of_version integer, of_quiz uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.quiz_as_published(of_course uuid, of_version integer, of_quiz uuid)
 RETURNS TABLE(question_id uuid, question_version integer, question jsonb, option_id uuid, option_version integer, option jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
  SELECT q.entity_id, q.revision, q.content, o.entity_id, o.revision, o.content
  FROM revisions q
  JOIN course_version_entries e ON e.course_id = of_course AND e.version = of_version AND e.entity_type = 'question'
    AND e.entity_id = q.entity_id AND e.revision = q.revision
  LEFT JOIN (
    revisions o JOIN course_version_entries f ON f.course_id = of_course AND f.version = of_version AND f.entity_type = 'option'
      AND f.entity_id = o.entity_id AND f.revision = o.revision
  ) ON o.entity_type = 'option' AND o.content ->> 'questionId' = q.entity_id::text
  WHERE q.entity_type = 'question' AND q.content ->> 'quizId' = of_quiz::text
$function$

-- function public.quiz_results(user_ids character varying[], course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.quiz_results(user_ids character varying[], course_ids uuid[])
 RETURNS TABLE(user_id character varying, course_id uuid, quiz_id uuid, percent integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
  SELECT n.user_id, n.course_id, n.quiz_id, coalesce(max(n.percent) FILTER (WHERE n.attempt_id IS NULL), max(n.percent))
  FROM (
    SELECT g.user_id, g.course_id, g.quiz_id, g.attempt_id, g.percent, g.max_points,
      row_number() OVER (PARTITION BY g.user_id, g.course_id, g.quiz_id, g.attempt_id ORDER BY g.graded_at DESC, g.id DESC) AS age
    FROM (SELECT DISTINCT p.user_id, p.course_id FROM unnest(user_ids, course_ids) AS p (user_id, course_id)) pair
    JOIN grades g ON g.user_id = pair.user_id AND g.course_id = pair.course_id
  ) n
  WHERE n.age = 1 AND n.max_points > 0
  GROUP BY n.user_id, n.course_id, n.quiz_id
$function$

-- function public.read_media(wanted text)
owner elira_owner
CREATE OR REPLACE FUNCTION public.read_media(wanted text)
 RETURNS TABLE(content_type character varying, bytes bytea)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  sees_all CONSTANT boolean := coalesce(current_role_name() = 'admin', false) OR coalesce(current_setting('elira.operator', true) = 'on', false);
BEGIN
  IF EXISTS (SELECT FROM published_lessons p WHERE media_shown(p.content) @> ARRAY[wanted] AND p.course_id = ANY (ARRAY(SELECT enrolled_course_ids())))
    OR EXISTS (SELECT FROM lessons l WHERE media_shown(l.content) @> ARRAY[wanted] AND (sees_all OR l.course_id = ANY (ARRAY(SELECT authored_course_ids()))))
  THEN
    RETURN QUERY SELECT m.content_type, m.bytes FROM media m WHERE m.hash = wanted;
  END IF;
END $function$

-- function public.read_notifications(ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.read_notifications(ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  viewer varchar := signed_in_viewer();
  noted integer;
BEGIN
  WITH seen AS (
    -- What is being deleted at this moment is not waited for.
    SELECT t.id FROM notifications t
    WHERE t.id = ANY (ids) AND (t.user_id = viewer OR t.to_all OR t.course_id = ANY (ARRAY(SELECT enrolled_course_ids())))
    ORDER BY t.id FOR KEY SHARE SKIP LOCKED
  )
  INSERT INTO notification_reads (user_id, notification_id) SELECT viewer, s.id FROM seen s ORDER BY s.id
  ON CONFLICT (user_id, notification_id) DO NOTHING;
  GET DIAGNOSTICS noted = ROW_COUNT;
  RETURN noted;
END $function$

-- function public.recent_activities()
owner elira_owner
CREATE OR REPLACE FUNCTION public.recent_activities()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT 500
$function$

-- function public.recent_audit_follows()
owner elira_owner
CREATE OR REPLACE FUNCTION public.recent_audit_follows()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE recent_audit;
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM recent_audit r WHERE r.id IN (SELECT k.id FROM recent_audit k JOIN old_rows o ON o.id = k.id ORDER BY k.id FOR UPDATE OF k);
  ELSE
    WITH known AS (
      SELECT k.id, n.course_id, n.changed_by FROM recent_audit k JOIN new_rows n ON n.id = k.id
      WHERE (k.course_id, k.changed_by) IS DISTINCT FROM (n.course_id, n.changed_by) ORDER BY k.id FOR UPDATE OF k
    )
    UPDATE recent_audit r SET course_id = k.course_id, changed_by = k.changed_by FROM known k WHERE r.id = k.id;
  END IF;
  RETURN NULL;
END $function$

-- function public.recent_entries()
owner elira_owner
CREATE OR REPLACE FUNCTION public.recent_entries()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT 200
$function$

-- function public.record_publications()
owner elira_owner
CREATE OR REPLACE FUNCTION public.record_publications()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
END $function$

-- function public.record_results(course_id uuid, reason text, entries jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.record_results(course_id uuid, reason text, entries jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
DECLARE
  viewer varchar := signed_in_viewer();
  because text := btrim(record_results.reason);
  named text;
  learners varchar[];
  completions integer;
  given integer;
BEGIN
  IF NOT may_edit_course(record_results.course_id) OR NOT EXISTS (SELECT FROM courses c WHERE c.id = record_results.course_id) THEN
    RAISE EXCEPTION 'there is no such course' USING ERRCODE = 'no_data_found';
  END IF;
  IF coalesce(because, '') = '' OR length(because) > 1000 THEN
    RAISE EXCEPTION 'A reason is needed, of at most 1,000 characters.' USING ERRCODE = 'EL021';
  END IF;
  IF jsonb_typeof(entries) <> 'array' OR jsonb_array_length(entries) NOT BETWEEN 1 AND 1000 THEN
    RAISE EXCEPTION 'Between 1 and 1,000 learners are recorded at once.' USING ERRCODE = 'EL021';
  END IF;
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "lessonIds" jsonb, "quizId" uuid, percent integer)
    WHERE n."userId" IS NULL OR (n."quizId" IS NULL) <> (n.percent IS NULL) OR n.percent NOT BETWEEN 0 AND 100
      OR n."quizId" IS NULL AND coalesce(jsonb_array_length(n."lessonIds"), 0) = 0) THEN
    RAISE EXCEPTION 'Each entry names a learner, and lessons, or a quiz with a percent between 0 and 100.' USING ERRCODE = 'EL021';
  END IF;
  SELECT string_agg(DISTINCT twice.who, ', ') INTO named FROM (
    SELECT n."userId" AS who FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "quizId" uuid)
    WHERE n."quizId" IS NOT NULL GROUP BY n."userId", n."quizId" HAVING count(*) > 1) twice;
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'Two grades in one quiz for: %', named USING ERRCODE = 'EL021';
  END IF;

  -- Nobody leaves nor is erased while this goes on.
  learners := ARRAY(SELECT DISTINCT n."userId" FROM jsonb_to_recordset(entries) AS n ("userId" varchar));
  PERFORM FROM users u WHERE u.id = ANY (learners) ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM enrollments e WHERE e.course_id = record_results.course_id AND e.user_id = ANY (learners) ORDER BY e.id FOR NO KEY UPDATE;
  SELECT string_agg(DISTINCT n."userId", ', ' ORDER BY n."userId") INTO named
  FROM unnest(learners) AS n ("userId")
  WHERE NOT EXISTS (SELECT FROM enrollments e WHERE e.course_id = record_results.course_id AND e.user_id = n."userId");
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'Nothing was recorded. Not enrolled in this course: %', named USING ERRCODE = 'EL021';
  END IF;
  -- What has been published once, be it withdrawn by now.
  SELECT string_agg(DISTINCT w.id, ', ' ORDER BY w.id) INTO named FROM (
    SELECT 'lesson' AS kind, lesson.id FROM jsonb_to_recordset(entries) AS n ("lessonIds" jsonb)
      CROSS JOIN LATERAL jsonb_array_elements_text(n."lessonIds") AS lesson (id)
    UNION ALL SELECT 'quiz', n."quizId"::text FROM jsonb_to_recordset(entries) AS n ("quizId" uuid) WHERE n."quizId" IS NOT NULL
  ) w WHERE NOT EXISTS (
    SELECT FROM revisions r WHERE r.entity_type = w.kind AND r.entity_id = w.id::uuid AND r.course_id = record_results.course_id)
    OR NOT EXISTS (SELECT FROM lessons l WHERE l.id = w.id::uuid UNION ALL SELECT FROM quizzes z WHERE z.id = w.id::uuid);
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'Nothing was recorded. No published lesson or quiz of this course: %', named USING ERRCODE = 'EL021';
  END IF;

  WITH completed AS (
    INSERT INTO lesson_progress AS p (user_id, course_id, lesson_id, completed_at)
    SELECT DISTINCT n."userId", record_results.course_id, lesson.id::uuid, now()
    FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "lessonIds" jsonb)
    CROSS JOIN LATERAL jsonb_array_elements_text(n."lessonIds") AS lesson (id)
    ORDER BY 1, 3
    ON CONFLICT ON CONSTRAINT lesson_progress_user_id_lesson_id_key DO UPDATE SET completed_at = excluded.completed_at
      WHERE p.completed_at IS NULL
    RETURNING p.user_id, p.lesson_id
  ), audited AS (
    INSERT INTO course_audit (course_id, changed_by, entity_type, entity_id, field_name, new_value, mutation_id)
    SELECT record_results.course_id, viewer, 'enrollment', c.user_id, 'completed',
      jsonb_build_object('lessonIds', jsonb_agg(c.lesson_id ORDER BY c.lesson_id), 'reason', because)::text,
      nullif(current_setting('elira.mutation_id', true), '')::uuid
    FROM completed c GROUP BY c.user_id
  )
  SELECT coalesce(array_agg(DISTINCT c.user_id), '{}'), count(*) INTO learners, completions FROM completed c;

  WITH graded AS (
    INSERT INTO grades (user_id, course_id, quiz_id, points, max_points, percent, reason, graded_by, graded_at)
    SELECT n."userId", record_results.course_id, n."quizId", n.percent, 100, n.percent, because, viewer, clock_timestamp()
    FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "quizId" uuid, percent integer)
    WHERE n."quizId" IS NOT NULL ORDER BY n."userId", n."quizId"
    RETURNING user_id
  )
  SELECT count(*), ARRAY(SELECT g.user_id FROM graded g UNION SELECT unnest(learners)) INTO given, learners FROM graded;
  RETURN jsonb_build_object('learners', cardinality(learners), 'completions', completions, 'grades', given);
END $function$

-- function public.record_sync(server_id uuid, read_incarnation uuid, read_position text, set_aside jsonb, mended jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.record_sync(server_id uuid, read_incarnation uuid, read_position text, set_aside jsonb, mended jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_seqscan TO 'off'
AS $function$
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
END $function$

-- function public.refresh_course_people(course_ids uuid[], user_ids character varying[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.refresh_course_people(course_ids uuid[], user_ids character varying[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  -- Whoever is being renamed comes wholly before or wholly after.
  PERFORM FROM users u WHERE u.id = ANY (user_ids) ORDER BY u.id FOR SHARE;
  INSERT INTO course_people (course_id, user_id, name, role)
  SELECT DISTINCT c.id, u.id, u.name, coalesce(a.role, 'learner')
  FROM unnest(course_ids, user_ids) AS pair (course_id, user_id)
  JOIN courses c ON c.id = pair.course_id JOIN users u ON u.id = pair.user_id
  LEFT JOIN course_authors a ON a.course_id = c.id AND a.user_id = u.id
  WHERE a.id IS NOT NULL OR EXISTS (SELECT FROM enrollments e WHERE e.course_id = c.id AND e.user_id = u.id)
  ORDER BY c.id, u.id ON CONFLICT (course_id, user_id) DO NOTHING;

  PERFORM FROM course_people p JOIN unnest(course_ids, user_ids) AS pair (course_id, user_id)
    ON pair.course_id = p.course_id AND pair.user_id = p.user_id ORDER BY p.course_id, p.user_id FOR UPDATE OF p;

  DELETE FROM course_people p USING unnest(course_ids, user_ids) AS pair (course_id, user_id)
  WHERE p.course_id = pair.course_id AND p.user_id = pair.user_id
    AND NOT EXISTS (SELECT FROM course_authors a WHERE a.course_id = p.course_id AND a.user_id = p.user_id)
    AND NOT EXISTS (SELECT FROM enrollments e WHERE e.course_id = p.course_id AND e.user_id = p.user_id);
  UPDATE course_people p SET name = is_now.name, role = is_now.role
  FROM (
    SELECT q.id, u.name, coalesce(a.role, 'learner') AS role
    FROM unnest(course_ids, user_ids) AS pair (course_id, user_id)
    JOIN course_people q ON q.course_id = pair.course_id AND q.user_id = pair.user_id JOIN users u ON u.id = q.user_id
    LEFT JOIN course_authors a ON a.course_id = q.course_id AND a.user_id = q.user_id
  ) is_now WHERE p.id = is_now.id AND (p.name, p.role) IS DISTINCT FROM (is_now.name, is_now.role);
END $function$

-- function public.refresh_progress(enrollment_ids uuid[], accessed boolean)
owner elira_owner
CREATE OR REPLACE FUNCTION public.refresh_progress(enrollment_ids uuid[], accessed boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  PERFORM FROM enrollments e WHERE e.id = ANY (enrollment_ids) ORDER BY e.id FOR NO KEY UPDATE;
  UPDATE enrollments e SET progress = now_at.percent, last_accessed_at = CASE WHEN accessed THEN now() ELSE e.last_accessed_at END
  FROM (
    SELECT n.id, coalesce(100 * done.lessons / nullif(total.lessons, 0), 0) AS percent
    FROM enrollments n
    CROSS JOIN LATERAL (SELECT count(*) AS lessons FROM published_lessons l WHERE l.course_id = n.course_id) total
    CROSS JOIN LATERAL (
      SELECT count(*) AS lessons FROM lesson_progress p JOIN published_lessons l ON l.id = p.lesson_id AND l.course_id = p.course_id
      WHERE p.course_id = n.course_id AND p.user_id = n.user_id AND p.completed_at IS NOT NULL
    ) done
    WHERE n.id = ANY (enrollment_ids) AND EXISTS (SELECT FROM published_courses c WHERE c.id = n.course_id)
  ) now_at
  WHERE e.id = now_at.id AND (accessed OR e.progress <> now_at.percent);
END $function$

-- function public.refresh_scores(user_ids character varying[], course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.refresh_scores(user_ids character varying[], course_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  enrollment_ids uuid[] := ARRAY(
    SELECT e.id FROM unnest(user_ids, course_ids) AS pair (user_id, course_id)
    JOIN enrollments e ON e.user_id = pair.user_id AND e.course_id = pair.course_id);
BEGIN
  IF cardinality(enrollment_ids) < cardinality(user_ids) THEN
    PERFORM FROM published_courses p WHERE p.id = ANY (ARRAY(
      SELECT pair.course_id FROM unnest(user_ids, course_ids) AS pair (user_id, course_id)
      WHERE NOT EXISTS (SELECT FROM enrollments e WHERE e.user_id = pair.user_id AND e.course_id = pair.course_id)
    )) ORDER BY p.id FOR NO KEY UPDATE;
    enrollment_ids := ARRAY(
      SELECT e.id FROM unnest(user_ids, course_ids) AS pair (user_id, course_id)
      JOIN enrollments e ON e.user_id = pair.user_id AND e.course_id = pair.course_id);
  END IF;
  PERFORM FROM enrollments e WHERE e.id = ANY (enrollment_ids) ORDER BY e.id FOR NO KEY UPDATE;
  UPDATE enrollments e SET score = now_at.score
  FROM (
    SELECT n.id, round(avg(r.percent))::integer AS score
    FROM enrollments n LEFT JOIN quiz_results(user_ids, course_ids) r ON r.user_id = n.user_id AND r.course_id = n.course_id
    WHERE n.id = ANY (enrollment_ids) GROUP BY n.id
  ) now_at
  WHERE e.id = now_at.id AND e.score IS DISTINCT FROM now_at.score;
END $function$

-- function public.regrade_quiz(quiz_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.regrade_quiz(quiz_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
DECLARE
  viewer varchar := signed_in_viewer();
  of_course uuid;
  newest integer;
  attempt_ids uuid[];
  judged integer;
  regraded integer;
BEGIN
  SELECT z.course_id INTO of_course FROM quizzes z WHERE z.id = regrade_quiz.quiz_id;
  IF of_course IS NULL OR NOT may_edit_course(of_course) THEN
    RAISE EXCEPTION 'there is no such quiz' USING ERRCODE = 'no_data_found';
  END IF;
  -- Twice at once would add the same rows twice.
  PERFORM pg_advisory_xact_lock(hashtextextended('regrade ' || regrade_quiz.quiz_id, 0));
  SELECT max(e.version) INTO newest FROM course_version_entries e
  WHERE e.course_id = of_course AND e.entity_type = 'quiz' AND e.entity_id = regrade_quiz.quiz_id;
  attempt_ids := ARRAY(SELECT a.id FROM quiz_attempts a WHERE a.quiz_id = regrade_quiz.quiz_id);

  WITH judgements AS MATERIALIZED (
    SELECT * FROM judge_attempts(attempt_ids, newest)
  ), added AS (
    INSERT INTO grades (user_id, course_id, quiz_id, attempt_id, course_version, points, max_points, percent, detail, graded_by, graded_at)
    SELECT a.user_id, a.course_id, a.quiz_id, a.id, newest, j.points, j.max_points, j.percent, j.detail, viewer, clock_timestamp()
    FROM judgements j JOIN quiz_attempts a ON a.id = j.attempt_id
    CROSS JOIN LATERAL (SELECT * FROM grades g WHERE g.attempt_id = a.id ORDER BY g.graded_at DESC, g.id DESC LIMIT 1) last
    WHERE (last.points, last.max_points) IS DISTINCT FROM (j.points, j.max_points)
      OR EXISTS (
        SELECT FROM jsonb_each(j.detail) n
        WHERE n.value - 'explanation' IS DISTINCT FROM
          CASE WHEN n.value ? 'correct' THEN last.detail -> n.key ELSE (last.detail -> n.key) - 'correct' END - 'explanation')
    ORDER BY a.id
    RETURNING id
  )
  SELECT (SELECT count(*) FROM judgements), (SELECT count(*) FROM added) INTO judged, regraded;
  RETURN jsonb_build_object('attempts', cardinality(attempt_ids), 'regraded', regraded, 'left', cardinality(attempt_ids) - judged);
END $function$

-- function public.require_editor(of_course uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.require_editor(of_course uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM signed_in_viewer();
  IF NOT may_edit_course(of_course) OR NOT EXISTS (SELECT FROM courses c WHERE c.id = of_course) THEN
    RAISE EXCEPTION 'there is no such course' USING ERRCODE = 'no_data_found';
  END IF;
END $function$

-- function public.restore_course_version(course_id uuid, version integer)
owner elira_owner
CREATE OR REPLACE FUNCTION public.restore_course_version(course_id uuid, version integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  touched integer;
BEGIN
  PERFORM require_editor(restore_course_version.course_id);
  IF NOT EXISTS (
    SELECT FROM course_versions v WHERE v.course_id = restore_course_version.course_id AND v.version = restore_course_version.version) THEN
    RAISE EXCEPTION 'there is no such version' USING ERRCODE = 'no_data_found';
  END IF;
  touched := make_working_rows_equal(restore_course_version.course_id, restore_course_version.version);
  -- It may be what is live.
  UPDATE courses c SET is_draft = false WHERE c.id = restore_course_version.course_id AND c.is_published AND c.is_draft;
  RETURN jsonb_build_object('version', restore_course_version.version, 'touched', touched);
END $function$

-- function public.retire_learners()
owner elira_owner
CREATE OR REPLACE FUNCTION public.retire_learners()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  retired integer;
BEGIN
  WITH idle AS (
    SELECT e.id FROM enrollments e WHERE e.active AND e.last_accessed_at <= now() - interval '7 days'
    ORDER BY e.id LIMIT 5000 FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE enrollments e SET active = false FROM idle WHERE e.id = idle.id;
  GET DIAGNOSTICS retired = ROW_COUNT;
  RETURN retired;
END $function$

-- function public.see_server(server_id uuid, metrics jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.see_server(server_id uuid, metrics jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  -- Nothing has been read yet, so it comes before every mark.
  INSERT INTO sync_servers AS s (id, position, metrics) VALUES (server_id, '1:1:', coalesce(see_server.metrics, '{}'))
  ON CONFLICT (id) DO UPDATE SET seen_at = now(), metrics = coalesce(see_server.metrics, s.metrics);
  DELETE FROM sync_servers s WHERE s.id IN (
    SELECT o.id FROM sync_servers o WHERE o.seen_at < now() - interval '30 seconds' ORDER BY o.id FOR UPDATE SKIP LOCKED);
  RETURN EXISTS (SELECT FROM sync_pending);
END $function$

-- function public.settle_events()
owner elira_owner
CREATE OR REPLACE FUNCTION public.settle_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
END $function$

-- function public.shortened(changes jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.shortened(changes jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT coalesce(jsonb_object_agg(left(c.key, 100), CASE WHEN length(c.value #>> '{}') > 200 THEN to_jsonb(left(c.value #>> '{}', 200) || '…') ELSE c.value END), '{}')
  FROM (SELECT e.key, e.value FROM jsonb_each(changes) e LIMIT 100) c
$function$

-- function public.show_marked_course()
owner elira_owner
CREATE OR REPLACE FUNCTION public.show_marked_course()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  UPDATE sync_pending p SET at = clock_timestamp() WHERE p.course_id = NEW.course_id AND p.xid = NEW.xid;
  PERFORM show_pending(ARRAY[NEW.course_id]);
  RETURN NULL;
END $function$

-- function public.show_pending(course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.show_pending(course_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
END $function$

-- function public.signed_in_viewer()
owner elira_owner
CREATE OR REPLACE FUNCTION public.signed_in_viewer()
 RETURNS character varying
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  viewer varchar := viewer_id();
BEGIN
  IF viewer IS NULL THEN
    RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN viewer;
END $function$

-- function public.statistics_of_course(of_course uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.statistics_of_course(of_course uuid)
 RETURNS TABLE(learners bigint, active bigint, completed bigint, progress bigint, scored bigint, score bigint)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT coalesce(pg_catalog.sum(k.learners), 0)::bigint, coalesce(pg_catalog.sum(k.active), 0)::bigint,
    coalesce(pg_catalog.sum(k.completed), 0)::bigint, coalesce(pg_catalog.sum(k.progress), 0)::bigint,
    coalesce(pg_catalog.sum(k.scored), 0)::bigint, coalesce(pg_catalog.sum(k.score), 0)::bigint
  FROM public.course_counts k WHERE k.course_id = of_course
$function$

-- function public.store_course_versions(course_ids uuid[])
owner elira_owner
CREATE OR REPLACE FUNCTION public.store_course_versions(course_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
BEGIN
  INSERT INTO revisions (entity_type, entity_id, revision, course_id, content)
  SELECT 'course', p.id, p.version, p.id, jsonb_build_object('title', p.title, 'description', p.description)
  FROM published_courses p WHERE p.id = ANY (course_ids)
  ON CONFLICT (entity_type, entity_id, revision) DO NOTHING;

  WITH entries AS (
    SELECT p.id AS course_id, 'course' AS entity_type, p.id AS entity_id, p.version AS revision FROM published_courses p WHERE p.id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'module', p.id, p.version FROM published_modules p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'lesson', p.id, p.version FROM published_lessons p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'quiz', p.id, p.version FROM published_quizzes p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'question', p.id, p.version FROM published_questions p WHERE p.course_id = ANY (course_ids)
    UNION ALL SELECT p.course_id, 'option', p.id, p.version FROM published_options p WHERE p.course_id = ANY (course_ids)
  ), digests AS (
    SELECT e.course_id, md5(string_agg(e.entity_type || ' ' || e.entity_id || ' ' || e.revision, ',' ORDER BY e.entity_type, e.entity_id)) AS digest
    FROM entries e GROUP BY e.course_id
  ), made AS (
    INSERT INTO course_versions (course_id, version, published_at, digest)
    SELECT d.course_id, coalesce(last.version, 0) + 1, now(), d.digest
    FROM digests d LEFT JOIN LATERAL (
      SELECT v.version, v.digest FROM course_versions v WHERE v.course_id = d.course_id ORDER BY v.version DESC LIMIT 1
    ) last ON true
    WHERE last.digest IS DISTINCT FROM d.digest
    RETURNING course_id, version
  )
  INSERT INTO course_version_entries (course_id, version, entity_type, entity_id, revision)
  SELECT m.course_id, m.version, e.entity_type, e.entity_id, e.revision FROM made m JOIN entries e ON e.course_id = m.course_id;
END $function$

-- function public.submit_attempt(attempt_id uuid, quiz_id uuid, shown jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.submit_attempt(attempt_id uuid, quiz_id uuid, shown jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  viewer varchar := signed_in_viewer();
  given jsonb;
  of_course uuid;
  is_enrolled boolean;
  pinned integer;
BEGIN
  IF jsonb_typeof(shown) <> 'array' OR jsonb_array_length(shown) NOT BETWEEN 1 AND 1000 THEN
    RAISE EXCEPTION 'An attempt answers between 1 and 1,000 questions.' USING ERRCODE = 'EL021';
  END IF;
  SELECT jsonb_object_agg(q.id, (
    SELECT coalesce(jsonb_agg(DISTINCT c.id ORDER BY c.id), '[]')
    FROM jsonb_array_elements_text(coalesce(q.chosen, '[]')) AS chosen (id) CROSS JOIN LATERAL (SELECT chosen.id::uuid AS id) c)) INTO given
  FROM jsonb_to_recordset(shown) AS q (id uuid, chosen jsonb);
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(shown) AS q (id uuid, options jsonb)
    CROSS JOIN LATERAL jsonb_array_elements_text(given -> q.id::text) AS chosen (id)
    WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(q.options) AS o (id uuid) WHERE o.id = chosen.id::uuid)) THEN
    RAISE EXCEPTION 'An answer was chosen that was not shown.' USING ERRCODE = 'EL021';
  END IF;

  SELECT z.course_id INTO of_course FROM quizzes z WHERE z.id = submit_attempt.quiz_id;
  is_enrolled := EXISTS (SELECT FROM enrollments e WHERE e.user_id = viewer AND e.course_id = of_course);
  pinned := version_as_shown(of_course, submit_attempt.quiz_id, shown);
  IF pinned IS NULL AND is_enrolled THEN
    RAISE EXCEPTION 'The quiz as shown was never published.' USING ERRCODE = 'EL021';
  ELSIF pinned IS NULL THEN
    RAISE EXCEPTION 'there is no such quiz' USING ERRCODE = 'no_data_found';
  END IF;

  INSERT INTO quiz_attempts AS a (id, user_id, course_id, quiz_id, course_version, answers)
  VALUES (submit_attempt.attempt_id, viewer, of_course, submit_attempt.quiz_id, pinned, given)
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    IF NOT EXISTS (SELECT FROM quiz_attempts a WHERE a.id = submit_attempt.attempt_id AND a.user_id = viewer
      AND a.quiz_id = submit_attempt.quiz_id AND a.answers = given) THEN
      RAISE EXCEPTION 'there is another attempt of this id' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN attempt_result(submit_attempt.attempt_id);
  END IF;

  INSERT INTO grades (user_id, course_id, quiz_id, attempt_id, course_version, points, max_points, percent, detail, graded_at)
  SELECT viewer, of_course, submit_attempt.quiz_id, j.attempt_id, pinned, j.points, j.max_points, j.percent, j.detail, clock_timestamp()
  FROM judge_attempts(ARRAY[submit_attempt.attempt_id], pinned) j;
  UPDATE enrollments e SET last_accessed_at = now(), active = true WHERE e.user_id = viewer AND e.course_id = of_course;
  RETURN attempt_result(submit_attempt.attempt_id);
END $function$

-- function public.tell_announcements()
owner elira_owner
CREATE OR REPLACE FUNCTION public.tell_announcements()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM notifications t WHERE t.kind = 'announcement';
    RETURN NULL;
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM notifications t USING old_rows o WHERE t.kind = 'announcement' AND t.entity_id = o.id;
    RETURN NULL;
  ELSIF TG_OP = 'UPDATE' THEN
    DELETE FROM notifications t USING (SELECT o.id FROM old_rows o EXCEPT SELECT n.id FROM new_rows n) gone
    WHERE t.kind = 'announcement' AND t.entity_id = gone.id;
    -- Where a course gets another key, the references of both tables carry that over.
    UPDATE notifications t SET title = n.title, course_id = n.course_id FROM new_rows n
    WHERE t.kind = 'announcement' AND t.entity_id = n.id AND t.user_id IS NULL
      AND (t.title, t.course_id) IS DISTINCT FROM (n.title, n.course_id)
      AND (t.course_id IS NULL OR EXISTS (SELECT FROM courses c WHERE c.id = t.course_id));
    INSERT INTO notifications (course_id, kind, title, entity_id)
    SELECT n.course_id, 'announcement', n.title, n.id
    FROM new_rows n JOIN (SELECT m.id FROM new_rows m EXCEPT SELECT o.id FROM old_rows o) made ON made.id = n.id ORDER BY n.id;
    RETURN NULL;
  END IF;
  INSERT INTO notifications (course_id, kind, title, entity_id)
  SELECT n.course_id, 'announcement', n.title, n.id FROM new_rows n ORDER BY n.id;
  RETURN NULL;
END $function$

-- function public.tell_co_authors()
owner elira_owner
CREATE OR REPLACE FUNCTION public.tell_co_authors()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO notifications (user_id, kind, title, entity_id)
    SELECT n.user_id, 'co_author', c.title, c.id FROM new_rows n JOIN courses c ON c.id = n.course_id
    WHERE n.role = 'co-author' AND n.user_id IS DISTINCT FROM viewer_id() ORDER BY n.id;
  ELSE
    DELETE FROM notifications t USING old_rows o WHERE t.kind = 'co_author' AND t.entity_id = o.course_id AND t.user_id = o.user_id;
  END IF;
  RETURN NULL;
END $function$

-- function public.tell_grades()
owner elira_owner
CREATE OR REPLACE FUNCTION public.tell_grades()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
BEGIN
  INSERT INTO notifications (user_id, kind, title, entity_id)
  SELECT g.user_id, 'grade', coalesce(z.title, c.title, ''), g.id
  FROM (
    SELECT DISTINCT ON (n.user_id, n.quiz_id) n.id, n.user_id, n.course_id, n.quiz_id FROM new_rows n
    WHERE n.graded_by IS NOT NULL AND n.graded_by <> n.user_id ORDER BY n.user_id, n.quiz_id, n.graded_at DESC, n.id DESC
  ) g
  LEFT JOIN published_quizzes z ON z.id = g.quiz_id LEFT JOIN published_courses c ON c.id = g.course_id
  ORDER BY g.id;
  RETURN NULL;
END $function$

-- function public.tell_publications()
owner elira_owner
CREATE OR REPLACE FUNCTION public.tell_publications()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
DECLARE
  appeared uuid[] := ARRAY(
    (SELECT n.id FROM new_rows n WHERE n.is_published EXCEPT SELECT o.id FROM old_rows o WHERE o.is_published)
    INTERSECT SELECT o.id FROM old_rows o);
  renewed uuid[] := '{}';
BEGIN
  IF current_setting('elira.notify', true) = 'on' THEN
    renewed := ARRAY(
      SELECT c.id FROM (
        SELECT n.id, n.publications FROM new_rows n WHERE n.is_published EXCEPT SELECT o.id, o.publications FROM old_rows o) c
      INTERSECT SELECT o.id FROM old_rows o WHERE o.is_published);
  END IF;
  IF cardinality(appeared || renewed) > 0 THEN
    INSERT INTO notifications (course_id, kind, title, entity_id)
    SELECT c.id, w.kind, c.title, c.id
    FROM (SELECT unnest(appeared) AS id, 'course_published' AS kind UNION ALL SELECT unnest(renewed), 'course_updated') w
    JOIN courses c ON c.id = w.id ORDER BY c.id;
  END IF;
  RETURN NULL;
END $function$

-- function public.tend_mutations()
owner elira_owner
CREATE OR REPLACE FUNCTION public.tend_mutations()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  UPDATE mutations m SET recent = false WHERE m.id = ANY (ARRAY(
    SELECT o.id FROM mutations o WHERE o.recent AND o.decided_at < now() - interval '24 hours'
    ORDER BY o.decided_at LIMIT 50000 FOR UPDATE SKIP LOCKED));
  DELETE FROM mutations m WHERE m.id = ANY (ARRAY(
    SELECT o.id FROM mutations o WHERE o.decided_at < now() - interval '93 days'
    ORDER BY o.decided_at LIMIT 50000 FOR UPDATE SKIP LOCKED))
$function$

-- function public.unpublish_course(course_id uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION public.unpublish_course(course_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  UPDATE courses c SET is_published = false WHERE c.id = unpublish_course.course_id;
  IF NOT FOUND THEN
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
  DELETE FROM published_options p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_questions p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_quizzes p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_lessons p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_modules p WHERE p.course_id = ANY (course_ids);
  DELETE FROM published_courses p WHERE p.id = ANY (course_ids)
$function$

-- function public.upkeep_activities()
owner elira_owner
CREATE OR REPLACE FUNCTION public.upkeep_activities()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  left_feed integer;
BEGIN
  WITH old AS (
    SELECT a.id FROM user_activities a
    WHERE a.recent AND a.id < (SELECT e.id FROM user_activities e WHERE e.recent ORDER BY e.id DESC OFFSET recent_activities() - 1 LIMIT 1)
    ORDER BY a.id LIMIT 5000 FOR UPDATE SKIP LOCKED
  )
  UPDATE user_activities a SET recent = false FROM old WHERE a.id = old.id;
  GET DIAGNOSTICS left_feed = ROW_COUNT;
  RETURN left_feed;
END $function$

-- function public.upkeep_audit()
owner elira_owner
CREATE OR REPLACE FUNCTION public.upkeep_audit()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  kept CONSTANT uuid := (SELECT e.id FROM recent_audit e ORDER BY e.id DESC OFFSET recent_entries() - 1 LIMIT 1);
  most CONSTANT uuid := (SELECT e.id FROM recent_audit e ORDER BY e.id DESC OFFSET 10 * recent_entries() - 1 LIMIT 1);
  gone integer;
BEGIN
  DELETE FROM recent_audit r WHERE r.id IN (
    SELECT a.id FROM recent_audit a WHERE a.id < kept AND (a.id < most OR a.changed_at < now() - interval '1 minute')
    ORDER BY a.id LIMIT 5000 FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $function$

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

-- function public.version_as_shown(of_course uuid, of_quiz uuid, shown jsonb)
owner elira_owner
CREATE OR REPLACE FUNCTION public.version_as_shown(of_course uuid, of_quiz uuid, shown jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  wanted text[];
  candidate integer;
BEGIN
  SELECT array_agg(format('%s %s %s %s', q.id, q.version, o.id, o.version) ORDER BY q.id, o.id) INTO wanted
  FROM jsonb_to_recordset(shown) AS q (id uuid, version integer, options jsonb)
  LEFT JOIN LATERAL jsonb_to_recordset(q.options) AS o (id uuid, version integer) ON true;
  FOR candidate IN
    SELECT e.version FROM course_version_entries e
    WHERE e.course_id = of_course AND e.entity_type = 'question'
      AND e.entity_id = (shown -> 0 ->> 'id')::uuid AND e.revision = (shown -> 0 ->> 'version')::integer
    ORDER BY e.version DESC
  LOOP
    IF wanted = (
      SELECT array_agg(format('%s %s %s %s', p.question_id, p.question_version, p.option_id, p.option_version) ORDER BY p.question_id, p.option_id)
      FROM quiz_as_published(of_course, candidate, of_quiz) p) THEN
      RETURN candidate;
    END IF;
  END LOOP;
  RETURN NULL;
END $function$

-- function public.viewer_id()
owner elira_owner
CREATE OR REPLACE FUNCTION public.viewer_id()
 RETURNS character varying
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT u.id FROM users u
  WHERE u.id = current_setting('elira.user_id', true) AND NOT (u.banned AND coalesce(u.ban_expires > now(), true))
$function$

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

-- function sync.begin_anew(lost uuid)
owner elira_owner
CREATE OR REPLACE FUNCTION sync.begin_anew(lost uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('sync.establish'));
  DELETE FROM sync.incarnation i WHERE i.id = lost;
  RETURN sync.establish();
END $function$

-- function sync.capture_announcements_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_announcements_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 22, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text, o."to_all"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(22::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_announcements_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_announcements_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 22, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(22::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_announcements_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_announcements_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_course_authors_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_authors_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 5, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(5::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_course_authors_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_authors_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 5, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(5::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_course_authors_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_authors_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_course_counts_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_counts_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 21, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(21::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_course_counts_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_counts_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 21, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(21::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_course_counts_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_counts_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_course_people_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_people_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 13, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(13::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_course_people_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_people_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 13, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(13::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_course_people_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_course_people_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."access", n."description", n."is_draft", n."is_published", n."last_modified", n."modified_by", n."previous_version", n."published_at", n."title", n."version"), ROW(o."access", o."description", o."is_draft", o."is_published", o."last_modified", o."modified_by", o."previous_version", o."published_at", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(1::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_enrollments_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_enrollments_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 11, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(11::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_enrollments_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_enrollments_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 11, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(11::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_enrollments_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_enrollments_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_grades_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_grades_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 26, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(26::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_grades_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_grades_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 26, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(26::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_grades_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_grades_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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

-- function sync.capture_lesson_progress_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_lesson_progress_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 12, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(12::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_lesson_progress_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_lesson_progress_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 12, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(12::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_lesson_progress_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_lesson_progress_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), NULL, ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 12, pg_trigger_depth(), 'U', n."id"::text, NULL FROM new_rows n;
  RETURN NULL;
END $function$

-- function sync.capture_lessons_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_lessons_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 7, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(7::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_lessons_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_lessons_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 7, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(7::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_lessons_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_lessons_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_modules_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_modules_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 6, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(6::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_modules_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_modules_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 6, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(6::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_modules_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_modules_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_mutations_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_mutations_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 19, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text, o."recent"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(19::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_mutations_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_mutations_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 19, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(19::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_mutations_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_mutations_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_notification_reads_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_notification_reads_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 24, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(24::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_notification_reads_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_notification_reads_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 24, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(24::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_notification_reads_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_notification_reads_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_notifications_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_notifications_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 23, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text, o."user_id"::text, o."to_all"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(23::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_notifications_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_notifications_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 23, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(23::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_notifications_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_notifications_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_options_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_options_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 10, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(10::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_options_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_options_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 10, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(10::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_options_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_options_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 2, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."listed"::text]::text[] FROM old_rows o;
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
    CASE WHEN o."id" IS NULL THEN NULL WHEN n."id" IS NULL THEN ARRAY[o."listed"::text]::text[] WHEN pg_catalog.record_image_ne(ROW(n."listed"), ROW(o."listed")) THEN ARRAY[o."listed"::text]::text[] END
  FROM new_rows n FULL JOIN old_rows o ON o."id" = n."id"
  WHERE n."id" IS NULL OR o."id" IS NULL OR pg_catalog.record_image_ne(ROW(n."access", n."description", n."last_modified", n."listed", n."outline", n."published_at", n."title", n."version"), ROW(o."access", o."description", o."last_modified", o."listed", o."outline", o."published_at", o."title", o."version"));
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(2::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_lessons_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_lessons_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 15, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(15::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_lessons_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_lessons_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 15, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(15::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_lessons_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_lessons_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_published_modules_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_modules_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 14, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(14::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_modules_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_modules_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 14, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(14::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_modules_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_modules_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_published_options_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_options_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 18, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(18::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_options_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_options_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 18, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(18::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_options_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_options_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_published_questions_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_questions_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 17, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(17::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_questions_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_questions_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 17, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(17::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_questions_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_questions_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_published_quizzes_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_quizzes_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 16, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(16::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_quizzes_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_quizzes_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 16, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(16::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_published_quizzes_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_published_quizzes_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_questions_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_questions_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 9, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(9::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_questions_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_questions_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 9, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(9::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_questions_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_questions_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_quiz_attempts_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_quiz_attempts_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 25, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."user_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(25::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_quiz_attempts_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_quiz_attempts_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 25, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(25::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_quiz_attempts_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_quiz_attempts_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_quizzes_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_quizzes_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 8, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(8::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_quizzes_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_quizzes_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 8, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(8::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_quizzes_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_quizzes_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_recent_audit_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_recent_audit_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 29, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."course_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(29::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_recent_audit_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_recent_audit_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 29, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(29::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_recent_audit_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_recent_audit_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_sessions_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sessions_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 4, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(4::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_sessions_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sessions_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 4, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(4::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_sessions_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sessions_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_sync_servers_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sync_servers_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 28, pg_trigger_depth(), 'D', o."id"::text, ARRAY[]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(28::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_sync_servers_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sync_servers_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 28, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(28::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_sync_servers_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sync_servers_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_sync_status_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sync_status_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 27, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."entity_type"::text, o."entity_id"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(27::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_sync_status_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sync_status_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 27, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(27::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_sync_status_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_sync_status_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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

-- function sync.capture_user_activities_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_user_activities_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 20, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."recent"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(20::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_user_activities_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_user_activities_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 20, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(20::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_user_activities_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_user_activities_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
END $function$

-- function sync.capture_users_delete()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_users_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 3, pg_trigger_depth(), 'D', o."id"::text, ARRAY[o."role"::text, o."banned"::text]::text[] FROM old_rows o;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(3::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_users_insert()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_users_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT pg_current_xact_id(), nextval('sync.change_seq'), ((pg_current_xact_id()::text::bigint >> 20) & 3)::smallint, 3, pg_trigger_depth(), 'I', n."id"::text, NULL FROM new_rows n;
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(3::smallint);
  END IF;
  RETURN NULL;
END $function$

-- function sync.capture_users_update()
owner elira_owner
CREATE OR REPLACE FUNCTION sync.capture_users_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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

-- grant public.announcements
DELETE, SELECT TO elira_app
SELECT TO elira_reader

-- grant public.announcements (body)
INSERT, UPDATE TO elira_app

-- grant public.announcements (course_id)
INSERT TO elira_app

-- grant public.announcements (id)
INSERT TO elira_app

-- grant public.announcements (title)
INSERT, UPDATE TO elira_app

-- grant public.course_analytics
SELECT TO elira_app

-- grant public.course_analytics ("timestamp")
INSERT TO elira_app

-- grant public.course_analytics (course_id)
INSERT TO elira_app

-- grant public.course_analytics (event)
INSERT TO elira_app

-- grant public.course_audit
SELECT TO elira_app

-- grant public.course_authors
DELETE, SELECT TO elira_app
SELECT TO elira_reader

-- grant public.course_counts
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.course_join_codes
DELETE, INSERT, SELECT, UPDATE TO elira_app

-- grant public.course_people
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.course_statistics
SELECT TO elira_app

-- grant public.course_version_entries
SELECT TO elira_app

-- grant public.course_versions
SELECT TO elira_app

-- grant public.courses
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.courses (access)
INSERT, UPDATE TO elira_app

-- grant public.courses (description)
INSERT, UPDATE TO elira_app

-- grant public.courses (id)
INSERT TO elira_app

-- grant public.courses (is_published)
UPDATE TO elira_app

-- grant public.courses (last_modified)
UPDATE TO elira_app

-- grant public.courses (modified_by)
UPDATE TO elira_app

-- grant public.courses (publications)
UPDATE TO elira_app

-- grant public.courses (published_at)
UPDATE TO elira_app

-- grant public.courses (title)
INSERT, UPDATE TO elira_app

-- grant public.courses (version)
UPDATE TO elira_app

-- grant public.enrollments
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.grades
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.lesson_progress
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.lessons
INSERT, SELECT, UPDATE TO elira_app
SELECT TO elira_reader

-- grant public.modules
INSERT, SELECT, UPDATE TO elira_app
SELECT TO elira_reader

-- grant public.mutations
SELECT TO elira_reader

-- grant public.mutations (decided_at)
SELECT TO elira_app

-- grant public.mutations (id)
SELECT TO elira_app

-- grant public.mutations (name)
SELECT TO elira_app

-- grant public.mutations (recent)
SELECT TO elira_app

-- grant public.mutations (status)
SELECT TO elira_app

-- grant public.mutations (user_id)
SELECT TO elira_app

-- grant public.notification_reads
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.notifications
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.options
INSERT, SELECT, UPDATE TO elira_app
SELECT TO elira_reader

-- grant public.published_courses
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.published_lessons
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.published_modules
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.published_options
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.published_questions
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.published_quizzes
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.questions
INSERT, SELECT, UPDATE TO elira_app
SELECT TO elira_reader

-- grant public.quiz_attempts
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.quizzes
INSERT, SELECT, UPDATE TO elira_app
SELECT TO elira_reader

-- grant public.recent_audit
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.revisions
SELECT TO elira_app

-- grant public.sessions
DELETE, INSERT, SELECT, UPDATE TO elira_auth

-- grant public.sessions (id)
SELECT TO elira_reader

-- grant public.sessions (user_id)
SELECT TO elira_reader

-- grant public.sync_servers
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.sync_status
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.user_activities
SELECT TO elira_app
SELECT TO elira_reader

-- grant public.users
DELETE, INSERT, SELECT, UPDATE TO elira_auth
SELECT TO elira_reader

-- grant public.users (banned)
SELECT TO elira_app

-- grant public.users (created_at)
SELECT TO elira_app

-- grant public.users (email)
SELECT TO elira_app

-- grant public.users (id)
SELECT TO elira_app

-- grant public.users (image)
SELECT TO elira_app

-- grant public.users (name)
SELECT TO elira_app

-- grant public.users (role)
SELECT TO elira_app

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

-- grant public.add_course_author(course_id uuid, email text)
EXECUTE TO elira_app

-- grant public.audit_undo(now text, old_value text, new_value text, text_offset integer)
EXECUTE TO elira_app

-- grant public.authored_course_ids()
EXECUTE TO elira_app

-- grant public.compact_course_counts()
EXECUTE TO elira_app

-- grant public.complete_lesson(lesson_id uuid, done boolean)
EXECUTE TO elira_app

-- grant public.course_diff(of_course uuid, version_from integer, version_to integer)
EXECUTE TO elira_app

-- grant public.course_draft_content(of_course uuid)
EXECUTE TO elira_app

-- grant public.course_version_content(of_course uuid, of_version integer)
EXECUTE TO elira_app

-- grant public.courses_with_statistics()
EXECUTE TO elira_app

-- grant public.create_course(title text, description text)
EXECUTE TO elira_app

-- grant public.current_role_name()
EXECUTE TO elira_app

-- grant public.discard_draft(course_id uuid)
EXECUTE TO elira_app

-- grant public.enroll(course_id uuid, join_code text, OUT enrollment_id uuid, OUT created boolean)
EXECUTE TO elira_app

-- grant public.enrolled_course_ids()
EXECUTE TO elira_app

-- grant public.failed_rows()
EXECUTE TO elira_app

-- grant public.flush_lesson_completions(batch jsonb)
EXECUTE TO elira_flush

-- grant public.forget_notifications()
EXECUTE TO elira_app

-- grant public.leave_course(course_id uuid)
EXECUTE TO elira_app

-- grant public.leave_server(server_id uuid)
EXECUTE TO elira_app

-- grant public.ledger_find(mutation_id uuid)
EXECUTE TO elira_app

-- grant public.ledger_write(mutation_id uuid, name text, status text, answer jsonb)
EXECUTE TO elira_app

-- grant public.log_activity(activity_type text, entity_type text, entity_id uuid, metadata jsonb)
EXECUTE TO elira_app

-- grant public.may_edit_course(of_course uuid)
EXECUTE TO elira_app

-- grant public.media_shown(content text)
EXECUTE TO PUBLIC

-- grant public.publish_course(course_id uuid)
EXECUTE TO elira_app

-- grant public.read_media(wanted text)
EXECUTE TO elira_app

-- grant public.read_notifications(ids uuid[])
EXECUTE TO elira_app

-- grant public.record_results(course_id uuid, reason text, entries jsonb)
EXECUTE TO elira_app

-- grant public.record_sync(server_id uuid, read_incarnation uuid, read_position text, set_aside jsonb, mended jsonb)
EXECUTE TO elira_app

-- grant public.regrade_quiz(quiz_id uuid)
EXECUTE TO elira_app

-- grant public.restore_course_version(course_id uuid, version integer)
EXECUTE TO elira_app

-- grant public.retire_learners()
EXECUTE TO elira_app

-- grant public.see_server(server_id uuid, metrics jsonb)
EXECUTE TO elira_app

-- grant public.statistics_of_course(of_course uuid)
EXECUTE TO elira_app

-- grant public.submit_attempt(attempt_id uuid, quiz_id uuid, shown jsonb)
EXECUTE TO elira_app

-- grant public.tend_mutations()
EXECUTE TO elira_app

-- grant public.unpublish_course(course_id uuid)
EXECUTE TO elira_app

-- grant public.upkeep_activities()
EXECUTE TO elira_app

-- grant public.upkeep_audit()
EXECUTE TO elira_app

-- grant public.uuid_v7()
EXECUTE TO elira_app
EXECUTE TO elira_auth
EXECUTE TO elira_flush

-- grant public.viewer_id()
EXECUTE TO elira_app

-- grant sync.beat(every interval)
EXECUTE TO elira_reader

-- grant sync.begin_anew(lost uuid)
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
