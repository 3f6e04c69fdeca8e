-- Publishing. `UPDATE courses SET is_published = true` by anyone publishes, `false` withdraws, and `SELECT publish_course(id)` brings
-- later edits of a live course to its readers. A row of published_courses exists exactly while its course is published.
--
--   BEFORE ROW        keep_course_state()            dates, version, previous_version, is_draft of the row itself
--   AFTER STATEMENT   handle_course_publication()    published_courses, course_versions, the bell; never touches courses
--
-- The second works on whole statements, because 10,000 courses published at once are then three statements and not 30,000.

CREATE FUNCTION keep_course_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;

CREATE TRIGGER course_state BEFORE INSERT OR UPDATE ON courses FOR EACH ROW EXECUTE FUNCTION keep_course_state();

-- Copies published courses to where learners read them and stores the versions. Changes nothing that is equal already.
CREATE FUNCTION publish_courses(course_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;

CREATE FUNCTION unpublish_courses(course_ids uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM published_courses p WHERE p.id = ANY (course_ids)
$$;

-- Publishes a course, or brings the present content of a live one to its readers.
CREATE FUNCTION publish_course(course_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;

-- Takes a course off every learner's screen.
CREATE FUNCTION unpublish_course(course_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE courses c SET is_published = false WHERE c.id = unpublish_course.course_id AND c.is_published;
  IF NOT FOUND AND NOT EXISTS (SELECT FROM courses c WHERE c.id = unpublish_course.course_id) THEN
    RAISE EXCEPTION 'there is no course %', course_id USING ERRCODE = 'no_data_found';
  END IF;
END $$;

-- A bell {courseId, title} for each course that went live; one {action: 'bulk', count} for more than 100.
CREATE FUNCTION handle_course_publication() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;

CREATE TRIGGER course_publication_sync AFTER UPDATE ON courses
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION handle_course_publication();
CREATE TRIGGER course_publication_sync_insert AFTER INSERT ON courses
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION handle_course_publication();
