-- Taking part in a course: authors, enrolments, completions. A learner writes through these functions alone; each acts for the user of the
-- transaction (SET LOCAL elira.user_id) and for nobody else.
--
-- Without sequential scans where a plan is kept: one that was made while a table was small would be quadratic when it has grown.
--
-- Errors that callers tell apart by SQLSTATE: 42501 nobody is signed in; P0002 there is no such course, lesson or person, or not for
-- this user, which look the same on purpose; EL001 the join code is wrong.

CREATE FUNCTION current_role_name() RETURNS varchar LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT u.role FROM users u WHERE u.id = viewer_id()
$$;

CREATE FUNCTION authored_course_ids() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.course_id FROM course_authors a WHERE a.user_id = viewer_id()
$$;

CREATE FUNCTION enrolled_course_ids() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT e.course_id FROM enrollments e WHERE e.user_id = viewer_id()
$$;

-- Whether the viewer writes on the working side of a course.
CREATE FUNCTION may_edit_course(of_course uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(current_role_name() = 'admin', false) OR EXISTS (SELECT FROM authored_course_ids() a WHERE a = of_course)
$$;

-- The viewer, or an error.
CREATE FUNCTION signed_in_viewer() RETURNS varchar LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  viewer varchar := viewer_id();
BEGIN
  IF viewer IS NULL THEN
    RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN viewer;
END $$;

-- Keeps course_people for pairs of course and user. What two transactions may do to one pair at once (enrolling somebody and making them
-- an author) ends in the same row as one after the other: make the row, lock it, and only then look.
CREATE FUNCTION refresh_course_people(course_ids uuid[], user_ids varchar[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
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
END $$;

CREATE FUNCTION follow_membership() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    PERFORM refresh_course_people(ARRAY[OLD.course_id, NEW.course_id], ARRAY[OLD.user_id, NEW.user_id]);
  ELSIF TG_OP = 'INSERT' THEN
    PERFORM refresh_course_people(array_agg(n.course_id), array_agg(n.user_id)) FROM new_rows n HAVING count(*) > 0;
  ELSE
    PERFORM refresh_course_people(array_agg(o.course_id), array_agg(o.user_id)) FROM old_rows o HAVING count(*) > 0;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER people_insert AFTER INSERT ON enrollments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_membership();
CREATE TRIGGER people_delete AFTER DELETE ON enrollments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_membership();
-- Row by row, since a trigger with a list of columns has no tables of rows; progress, which changes all the time, is not on the list.
CREATE TRIGGER people_update AFTER UPDATE OF course_id, user_id ON enrollments FOR EACH ROW
  WHEN ((OLD.course_id, OLD.user_id) IS DISTINCT FROM (NEW.course_id, NEW.user_id)) EXECUTE FUNCTION follow_membership();
CREATE TRIGGER people_insert AFTER INSERT ON course_authors REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_membership();
CREATE TRIGGER people_delete AFTER DELETE ON course_authors REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_membership();
CREATE TRIGGER people_update AFTER UPDATE OF course_id, user_id, role ON course_authors FOR EACH ROW
  WHEN ((OLD.course_id, OLD.user_id, OLD.role) IS DISTINCT FROM (NEW.course_id, NEW.user_id, NEW.role)) EXECUTE FUNCTION follow_membership();

CREATE FUNCTION follow_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM course_people p WHERE p.user_id = NEW.id ORDER BY p.course_id FOR UPDATE;
  UPDATE course_people p SET name = NEW.name WHERE p.user_id = NEW.id AND p.name <> NEW.name;
  RETURN NULL;
END $$;
CREATE TRIGGER people_name AFTER UPDATE OF name ON users FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION follow_name();

-- Who makes a course owns it; one that is made by SQL has no author until it is given one.
CREATE FUNCTION equip_course() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  maker varchar := viewer_id();
BEGIN
  INSERT INTO course_edits (course_id) SELECT n.id FROM new_rows n;
  IF maker IS NOT NULL THEN
    INSERT INTO course_authors (course_id, user_id, role) SELECT n.id, maker, 'owner' FROM new_rows n ORDER BY n.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER equip_course AFTER INSERT ON courses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION equip_course();

-- A new course of the viewer's. INSERT … RETURNING cannot tell its id: before the owner's row is there, its owner may not see it.
CREATE FUNCTION create_course(title text, description text) RETURNS uuid LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  made uuid := uuid_v7();
BEGIN
  INSERT INTO courses (id, title, description) VALUES (made, create_course.title, create_course.description);
  RETURN made;
END $$;

-- Makes the person with this address a co-author, and returns their id. Allowed to the course's authors and to admins.
CREATE FUNCTION add_course_author(course_id uuid, email text) RETURNS varchar LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;

-- Enrols the viewer in a published course, if its access allows. `created` is false where they are enrolled already.
CREATE FUNCTION enroll(course_id uuid, join_code text DEFAULT NULL, OUT enrollment_id uuid, OUT created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;

-- Ends the viewer's enrolment; completions are kept. Returns whether there was one.
CREATE FUNCTION leave_course(course_id uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM enrollments e WHERE e.user_id = signed_in_viewer() AND e.course_id = leave_course.course_id;
  RETURN FOUND;
END $$;

-- Notes that the viewer has completed a lesson of a course they are enrolled in, or has not. Returns since when; NULL for not.
CREATE FUNCTION complete_lesson(lesson_id uuid, done boolean) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  viewer varchar := signed_in_viewer();
  of_course uuid;
  since timestamptz;
BEGIN
  SELECT l.course_id INTO of_course FROM published_lessons l
  WHERE l.id = complete_lesson.lesson_id AND EXISTS (SELECT FROM enrollments e WHERE e.user_id = viewer AND e.course_id = l.course_id);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no such lesson' USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO lesson_progress AS p (user_id, course_id, lesson_id, completed_at)
  VALUES (viewer, of_course, complete_lesson.lesson_id, CASE WHEN done THEN now() END)
  ON CONFLICT ON CONSTRAINT lesson_progress_user_id_lesson_id_key DO UPDATE
    SET completed_at = CASE WHEN done THEN coalesce(p.completed_at, now()) END, last_accessed_at = now()
  RETURNING completed_at INTO since;
  RETURN since;
END $$;

-- enrollments.progress follows lesson_progress, whoever writes there.
CREATE FUNCTION follow_completions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
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
END $$;
CREATE TRIGGER progress_insert AFTER INSERT ON lesson_progress REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_completions();
CREATE TRIGGER progress_update AFTER UPDATE ON lesson_progress REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_completions();
CREATE TRIGGER progress_delete AFTER DELETE ON lesson_progress REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_completions();

-- The mission's other two bells. Progress rings nothing: it is too frequent, and a NOTIFY holds up every other commit.
CREATE TRIGGER lesson_changes_insert AFTER INSERT ON lessons REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('lesson_changes');
CREATE TRIGGER lesson_changes_update AFTER UPDATE ON lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('lesson_changes');
CREATE TRIGGER lesson_changes_delete AFTER DELETE ON lessons REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('lesson_changes');
CREATE TRIGGER enrollment_changes_insert AFTER INSERT ON enrollments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('enrollment_changes');
CREATE TRIGGER enrollment_changes_update AFTER UPDATE ON enrollments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('enrollment_changes', 'progress', 'last_accessed_at');
CREATE TRIGGER enrollment_changes_delete AFTER DELETE ON enrollments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION notify_content_changes('enrollment_changes');
