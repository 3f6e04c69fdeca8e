-- How many learn in a course, and how far they are. Each statement that changes enrollments adds what it changed to course_counts as rows
-- of its own, one per course; the sums over them are what a count over enrollments would say, in every snapshot, at a cost per change
-- that does not grow with the enrolments and without a row that writers would queue for.
--
--   enrollments changes        count_learners() adds the differences
--   every few seconds          compact_course_counts() puts the sum in place of many rows
--   every minute               retire_learners() takes `active` back from who was not here for seven days
--   course_statistics          the numbers, read as whoever asks
--
-- A foreign key to courses would make every change of progress wait for whoever changes the course's key, and they for it. Without one,
-- the differences alone keep the sums: the enrolments of a deleted course go with it and bring its sums to zero, those of a course that
-- gets another key take their numbers along, and rows that sum up to nothing go with the next compaction.
ALTER TABLE course_counts DROP CONSTRAINT course_counts_course_id_fkey;

CREATE FUNCTION count_learners() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT n.course_id, count(*), count(*) FILTER (WHERE n.active), count(*) FILTER (WHERE n.progress = 100), sum(n.progress),
      count(n.score), coalesce(sum(n.score), 0)
    FROM new_rows n GROUP BY n.course_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT o.course_id, -count(*), -count(*) FILTER (WHERE o.active), -count(*) FILTER (WHERE o.progress = 100), -sum(o.progress),
      -count(o.score), -coalesce(sum(o.score), 0)
    FROM old_rows o GROUP BY o.course_id;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT c.course_id, sum(c.sign), sum(c.sign * c.active::int), sum(c.sign * (c.progress = 100)::int), sum(c.sign * c.progress),
      sum(c.sign * (c.score IS NOT NULL)::int), sum(c.sign * coalesce(c.score, 0))
    FROM (
      SELECT 1 AS sign, n.course_id, n.active, n.progress, n.score FROM new_rows n
      UNION ALL SELECT -1, o.course_id, o.active, o.progress, o.score FROM old_rows o
    ) c GROUP BY c.course_id
    HAVING sum(c.sign) <> 0 OR sum(c.sign * c.active::int) <> 0 OR sum(c.sign * (c.progress = 100)::int) <> 0
      OR sum(c.sign * c.progress) <> 0 OR sum(c.sign * (c.score IS NOT NULL)::int) <> 0 OR sum(c.sign * coalesce(c.score, 0)) <> 0;
  ELSE
    -- Whoever reads an older snapshot finds both tables empty; rows that subtract would be seen without what they are subtracted from.
    BEGIN
      TRUNCATE course_counts;
    EXCEPTION WHEN object_in_use THEN
      -- One TRUNCATE names both, or a cursor reads the counts.
      DELETE FROM course_counts;
    END;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER counts_insert AFTER INSERT ON enrollments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_learners();
CREATE TRIGGER counts_update AFTER UPDATE ON enrollments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_learners();
CREATE TRIGGER counts_delete AFTER DELETE ON enrollments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_learners();
CREATE TRIGGER counts_truncate AFTER TRUNCATE ON enrollments FOR EACH STATEMENT EXECUTE FUNCTION count_learners();

-- After the triggers, which keep writers out until this is committed: nobody is counted twice, nobody is missed.
INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
SELECT e.course_id, count(*), count(*) FILTER (WHERE e.active), count(*) FILTER (WHERE e.progress = 100), sum(e.progress),
  count(e.score), coalesce(sum(e.score), 0)
FROM enrollments e GROUP BY e.course_id;

-- Puts the sum in place of the rows of each course that has more than 16 of them, and nothing in place of rows that sum up to nothing. At
-- most 100 courses and 10,000 rows at a time. Rows that another server is summing up are left to it. Returns how many rows went.
CREATE FUNCTION compact_course_counts() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  crowded uuid[] := ARRAY(
    SELECT c.course_id FROM course_counts c GROUP BY c.course_id
    HAVING count(*) > 16 OR (sum(c.learners), sum(c.active), sum(c.completed), sum(c.progress), sum(c.scored), sum(c.score)) = (0, 0, 0, 0, 0, 0)
    ORDER BY count(*) DESC LIMIT 100);
  gone integer;
