-- A course's whole model: what its authors write, who takes part, and what learners read.
--
--   authors write    modules, lessons, quizzes, questions, options    answer keys and explanations are here
--   learners read    published_modules … published_options            copies made by publishing, without either
--   who takes part   course_authors, enrollments, lesson_progress; course_people: their names, for a course's authors
--   what was live    course_versions, each a list of revisions, each revision stored once
--
-- `course_id` stands on every row, because it decides who receives the row. Foreign keys over both columns hold it equal to the
-- parent's, so that no row can be in one course and hang below another.

-- Ids that named nobody, from before there were people.
UPDATE courses SET modified_by = NULL WHERE modified_by IS NOT NULL AND modified_by NOT IN (SELECT id FROM users);

ALTER TABLE courses
  -- Who may enrol: anybody, who knows the join code, or its authors only (and then it is in no catalogue). Holds at once, also for a
  -- live course: it is a switch like is_published, not content.
  ADD COLUMN access varchar(10) NOT NULL DEFAULT 'open' CHECK (access IN ('open', 'code', 'authors')),
  -- Counts the publications that were asked for. Counting it up publishes a live course again (publish_course does).
  ADD COLUMN publications integer NOT NULL DEFAULT 0 CHECK (publications >= 0),
  ADD CONSTRAINT courses_modified_by_fkey FOREIGN KEY (modified_by) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL;

-- Secrets, in a table of their own: courses are sent to browsers, and this never is.
CREATE TABLE course_join_codes (
  course_id uuid PRIMARY KEY REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  code varchar(64) NOT NULL CHECK (length(btrim(code)) >= 4)
);

-- One row for each course, and only its lock matters: shared by who edits the content, alone by who publishes (0009).
CREATE TABLE course_edits (
  course_id uuid PRIMARY KEY REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE
);
INSERT INTO course_edits (course_id) SELECT id FROM courses;

-- Membership of the working side: opens authoring:<course>.
CREATE TABLE course_authors (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  role varchar(10) NOT NULL DEFAULT 'co-author' CHECK (role IN ('owner', 'co-author')),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (course_id, user_id)
);
CREATE INDEX course_authors_of_user ON course_authors (user_id);

-- `position` orders siblings (fractional indexing, compared byte by byte; where equal, by id): a row moves without its siblings changing.
-- `deleted_at` is a mark: learners keep what is published until the next publication, and authors may take the mark back.
-- `version`, `last_modified` and, for a signed-in author, `modified_by` are kept by trigger.
CREATE TABLE modules (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  title varchar(255) NOT NULL,
  position text COLLATE "C" NOT NULL DEFAULT 'a0' CHECK (length(position) BETWEEN 1 AND 200),
  deleted_at timestamptz,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  last_modified timestamptz NOT NULL DEFAULT now(),
  modified_by varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
  UNIQUE (id, course_id)
);
CREATE INDEX modules_of_course ON modules (course_id);

