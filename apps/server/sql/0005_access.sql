-- Who may see what, said by the database. The rules say it again (src/rules.ts), and tests hold the two together.
--
-- `elira.operator` is set to 'on' for one transaction (SET LOCAL) by the server, for who holds the operator's token.

ALTER TABLE courses ENABLE ROW LEVEL SECURITY;
ALTER TABLE courses FORCE ROW LEVEL SECURITY;
ALTER TABLE published_courses ENABLE ROW LEVEL SECURITY;
ALTER TABLE published_courses FORCE ROW LEVEL SECURITY;
ALTER TABLE course_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE course_versions FORCE ROW LEVEL SECURITY;

-- Without these, FORCE would make the owner's functions see no row, silently, wherever the owner is no superuser.
CREATE POLICY owner_all ON courses TO elira_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON published_courses TO elira_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON course_versions TO elira_owner USING (true) WITH CHECK (true);

CREATE POLICY reader_all ON courses FOR SELECT TO elira_reader USING (true);
CREATE POLICY reader_all ON published_courses FOR SELECT TO elira_reader USING (true);

CREATE POLICY app_operator ON courses FOR SELECT TO elira_app USING ((SELECT current_setting('elira.operator', true)) = 'on');
CREATE POLICY app_operator ON course_versions FOR SELECT TO elira_app USING ((SELECT current_setting('elira.operator', true)) = 'on');
CREATE POLICY app_everyone ON published_courses FOR SELECT TO elira_app USING (true);

GRANT SELECT ON courses, published_courses, course_versions TO elira_app;
GRANT SELECT ON courses, published_courses TO elira_reader;

-- The change index is read by the reader, and written by nobody but the capture functions of the owner.
GRANT USAGE ON SCHEMA sync TO elira_reader;
GRANT SELECT ON sync.change, sync.state, sync.incarnation, sync.start, sync.heartbeat, sync.captured_table TO elira_reader;
GRANT EXECUTE ON FUNCTION sync.establish(), sync.begin_anew(uuid), sync.log_start(uuid, text), sync.beat(interval), sync.current_incarnation(),
  sync.system_identifier(), sync.touch(regclass), sync.raise_floor(interval, bigint, interval), sync.empty_leaf(integer),
  sync.thin(integer, bigint), sync.reach(interval, integer) TO elira_reader;