BEGIN
  IF cardinality(crowded) = 0 THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    SELECT c.id FROM course_counts c WHERE c.course_id = ANY (crowded) LIMIT 10000 FOR UPDATE SKIP LOCKED
  ), summed AS (
    DELETE FROM course_counts c USING taken t WHERE c.id = t.id RETURNING c.*
  ), made AS (
    INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
    SELECT s.course_id, sum(s.learners), sum(s.active), sum(s.completed), sum(s.progress), sum(s.scored), sum(s.score)
    FROM summed s GROUP BY s.course_id
    HAVING (sum(s.learners), sum(s.active), sum(s.completed), sum(s.progress), sum(s.scored), sum(s.score)) <> (0, 0, 0, 0, 0, 0)
  )
  SELECT count(*) INTO gone FROM summed;
  RETURN gone;
END $$;

-- Who comes is active.
CREATE FUNCTION keep_active() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.active := true;
  RETURN NEW;
END $$;
CREATE TRIGGER active_again BEFORE UPDATE OF last_accessed_at ON enrollments FOR EACH ROW
  WHEN (NOT NEW.active AND NEW.last_accessed_at IS DISTINCT FROM OLD.last_accessed_at AND NEW.last_accessed_at > now() - interval '7 days')
  EXECUTE FUNCTION keep_active();

-- Who was not here for seven days is not active. At most 5,000 at a time; waits for nobody: whoever is being written to is left for later.
CREATE FUNCTION retire_learners() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  retired integer;
BEGIN
  WITH idle AS (
    SELECT e.id FROM enrollments e WHERE e.active AND e.last_accessed_at <= now() - interval '7 days'
    ORDER BY e.id LIMIT 5000 FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE enrollments e SET active = false FROM idle WHERE e.id = idle.id;
  GET DIAGNOSTICS retired = ROW_COUNT;
  RETURN retired;
END $$;

-- The numbers are seen by who may see a course and its counts: by functions that run as whoever asks, because a view runs as its owner
-- before 15. Without a search_path of their own, which would keep them from being planned as parts of the query.
CREATE FUNCTION courses_with_statistics() RETURNS TABLE (id uuid) LANGUAGE sql STABLE SECURITY INVOKER AS $$
  SELECT c.id FROM public.courses c
$$;
CREATE FUNCTION statistics_of_course(of_course uuid) RETURNS TABLE (learners bigint, active bigint, completed bigint, progress bigint,
  scored bigint, score bigint) LANGUAGE sql STABLE SECURITY INVOKER AS $$
  SELECT coalesce(pg_catalog.sum(k.learners), 0)::bigint, coalesce(pg_catalog.sum(k.active), 0)::bigint,
    coalesce(pg_catalog.sum(k.completed), 0)::bigint, coalesce(pg_catalog.sum(k.progress), 0)::bigint,
    coalesce(pg_catalog.sum(k.scored), 0)::bigint, coalesce(pg_catalog.sum(k.score), 0)::bigint
  FROM public.course_counts k WHERE k.course_id = of_course
$$;

-- Rates and averages in per cent; NULL where there is nobody to average over.
CREATE VIEW course_statistics AS
SELECT c.id AS course_id, s.learners, s.active AS active_learners, s.completed,
  round(100.0 * s.completed / nullif(s.learners, 0), 1) AS completion_rate,
  round(1.0 * s.progress / nullif(s.learners, 0), 1) AS average_progress,
  round(1.0 * s.score / nullif(s.scored, 0), 1) AS average_score
FROM courses_with_statistics() c (id)
CROSS JOIN LATERAL statistics_of_course(c.id) s (learners, active, completed, progress, scored, score);

GRANT SELECT ON course_statistics TO elira_app;
GRANT EXECUTE ON FUNCTION courses_with_statistics(), statistics_of_course(uuid), compact_course_counts(), retire_learners() TO elira_app;