CREATE TABLE lessons (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid NOT NULL,
  module_id uuid NOT NULL,
  title varchar(255) NOT NULL,
  -- Markdown.
  content text NOT NULL DEFAULT '' CHECK (length(content) <= 200000),
  position text COLLATE "C" NOT NULL DEFAULT 'a0' CHECK (length(position) BETWEEN 1 AND 200),
  -- A draft is left out by publishing; what was published of it before stays as it is.
  status varchar(10) NOT NULL DEFAULT 'ready' CHECK (status IN ('draft', 'ready')),
  deleted_at timestamptz,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  last_modified timestamptz NOT NULL DEFAULT now(),
  modified_by varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
  UNIQUE (id, course_id),
  FOREIGN KEY (module_id, course_id) REFERENCES modules (id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX lessons_of_course ON lessons (course_id);
CREATE INDEX lessons_of_module ON lessons (module_id);

CREATE TABLE quizzes (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid NOT NULL,
  module_id uuid NOT NULL,
  title varchar(255) NOT NULL,
  instructions text NOT NULL DEFAULT '' CHECK (length(instructions) <= 50000),
  position text COLLATE "C" NOT NULL DEFAULT 'a0' CHECK (length(position) BETWEEN 1 AND 200),
  -- Speaks for its questions and options as well.
  status varchar(10) NOT NULL DEFAULT 'ready' CHECK (status IN ('draft', 'ready')),
  deleted_at timestamptz,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  last_modified timestamptz NOT NULL DEFAULT now(),
  modified_by varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
  UNIQUE (id, course_id),
  FOREIGN KEY (module_id, course_id) REFERENCES modules (id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX quizzes_of_course ON quizzes (course_id);
CREATE INDEX quizzes_of_module ON quizzes (module_id);

CREATE TABLE questions (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  quiz_id uuid NOT NULL,
  course_id uuid NOT NULL,
  kind varchar(10) NOT NULL DEFAULT 'single' CHECK (kind IN ('single', 'multiple')),
  prompt text NOT NULL CHECK (length(prompt) <= 20000),
  -- Shown with a graded attempt, never before.
  explanation text NOT NULL DEFAULT '' CHECK (length(explanation) <= 20000),
  points integer NOT NULL DEFAULT 1 CHECK (points BETWEEN 0 AND 1000),
  position text COLLATE "C" NOT NULL DEFAULT 'a0' CHECK (length(position) BETWEEN 1 AND 200),
  deleted_at timestamptz,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  last_modified timestamptz NOT NULL DEFAULT now(),
  modified_by varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
  UNIQUE (id, quiz_id, course_id),
  FOREIGN KEY (quiz_id, course_id) REFERENCES quizzes (id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX questions_of_course ON questions (course_id);
CREATE INDEX questions_of_quiz ON questions (quiz_id);

CREATE TABLE options (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  question_id uuid NOT NULL,
  quiz_id uuid NOT NULL,
  course_id uuid NOT NULL,
  label text NOT NULL CHECK (length(label) <= 5000),
  -- The answer key.
  is_correct boolean NOT NULL DEFAULT false,
  position text COLLATE "C" NOT NULL DEFAULT 'a0' CHECK (length(position) BETWEEN 1 AND 200),
  deleted_at timestamptz,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  last_modified timestamptz NOT NULL DEFAULT now(),
  modified_by varchar(36) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
  FOREIGN KEY (question_id, quiz_id, course_id) REFERENCES questions (id, quiz_id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX options_of_course ON options (course_id);
CREATE INDEX options_of_question ON options (question_id);

-- Membership of the learning side: opens content:<course>.
CREATE TABLE enrollments (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  -- Per cent of the published lessons that are completed, rounded down. Computed from lesson_progress.
  progress integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  enrolled_at timestamptz NOT NULL DEFAULT now(),
  last_accessed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, course_id)
);
CREATE INDEX enrollments_of_course ON enrollments (course_id);

-- A learner's work. It outlives the enrolment, and neither a lesson nor a course that somebody has worked on can be deleted by accident:
-- nothing cascades here but the erasure of the person. Key and routing columns never change: it is captured in the cheap form.
CREATE TABLE lesson_progress (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  user_id varchar(36) NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  course_id uuid NOT NULL,
  lesson_id uuid NOT NULL,
  completed_at timestamptz,
  last_accessed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, lesson_id),
  FOREIGN KEY (lesson_id, course_id) REFERENCES lessons (id, course_id)
);
CREATE INDEX lesson_progress_of_course ON lesson_progress (course_id, user_id);
CREATE INDEX lesson_progress_of_lesson ON lesson_progress (lesson_id);

-- Names of those who take part in a course, for its authors. A table of its own, kept by triggers, because a row of users travels to
-- that user and to admins only: which courses it would belong to is not written on it, and it says more than a name. Here the course
-- stands on the row, so that it is routed and masked like any other, and a name is withdrawn in the batch that ends a membership.
CREATE TABLE course_people (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  name text NOT NULL,
  -- As an author where there is a row in course_authors, else as a learner.
  role varchar(10) NOT NULL CHECK (role IN ('owner', 'co-author', 'learner')),
  UNIQUE (course_id, user_id)
);
CREATE INDEX course_people_of_user ON course_people (user_id);

ALTER TABLE published_courses
  ADD COLUMN access varchar(10) NOT NULL DEFAULT 'open',
  -- In the catalogue: everything but courses for their authors only.
  ADD COLUMN listed boolean NOT NULL DEFAULT true,
  -- [{id, title, lessons: [{id, title}], quizzes: [{id, title}]}] in the order of the course.
  ADD COLUMN outline jsonb NOT NULL DEFAULT '[]';
ALTER TABLE published_courses ALTER COLUMN access DROP DEFAULT, ALTER COLUMN listed DROP DEFAULT, ALTER COLUMN outline DROP DEFAULT;

-- `version` is that of the row that was copied. No key is repeated from the working tables: a course's learners keep what they have until
-- the next publication, whatever happens there.
CREATE TABLE published_modules (
  id uuid PRIMARY KEY,
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  title varchar(255) NOT NULL,
  position text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  UNIQUE (id, course_id)
);
CREATE INDEX published_modules_of_course ON published_modules (course_id);

CREATE TABLE published_lessons (
  id uuid PRIMARY KEY,
  course_id uuid NOT NULL,
  module_id uuid NOT NULL,
  title varchar(255) NOT NULL,
  content text NOT NULL,
  position text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  FOREIGN KEY (module_id, course_id) REFERENCES published_modules (id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX published_lessons_of_course ON published_lessons (course_id);
CREATE INDEX published_lessons_of_module ON published_lessons (module_id);

CREATE TABLE published_quizzes (
  id uuid PRIMARY KEY,
  course_id uuid NOT NULL,
  module_id uuid NOT NULL,
  title varchar(255) NOT NULL,
  instructions text NOT NULL,
  position text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  UNIQUE (id, course_id),
  FOREIGN KEY (module_id, course_id) REFERENCES published_modules (id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX published_quizzes_of_course ON published_quizzes (course_id);
CREATE INDEX published_quizzes_of_module ON published_quizzes (module_id);

CREATE TABLE published_questions (
  id uuid PRIMARY KEY,
  quiz_id uuid NOT NULL,
  course_id uuid NOT NULL,
  kind varchar(10) NOT NULL,
  prompt text NOT NULL,
  points integer NOT NULL,
  position text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  UNIQUE (id, quiz_id, course_id),
  FOREIGN KEY (quiz_id, course_id) REFERENCES published_quizzes (id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX published_questions_of_course ON published_questions (course_id);
CREATE INDEX published_questions_of_quiz ON published_questions (quiz_id);

CREATE TABLE published_options (
  id uuid PRIMARY KEY,
  question_id uuid NOT NULL,
  quiz_id uuid NOT NULL,
  course_id uuid NOT NULL,
  label text NOT NULL,
  position text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  FOREIGN KEY (question_id, quiz_id, course_id) REFERENCES published_questions (id, quiz_id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX published_options_of_course ON published_options (course_id);
CREATE INDEX published_options_of_question ON published_options (question_id);

-- The content of a row at one of its versions, keys and explanations included: for authors. Stored when it is first published.
CREATE TABLE revisions (
  entity_type varchar(10) NOT NULL CHECK (entity_type IN ('course', 'module', 'lesson', 'quiz', 'question', 'option')),
  entity_id uuid NOT NULL,
  revision integer NOT NULL,
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  content jsonb NOT NULL,
  PRIMARY KEY (entity_type, entity_id, revision)
);
CREATE INDEX revisions_of_course ON revisions (course_id);

-- What stood in a version of a course.
CREATE TABLE course_version_entries (
  course_id uuid NOT NULL,
  version integer NOT NULL,
  entity_type varchar(10) NOT NULL,
  entity_id uuid NOT NULL,
  revision integer NOT NULL,
  PRIMARY KEY (course_id, version, entity_type, entity_id),
  FOREIGN KEY (course_id, version) REFERENCES course_versions (course_id, version) ON UPDATE CASCADE ON DELETE CASCADE
);

-- Until here a version was its course's title and description, numbered like the row. From here on versions count publications that
-- changed something, and say what they hold by their entries.
INSERT INTO revisions (entity_type, entity_id, revision, course_id, content)
SELECT 'course', v.course_id, v.version, v.course_id, v.content FROM course_versions v;
INSERT INTO course_version_entries (course_id, version, entity_type, entity_id, revision)
SELECT v.course_id, v.version, 'course', v.course_id, v.version FROM course_versions v;
ALTER TABLE course_versions
  DROP COLUMN content,
  -- Of its entries, to find out whether a publication changed anything.
  ADD COLUMN digest text NOT NULL DEFAULT '';
ALTER TABLE course_versions ALTER COLUMN digest DROP DEFAULT;
