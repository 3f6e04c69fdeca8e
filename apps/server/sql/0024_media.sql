-- Pictures of lessons, and what the import of a folder remembers of itself.
--
--   media           each picture once, by the hash of its bytes; read through read_media() alone
--   imported_rows   which row of a course came from which file, and what the file said then
--
-- Nothing here is synchronised: a picture travels by HTTP, when a page shows it.

-- A row never changes and is never taken away: an earlier version of a course may show it.
CREATE TABLE media (
  -- SHA-256, in hexadecimal.
  hash varchar(64) PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
  content_type varchar(30) NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/svg+xml')),
  bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 10485760),
  created_at timestamptz NOT NULL DEFAULT now()
);
-- Pictures are packed already.
ALTER TABLE media ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Hashes of the pictures that a text shows. In indexes, so that who asks for a picture is answered without reading any text.
CREATE FUNCTION media_shown(content text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT found[1]), '{}') FROM regexp_matches(content, '/api/media/([0-9a-f]{64})', 'g') found
$$;
CREATE INDEX lessons_media ON lessons USING gin (media_shown(content));
CREATE INDEX published_lessons_media ON published_lessons USING gin (media_shown(content));

-- The picture, where the viewer may read a lesson that shows it: no row otherwise, whether there is such a picture or not.
CREATE FUNCTION read_media(wanted text) RETURNS TABLE (content_type varchar, bytes bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  sees_all CONSTANT boolean := coalesce(current_role_name() = 'admin', false) OR coalesce(current_setting('elira.operator', true) = 'on', false);
BEGIN
  IF EXISTS (SELECT FROM published_lessons p WHERE media_shown(p.content) @> ARRAY[wanted] AND p.course_id = ANY (ARRAY(SELECT enrolled_course_ids())))
    OR EXISTS (SELECT FROM lessons l WHERE media_shown(l.content) @> ARRAY[wanted] AND (sees_all OR l.course_id = ANY (ARRAY(SELECT authored_course_ids()))))
  THEN
    RETURN QUERY SELECT m.content_type, m.bytes FROM media m WHERE m.hash = wanted;
  END IF;
END $$;

-- What an import wrote, so that the next one can tell the folder's edits from the authors'.
CREATE TABLE imported_rows (
  entity_id uuid PRIMARY KEY,
  course_id uuid NOT NULL REFERENCES courses (id) ON UPDATE CASCADE ON DELETE CASCADE,
  entity_type varchar(10) NOT NULL CHECK (entity_type IN ('course', 'module', 'lesson', 'quiz', 'question', 'option')),
  -- Of the file below the folder, and within the file: '2-farm/README.md', 'quizzes/en.json#3/1'. Empty for the course itself.
  path text NOT NULL,
  -- Where it stood among its siblings in the folder.
  place integer NOT NULL,
  -- {"<field>": "<hash of what was written>"}
  fields jsonb NOT NULL,
  -- Whether its file was gone.
  removed boolean NOT NULL DEFAULT false,
  UNIQUE (course_id, entity_type, path)
);

DO $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['media', 'imported_rows'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
    EXECUTE format('CREATE POLICY owner_all ON %I TO elira_owner USING (true) WITH CHECK (true)', named);
  END LOOP;
END $$;

-- An index computes it as whoever writes.
GRANT EXECUTE ON FUNCTION media_shown(text) TO PUBLIC;
GRANT EXECUTE ON FUNCTION read_media(text) TO elira_app;
