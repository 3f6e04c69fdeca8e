-- Who may see and write what, said by the database for people (0005 says it for courses, for everybody and the operator). The rules say
-- what may be seen again (src/rules.ts), and tests hold the two together, policy by policy.
--
--   everybody          published courses that are listed
--   an enrolled user   the published rows of that course; own enrolments and progress
--   an author          the working rows of the course, who takes part, and how far they are
--   an admin           all working rows, enrolments with names, people
--
-- In the form `course_id = ANY (ARRAY(SELECT …))`, which PostgreSQL computes once a query, and never as a correlated EXISTS.

DO $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['course_join_codes', 'course_edits', 'course_authors', 'modules', 'lessons', 'quizzes', 'questions', 'options',
    'enrollments', 'lesson_progress', 'course_people', 'published_modules', 'published_lessons', 'published_quizzes', 'published_questions',
    'published_options', 'revisions', 'course_version_entries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
    EXECUTE format('CREATE POLICY owner_all ON %I TO elira_owner USING (true) WITH CHECK (true)', named);
  END LOOP;

  -- The stream's reader sees what is synchronised, whole, and nothing else.
  FOREACH named IN ARRAY ARRAY['course_authors', 'modules', 'lessons', 'quizzes', 'questions', 'options', 'enrollments', 'lesson_progress',
    'course_people', 'published_modules', 'published_lessons', 'published_quizzes', 'published_questions', 'published_options'] LOOP
    EXECUTE format('CREATE POLICY reader_all ON %I FOR SELECT TO elira_reader USING (true)', named);
    EXECUTE format('GRANT SELECT ON %I TO elira_reader', named);
  END LOOP;

  -- The working side: seen by authors, admins and the operator.
  FOREACH named IN ARRAY ARRAY['course_authors', 'modules', 'lessons', 'quizzes', 'questions', 'options', 'revisions', 'course_versions',
    'course_version_entries'] LOOP
    EXECUTE format('CREATE POLICY app_author ON %I FOR SELECT TO elira_app USING (course_id = ANY (ARRAY(SELECT authored_course_ids())))', named);
    EXECUTE format('CREATE POLICY app_admin ON %I FOR SELECT TO elira_app USING ((SELECT current_role_name()) = ''admin'')', named);
    IF named <> 'course_versions' THEN
      EXECUTE format('CREATE POLICY app_operator ON %I FOR SELECT TO elira_app USING ((SELECT current_setting(''elira.operator'', true)) = ''on'')', named);
    END IF;
    EXECUTE format('GRANT SELECT ON %I TO elira_app', named);
  END LOOP;

  -- Content: written by authors and admins. Deleting is a mark, so nobody needs the right to delete.
  FOREACH named IN ARRAY ARRAY['modules', 'lessons', 'quizzes', 'questions', 'options'] LOOP
    EXECUTE format('CREATE POLICY app_insert ON %I FOR INSERT TO elira_app WITH CHECK (
      course_id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = ''admin'')', named);
    EXECUTE format('CREATE POLICY app_update ON %I FOR UPDATE TO elira_app USING (
      course_id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = ''admin'')', named);
    EXECUTE format('GRANT INSERT, UPDATE ON %I TO elira_app', named);
  END LOOP;

  -- What learners read.
  FOREACH named IN ARRAY ARRAY['published_modules', 'published_lessons', 'published_quizzes', 'published_questions', 'published_options'] LOOP
    EXECUTE format('CREATE POLICY app_enrolled ON %I FOR SELECT TO elira_app USING (course_id = ANY (ARRAY(SELECT enrolled_course_ids())))', named);
    EXECUTE format('GRANT SELECT ON %I TO elira_app', named);
  END LOOP;
END $$;

DROP POLICY app_everyone ON published_courses;
CREATE POLICY app_listed ON published_courses FOR SELECT TO elira_app USING (listed);
CREATE POLICY app_enrolled ON published_courses FOR SELECT TO elira_app USING (id = ANY (ARRAY(SELECT enrolled_course_ids())));

CREATE POLICY app_author ON courses FOR SELECT TO elira_app USING (id = ANY (ARRAY(SELECT authored_course_ids())));
CREATE POLICY app_admin ON courses FOR SELECT TO elira_app USING ((SELECT current_role_name()) = 'admin');
CREATE POLICY app_insert ON courses FOR INSERT TO elira_app WITH CHECK ((SELECT current_role_name()) IN ('instructor', 'admin'));
CREATE POLICY app_update ON courses FOR UPDATE TO elira_app USING (
  id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = 'admin');
GRANT INSERT (id, title, description, access) ON courses TO elira_app;
-- Version and dates are overruled by the triggers; a statement with optimistic locking may name them.
GRANT UPDATE (title, description, access, is_published, published_at, publications, version, last_modified, modified_by) ON courses TO elira_app;

-- Authors are added by add_course_author(); an owner can only be removed by an admin.
CREATE POLICY app_delete ON course_authors FOR DELETE TO elira_app USING (
  role = 'co-author' AND course_id = ANY (ARRAY(SELECT authored_course_ids())) OR (SELECT current_role_name()) = 'admin');
GRANT DELETE ON course_authors TO elira_app;

CREATE POLICY app_author ON course_join_codes TO elira_app
  USING (course_id = ANY (ARRAY(SELECT authored_course_ids()))) WITH CHECK (course_id = ANY (ARRAY(SELECT authored_course_ids())));
CREATE POLICY app_admin ON course_join_codes TO elira_app
  USING ((SELECT current_role_name()) = 'admin') WITH CHECK ((SELECT current_role_name()) = 'admin');
GRANT SELECT, INSERT, UPDATE, DELETE ON course_join_codes TO elira_app;

-- Enrolments and progress: seen by their user and the course's authors, written by functions alone (0011).
CREATE POLICY app_self ON enrollments FOR SELECT TO elira_app USING (user_id = (SELECT viewer_id()));
CREATE POLICY app_author ON enrollments FOR SELECT TO elira_app USING (course_id = ANY (ARRAY(SELECT authored_course_ids())));
CREATE POLICY app_admin ON enrollments FOR SELECT TO elira_app USING ((SELECT current_role_name()) = 'admin');
CREATE POLICY app_self ON lesson_progress FOR SELECT TO elira_app USING (user_id = (SELECT viewer_id()));
CREATE POLICY app_author ON lesson_progress FOR SELECT TO elira_app USING (course_id = ANY (ARRAY(SELECT authored_course_ids())));
CREATE POLICY app_author ON course_people FOR SELECT TO elira_app USING (course_id = ANY (ARRAY(SELECT authored_course_ids())));
CREATE POLICY app_admin ON course_people FOR SELECT TO elira_app USING ((SELECT current_role_name()) = 'admin');
GRANT SELECT ON enrollments, lesson_progress, course_people TO elira_app;

CREATE POLICY app_self ON users FOR SELECT TO elira_app USING (id = (SELECT viewer_id()));
CREATE POLICY app_admin ON users FOR SELECT TO elira_app USING ((SELECT current_role_name()) = 'admin');
GRANT SELECT (id, name, email, image, role, banned, created_at) ON users TO elira_app;

GRANT EXECUTE ON FUNCTION viewer_id(), current_role_name(), authored_course_ids(), enrolled_course_ids(), may_edit_course(uuid),
  create_course(text, text), add_course_author(uuid, text), publish_course(uuid), unpublish_course(uuid),
  enroll(uuid, text), leave_course(uuid), complete_lesson(uuid, boolean) TO elira_app;
