-- The tables of the baseline: rows of one user each, and rows for everybody.
CREATE TABLE enrollment (
  id integer PRIMARY KEY,
  user_id text NOT NULL,
  course_id integer NOT NULL,
  progress integer NOT NULL DEFAULT 0,
  ts bigint NOT NULL DEFAULT 0
);
CREATE INDEX enrollment_user_id ON enrollment (user_id);
CREATE TABLE course (
  id integer PRIMARY KEY,
  title text NOT NULL,
  version integer NOT NULL DEFAULT 0,
  ts bigint NOT NULL DEFAULT 0
);
INSERT INTO enrollment (id, user_id, course_id) SELECT g, 'u' || (g - 1), 1 FROM generate_series(1, 10000) g;
INSERT INTO course (id, title) SELECT g, 'course ' || g FROM generate_series(1, 100) g;
ANALYZE;
