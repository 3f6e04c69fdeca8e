-- Mutations that come so often that they are committed together: from all connections of a server at once, in the order in which they
-- came. Run as elira_flush, which has no other right than these functions. Each row is looked at for its own user: what a batch lets
-- somebody write is what the single function (0011) lets them.
--
-- Order of locks, here and wherever progress is written: users by id, enrollments by id, the ledger by id, lesson_progress by user and lesson.
-- The trigger that computes enrollments.progress finds its rows locked.

-- batch: [{id, userId, args: {lessonId, completed}}], no id twice. Returns a row for each: `applied` with {result: {lessonId,
-- completedAt}}, `refused` with {problem: {code}}, also for what was decided before; `unknown` where nobody is signed in, of which
-- nothing is stored.
CREATE FUNCTION flush_lesson_completions(batch jsonb) RETURNS TABLE (id uuid, status text, answer jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET timezone = 'UTC' AS $$
#variable_conflict use_column
DECLARE
  ids uuid[];
  user_ids varchar[];
  lesson_ids uuid[];
  dones boolean[];
  locked uuid[];
BEGIN
  SELECT array_agg((b.item ->> 'id')::uuid ORDER BY b.n), array_agg((b.item ->> 'userId')::varchar ORDER BY b.n),
    array_agg((b.item #>> '{args,lessonId}')::uuid ORDER BY b.n), array_agg((b.item #>> '{args,completed}')::boolean ORDER BY b.n)
  INTO ids, user_ids, lesson_ids, dones
  FROM jsonb_array_elements(batch) WITH ORDINALITY AS b (item, n);

  -- Whoever erases one of these people comes wholly before or wholly after.
  PERFORM FROM users u WHERE u.id = ANY (user_ids) ORDER BY u.id FOR KEY SHARE;
  -- Whoever joins or publishes after this comes after this: only what is locked here, in its order, is written below.
  locked := ARRAY(SELECT e.id FROM enrollments e WHERE e.id = ANY (ARRAY(
    SELECT n.id FROM unnest(user_ids, lesson_ids) AS a (user_id, lesson_id)
    JOIN published_lessons l ON l.id = a.lesson_id JOIN enrollments n ON n.user_id = a.user_id AND n.course_id = l.course_id
  )) ORDER BY e.id FOR NO KEY UPDATE);

  -- In a statement of its own, which sees what those committed for whom it had to wait.
  WITH decided AS (
    SELECT a.id, a.user_id, a.lesson_id, a.done, a.n, o.course_id, p.completed_at AS was
    FROM unnest(ids, user_ids, lesson_ids, dones) WITH ORDINALITY AS a (id, user_id, lesson_id, done, n)
    JOIN users u ON u.id = a.user_id AND NOT (u.banned AND coalesce(u.ban_expires > now(), true))
    LEFT JOIN LATERAL (
      SELECT l.course_id FROM published_lessons l JOIN enrollments e ON e.course_id = l.course_id AND e.user_id = a.user_id
      WHERE l.id = a.lesson_id AND e.id = ANY (locked)
    ) o ON true
    LEFT JOIN lesson_progress p ON p.user_id = a.user_id AND p.lesson_id = a.lesson_id
  ), new AS (
    INSERT INTO mutations (id, user_id, name, status, answer)
    SELECT d.id, d.user_id, 'lesson.complete', CASE WHEN d.course_id IS NULL THEN 'refused' ELSE 'applied' END,
      CASE WHEN d.course_id IS NULL THEN '{"problem": {"code": "not_found"}}'
      ELSE jsonb_build_object('result', jsonb_build_object('lessonId', d.lesson_id,
        'completedAt', CASE WHEN d.done THEN coalesce(d.was, now()) END)) END
    FROM decided d ORDER BY d.id
    ON CONFLICT (id) DO NOTHING RETURNING id
  ), effect AS (
    -- Several of one lesson: the last holds, and one that was taken back in between begins anew.
    SELECT d.user_id, d.course_id, d.lesson_id, d.was,
      CASE WHEN (array_agg(d.done ORDER BY d.n DESC))[1] THEN CASE WHEN bool_and(d.done) THEN coalesce(d.was, now()) ELSE now() END END AS is_now
    FROM decided d JOIN new ON new.id = d.id WHERE d.course_id IS NOT NULL
    GROUP BY d.user_id, d.course_id, d.lesson_id, d.was
  )
  -- Noted as an activity by its trigger (0018).
  INSERT INTO lesson_progress AS p (user_id, course_id, lesson_id, completed_at)
  SELECT f.user_id, f.course_id, f.lesson_id, f.is_now FROM effect f ORDER BY f.user_id, f.lesson_id
  ON CONFLICT (user_id, lesson_id) DO UPDATE SET completed_at = excluded.completed_at, last_accessed_at = now();

  RETURN QUERY
  SELECT a.id,
    CASE WHEN m.id IS NULL THEN 'unknown' WHEN m.user_id = a.user_id THEN m.status::text ELSE 'refused' END,
    CASE WHEN m.id IS NULL THEN '{"problem": {"code": "not_signed_in"}}' WHEN m.user_id = a.user_id THEN m.answer
      ELSE '{"problem": {"code": "mutation_id_taken"}}' END
  FROM unnest(ids, user_ids) AS a (id, user_id) LEFT JOIN mutations m ON m.id = a.id;
END $$;
GRANT EXECUTE ON FUNCTION flush_lesson_completions(jsonb) TO elira_flush;

-- As in 0011, in the order of locks that holds from here on.
CREATE OR REPLACE FUNCTION complete_lesson(lesson_id uuid, done boolean) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  viewer varchar := signed_in_viewer();
  of_course uuid;
  since timestamptz;
BEGIN
  SELECT e.course_id INTO of_course FROM published_lessons l JOIN enrollments e ON e.user_id = viewer AND e.course_id = l.course_id
  WHERE l.id = complete_lesson.lesson_id FOR NO KEY UPDATE OF e;
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
