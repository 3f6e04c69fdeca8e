-- What is new. A notification is one row, whoever it is for: everybody in a course, one person, or all who are signed in. It is made in the
-- transaction of what it tells of, by a trigger, whoever did that and by whatever SQL.
--
--   a course goes live, or is published again and its author asked to tell (elira.notify = 'on')    to the course
--   an announcement is made; changed and deleted with it                                           to whom it is for
--   staff gives a grade, somebody becomes a co-author                                              to the person
--
-- Who has read what is in notification_reads, written by read_notifications(). After ninety days upkeep lets go of both.

CREATE INDEX notifications_by_age ON notifications (created_at);

-- All at once, however many courses a statement publishes. By EXCEPT and INTERSECT, which are never quadratic, as in 0010. A course that is
-- inserted as published tells nobody: nobody can be in it yet.
CREATE FUNCTION tell_publications() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
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
END $$;
CREATE TRIGGER tell_publications AFTER UPDATE ON courses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_publications();

-- What a notification leads to follows its course, and goes with it.
CREATE FUNCTION follow_told_course() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    UPDATE notifications t SET entity_id = NEW.id WHERE t.entity_id = OLD.id;
  ELSE
    DELETE FROM notifications t WHERE t.entity_id = ANY (ARRAY(SELECT o.id FROM old_rows o));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER told_course_key AFTER UPDATE OF id ON courses FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION follow_told_course();
CREATE TRIGGER told_course_delete AFTER DELETE ON courses REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_told_course();

CREATE FUNCTION tell_announcements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;
CREATE TRIGGER tell_insert AFTER INSERT ON announcements REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_announcements();
CREATE TRIGGER tell_update AFTER UPDATE ON announcements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_announcements();
CREATE TRIGGER tell_delete AFTER DELETE ON announcements REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_announcements();
CREATE TRIGGER tell_truncate AFTER TRUNCATE ON announcements FOR EACH STATEMENT EXECUTE FUNCTION tell_announcements();

-- Who is made a co-author is told, unless they did it themselves; who is none any more, and has not read it, need not know.
CREATE FUNCTION tell_co_authors() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO notifications (user_id, kind, title, entity_id)
    SELECT n.user_id, 'co_author', c.title, c.id FROM new_rows n JOIN courses c ON c.id = n.course_id
    WHERE n.role = 'co-author' AND n.user_id IS DISTINCT FROM viewer_id() ORDER BY n.id;
  ELSE
    DELETE FROM notifications t USING old_rows o WHERE t.kind = 'co_author' AND t.entity_id = o.course_id AND t.user_id = o.user_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_insert AFTER INSERT ON course_authors REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_co_authors();
CREATE TRIGGER tell_delete AFTER DELETE ON course_authors REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_co_authors();

-- Of what one statement gives to a person in a quiz, they are told once. By the titles that learners have: authors may be renaming.
CREATE FUNCTION tell_grades() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
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
END $$;
CREATE TRIGGER tell_insert AFTER INSERT ON grades REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_grades();

-- Notes that the viewer has read these, of those that are for them; the others do not exist. Returns how many were new.
CREATE FUNCTION read_notifications(ids uuid[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
END $$;

-- Lets go of what is older than ninety days, and of who has read it. At most 5,000 at a time; waits for nobody. Returns how many went.
CREATE FUNCTION forget_notifications() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gone integer;
BEGIN
  WITH old AS (
    SELECT t.id FROM notifications t WHERE t.created_at < now() - interval '90 days' ORDER BY t.created_at LIMIT 5000 FOR UPDATE SKIP LOCKED
  )
  DELETE FROM notifications t USING old WHERE t.id = old.id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- Told by the authors of a course to those in it, and by admins to all. Signed by whoever tells it; only the words can be changed.
ALTER TABLE announcements ALTER COLUMN author_id SET DEFAULT viewer_id();
CREATE POLICY app_insert ON announcements FOR INSERT TO elira_app WITH CHECK (
  course_id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = 'admin');
CREATE POLICY app_update ON announcements FOR UPDATE TO elira_app USING (
  course_id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = 'admin');
CREATE POLICY app_delete ON announcements FOR DELETE TO elira_app USING (
  course_id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = 'admin');
GRANT INSERT (id, course_id, title, body), UPDATE (title, body), DELETE ON announcements TO elira_app;

GRANT EXECUTE ON FUNCTION read_notifications(uuid[]), forget_notifications() TO elira_app;
