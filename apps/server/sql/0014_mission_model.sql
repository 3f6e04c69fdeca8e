-- The tables that the mission still asks for, and who may see them. What fills and keeps them is in the migrations that follow.
--
--   mutations           what was asked of the one door for writing, each with the answer it got
--   user_activities     what people did; course_audit: who changed which field from what to what, the newest in recent_audit
--   course_analytics    what happened to courses; course_counts: how many learn there, and how far they are
--   announcements       what a course's authors or the admins tell; notifications and notification_reads: what is new, and what is read
--   quiz_attempts       what a learner answered; grades: what it was worth
--   sync_status         whether what was committed has been read by every running server; sync_servers: which these are

-- One row for each mutation that was decided, its id made by the client. `recent` ones travel to their author: the overlay of a client
-- falls in the batch that brings the row. The answer is kept for whoever asks again, and travels to nobody.
CREATE TABLE mutations (
  id uuid PRIMARY KEY,
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  name varchar(100) NOT NULL,
  status varchar(10) NOT NULL CHECK (status IN ('applied', 'refused')),
  -- {result} of an applied one, {problem} of a refused one.
  answer jsonb NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT now(),
  recent boolean NOT NULL DEFAULT true
);
CREATE INDEX mutations_of_user ON mutations (user_id, recent);
CREATE INDEX mutations_by_age ON mutations (decided_at);

-- What people did, for the feed of admins and for whoever counts. `recent` ones are in the feed.
CREATE TABLE user_activities (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  -- 'enrollment', 'lesson_completion', 'quiz_attempt', 'course_update'
  activity_type varchar(50) NOT NULL,
  -- 'course', 'module', 'lesson', 'quiz', 'question', 'option'
  entity_type varchar(50) NOT NULL,
  entity_id uuid NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  timestamp timestamptz NOT NULL DEFAULT now(),
  recent boolean NOT NULL DEFAULT true
);
CREATE INDEX idx_activities_realtime ON user_activities (timestamp DESC, activity_type);
CREATE INDEX user_activities_recent ON user_activities (id) WHERE recent;
CREATE INDEX user_activities_of_user ON user_activities (user_id);

