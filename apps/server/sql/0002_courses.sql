-- Courses as authors edit them, as learners read them, and every version that was ever published.

-- Functions are for those they are granted to, trigger functions for nobody.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- UUIDv7 (RFC 9562, method 3): milliseconds since 1970, the fraction of the millisecond in twelve bits, then random bits, so that new
-- keys lie side by side at the end of an index. PostgreSQL has uuidv7() from 18 on; this one is the same on all versions.
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE plpgsql VOLATILE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
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
END $$;
GRANT EXECUTE ON FUNCTION uuid_v7() TO elira_app, elira_flush, elira_auth;

CREATE TABLE courses (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  title varchar(255) NOT NULL,
  description text NOT NULL,

  -- The working row differs from the published one. Kept by trigger.
  is_draft boolean NOT NULL DEFAULT true,
  -- The one switch: whoever sets it publishes or withdraws the course.
  is_published boolean NOT NULL DEFAULT false,
  -- When it last went live. Kept by trigger.
  published_at timestamptz,
  -- When title, description or the switch last changed. Kept by trigger.
  last_modified timestamptz NOT NULL DEFAULT now(),
  -- Id of the user who made the last change.
  modified_by varchar(36),

  -- Counts the changes of the content, and the content before the last of them. Kept by trigger.
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  previous_version jsonb,

  -- When every running server had read the row's last change, and whether they have. Not synchronised themselves.
  last_synced_at timestamptz,
  sync_status varchar(20) NOT NULL DEFAULT 'pending' CHECK (sync_status IN ('synced', 'pending', 'error'))
);

-- What learners receive: a copy made by publishing. A draft cannot leak by a forgotten filter, it is in another table.
CREATE TABLE published_courses (
  id uuid PRIMARY KEY REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  title varchar(255) NOT NULL,
  description text NOT NULL,
  -- Version of the course that was copied.
  version integer NOT NULL,
  -- When the course went live; publishing again while live does not move it.
  published_at timestamptz NOT NULL,
  -- When the copied content was last modified.
  last_modified timestamptz NOT NULL
);

-- Each content that was ever published, once.
CREATE TABLE course_versions (
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  version integer NOT NULL,
  -- When this version was first published.
  published_at timestamptz NOT NULL,
  content jsonb NOT NULL,
  PRIMARY KEY (course_id, version)
);