-- Written by triggers alone, in the transaction of the change. People stand here by id only, so that a person can be erased. No foreign
-- keys: what they would do is done without their locks (0018).
CREATE TABLE course_audit (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  -- NULL: concerns no course (a role, a ban, an announcement to all), or one that is gone.
  course_id uuid,
  changed_by varchar(36),
  -- 'course', 'module', 'lesson', 'quiz', 'question', 'option', 'author', 'user', 'enrollment', 'grade', 'announcement'
  entity_type varchar(20) NOT NULL,
  -- Of a user, an author and an enrolment: the person's id.
  entity_id text NOT NULL,
  -- Version of the row after the change, where it has one.
  entity_version integer,
  -- '*': the row was made, or is gone.
  field_name varchar(100) NOT NULL,
  -- Of a text over 1,000 characters only what differs, from character `text_offset` on (the first is 0).
  old_value text,
  new_value text,
  text_offset integer,
  mutation_id uuid,
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX course_audit_of_course ON course_audit (course_id, id);
CREATE INDEX course_audit_of_entity ON course_audit (entity_type, entity_id, id);
CREATE INDEX course_audit_of_person ON course_audit (changed_by);

-- The newest entries of the audit once more, for screens that follow it: the audit itself grows for ever and is read a page at a time.
CREATE TABLE recent_audit (
  -- That of its entry; the columns are those of course_audit.
  id uuid PRIMARY KEY,
  course_id uuid,
  changed_by varchar(36),
  entity_type varchar(20) NOT NULL,
  entity_id text NOT NULL,
  entity_version integer,
  field_name varchar(100) NOT NULL,
  -- The first 4,000 characters.
  old_value text,
  new_value text,
  text_offset integer,
  -- Whether one of the values is longer.
  cut boolean NOT NULL,
  -- Whether entries right before this one, of the same statement, are in the audit alone: there were too many to be news.
  after_gap boolean NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE INDEX recent_audit_of_course ON recent_audit (course_id);

CREATE TABLE course_analytics (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  -- 'published', 'unpublished', or whatever else happened.
  event varchar(50) NOT NULL,
  timestamp timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX course_analytics_of_course ON course_analytics (course_id, timestamp);

-- Per cent of the quizzes that were graded for this learner, averaged and rounded; NULL before the first. Computed from grades.
ALTER TABLE enrollments ADD COLUMN score integer CHECK (score BETWEEN 0 AND 100);
-- Was here within the last seven days. Set by whatever moves last_accessed_at, taken back by the server's upkeep.
ALTER TABLE enrollments ADD COLUMN active boolean NOT NULL DEFAULT true;

-- The numbers of a course are the sums over its rows here. Each statement adds what it changed as a row of its own, so that no two
-- writers ever wait for each other; the server's upkeep replaces many rows by their sum, which changes no sum.
CREATE TABLE course_counts (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  learners integer NOT NULL,
  active integer NOT NULL,
  -- Who has reached 100 per cent.
  completed integer NOT NULL,
  -- Sums over learners: per cent of progress, and of score over the `scored` who have one.
  progress bigint NOT NULL,
  scored integer NOT NULL,
  score bigint NOT NULL
);
CREATE INDEX course_counts_of_course ON course_counts (course_id);

-- To a course, or to all who are signed in.
CREATE TABLE announcements (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  to_all boolean NOT NULL GENERATED ALWAYS AS (course_id IS NULL) STORED,
  title varchar(255) NOT NULL,
  -- Markdown.
  body text NOT NULL DEFAULT '' CHECK (length(body) <= 20000),
  author_id varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX announcements_of_course ON announcements (course_id);

-- What is new: stored once, whoever it is for. For everybody in a course, for one person, or for all who are signed in.
CREATE TABLE notifications (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  user_id varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  to_all boolean NOT NULL GENERATED ALWAYS AS (course_id IS NULL AND user_id IS NULL) STORED,
  -- 'course_published', 'course_updated', 'announcement', 'grade', 'co_author'
  kind varchar(30) NOT NULL,
  title varchar(255) NOT NULL,
  -- What it leads to: a course, an announcement, a grade.
  entity_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (course_id IS NULL OR user_id IS NULL)
);
CREATE INDEX notifications_of_course ON notifications (course_id);
CREATE INDEX notifications_of_user ON notifications (user_id);
CREATE INDEX notifications_to_all ON notifications (to_all) WHERE to_all;
CREATE INDEX notifications_of_entity ON notifications (entity_id);

CREATE TABLE notification_reads (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  notification_id uuid NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
  read_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, notification_id)
);
CREATE INDEX notification_reads_of_notification ON notification_reads (notification_id);

-- A learner's answers, as sent, under an id made by the client. Never changed; like lesson_progress they outlive whatever they answer.
CREATE TABLE quiz_attempts (
  id uuid PRIMARY KEY,
  user_id varchar(36) NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  course_id uuid NOT NULL,
  quiz_id uuid NOT NULL,
  -- The publication of the course that was answered: its questions, its options, its key.
  course_version integer NOT NULL,
  -- {"<question>": ["<option>", …]}
  answers jsonb NOT NULL,
  submitted_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (quiz_id, course_id) REFERENCES quizzes (id, course_id)
);
CREATE INDEX quiz_attempts_of_user ON quiz_attempts (user_id, quiz_id);
CREATE INDEX quiz_attempts_of_quiz ON quiz_attempts (quiz_id);

-- What an attempt was worth by a key, or what staff gave. A mended key and a second thought add rows beside the old.
CREATE TABLE grades (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  user_id varchar(36) NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  course_id uuid NOT NULL,
  quiz_id uuid NOT NULL,
  -- NULL: given by staff without an attempt.
  attempt_id uuid REFERENCES quiz_attempts (id) ON DELETE CASCADE,
  -- The publication whose key was used.
  course_version integer,
  points integer NOT NULL CHECK (points >= 0),
  max_points integer NOT NULL CHECK (max_points >= 0),
  percent integer NOT NULL CHECK (percent BETWEEN 0 AND 100),
  -- Per question: {points, maxPoints, correct: [option ids], explanation}. Answer keys, for those who have answered.
  detail jsonb NOT NULL DEFAULT '{}',
  reason text,
  graded_by varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
  graded_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (quiz_id, course_id) REFERENCES quizzes (id, course_id)
);
CREATE INDEX grades_of_user ON grades (user_id, course_id);
CREATE INDEX grades_of_quiz ON grades (quiz_id);
CREATE INDEX grades_of_attempt ON grades (attempt_id);

CREATE TABLE sync_status (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  entity_type varchar(50) NOT NULL,
  entity_id uuid NOT NULL,
  -- When every running server had read the last change.
  last_sync_at timestamptz,
  -- From the commit until then, in milliseconds.
  sync_duration integer,
  status varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('success', 'failed', 'pending')),
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (entity_type, entity_id)
);

-- The servers that run, each with how far it has read (a snapshot, in PostgreSQL's text form) and what it counts.
CREATE TABLE sync_servers (
  id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  position text NOT NULL,
  metrics jsonb NOT NULL DEFAULT '{}'
);

DO $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['mutations', 'user_activities', 'course_audit', 'recent_audit', 'course_analytics', 'course_counts', 'announcements',
    'notifications', 'notification_reads', 'quiz_attempts', 'grades', 'sync_status', 'sync_servers'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
    EXECUTE format('CREATE POLICY owner_all ON %I TO elira_owner USING (true) WITH CHECK (true)', named);
    -- The stream's reader sees what is synchronised, and nothing else.
    IF named NOT IN ('course_audit', 'course_analytics') THEN
      EXECUTE format('CREATE POLICY reader_all ON %I FOR SELECT TO elira_reader USING (true)', named);
      EXECUTE format('GRANT SELECT ON %I TO elira_reader', named);
    END IF;
  END LOOP;

  -- One's own.
  FOREACH named IN ARRAY ARRAY['notification_reads', 'quiz_attempts', 'grades', 'notifications'] LOOP
    EXECUTE format('CREATE POLICY app_self ON %I FOR SELECT TO elira_app USING (user_id = (SELECT viewer_id()))', named);
    EXECUTE format('GRANT SELECT ON %I TO elira_app', named);
  END LOOP;

  -- What is told to a course, and to all.
  FOREACH named IN ARRAY ARRAY['announcements', 'notifications'] LOOP
    EXECUTE format('CREATE POLICY app_enrolled ON %I FOR SELECT TO elira_app USING (course_id = ANY (ARRAY(SELECT enrolled_course_ids())))', named);
    EXECUTE format('CREATE POLICY app_to_all ON %I FOR SELECT TO elira_app USING (to_all AND (SELECT viewer_id()) IS NOT NULL)', named);
  END LOOP;
  GRANT SELECT ON announcements TO elira_app;

  -- What authors see of their courses, and admins of all.
  FOREACH named IN ARRAY ARRAY['announcements', 'course_audit', 'recent_audit', 'course_analytics', 'course_counts'] LOOP
    EXECUTE format('CREATE POLICY app_author ON %I FOR SELECT TO elira_app USING (course_id = ANY (ARRAY(SELECT authored_course_ids())))', named);
    EXECUTE format('GRANT SELECT ON %I TO elira_app', named);
  END LOOP;
  FOREACH named IN ARRAY ARRAY['announcements', 'course_audit', 'recent_audit', 'course_analytics', 'course_counts', 'sync_status', 'sync_servers'] LOOP
    EXECUTE format('CREATE POLICY app_admin ON %I FOR SELECT TO elira_app USING ((SELECT current_role_name()) = ''admin'')', named);
  END LOOP;
  FOREACH named IN ARRAY ARRAY['announcements', 'course_audit', 'course_analytics', 'sync_status'] LOOP
    EXECUTE format('CREATE POLICY app_operator ON %I FOR SELECT TO elira_app USING ((SELECT current_setting(''elira.operator'', true)) = ''on'')', named);
  END LOOP;
END $$;

CREATE POLICY app_self ON mutations FOR SELECT TO elira_app USING (recent AND user_id = (SELECT viewer_id()));
GRANT SELECT (id, user_id, name, status, decided_at, recent) ON mutations TO elira_app;
CREATE POLICY app_admin ON user_activities FOR SELECT TO elira_app USING (recent AND (SELECT current_role_name()) = 'admin');
GRANT SELECT ON user_activities TO elira_app;
CREATE POLICY app_author ON sync_status FOR SELECT TO elira_app USING (
  entity_type = 'course' AND entity_id = ANY (ARRAY(SELECT authored_course_ids())));
GRANT SELECT ON sync_status, sync_servers TO elira_app;

-- The mission's own transaction, typed by an author.
CREATE POLICY app_insert ON course_analytics FOR INSERT TO elira_app WITH CHECK (
  course_id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = 'admin');
GRANT INSERT (course_id, event, timestamp) ON course_analytics TO elira_app;
