-- Attempts at quizzes, and what they are worth.
--
--   submit_attempt()    a learner's answers, judged by the publication that the learner had before them
--   regrade_quiz()      an author has mended a key: further rows beside the old ones
--   record_results()    staff records completions and grades for up to 1,000 learners at once
--   refresh_scores()    enrollments.score, from grades, whoever writes them
--
-- A learner's work is never discarded. An attempt names what was shown, question by question and option by option, each at its version;
-- whichever publication that was, however long ago, its revisions are kept, and its key judges. So it can come hours later, when the quiz
-- has been edited or withdrawn, and when its learner is not enrolled any more: who can name every id and version of a published quiz has had
-- it before them. Answer keys and explanations are told in grades.detail and nowhere else, and only to who is enrolled at that moment:
-- an attempt from outside is kept and judged, and told no key.
--
-- Order of locks (0017): users by id, published_courses, enrollments by id, lesson_progress by user and lesson.
--
-- Errors that callers tell apart by SQLSTATE, beside those of 0011: EL021 refused, and the message says why to whoever asked.

-- Which publications held a row at a version, and what is in a quiz, without reading a whole course.
CREATE INDEX course_version_entries_of_entity ON course_version_entries (entity_id, revision);
CREATE INDEX revisions_of_quiz ON revisions ((content ->> 'quizId')) WHERE entity_type = 'question';
CREATE INDEX revisions_of_question ON revisions ((content ->> 'questionId')) WHERE entity_type = 'option';

-- What was written stays as it was written. Rows go with their person, and a name may be taken off when its person goes. Who has the right
-- to delete here (the application does not) and means it says so first: SET LOCAL elira.erase = 'on'.
CREATE FUNCTION keep_as_written() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF current_setting('elira.erase', true) = 'on' OR NOT EXISTS (SELECT FROM users u WHERE u.id = OLD.user_id) THEN
      RETURN OLD;
    END IF;
  ELSIF NEW IS NOT DISTINCT FROM OLD THEN
    RETURN NEW;
  ELSIF TG_TABLE_NAME = 'grades' AND to_jsonb(NEW) - 'graded_by' = to_jsonb(OLD) - 'graded_by'
    AND NOT EXISTS (SELECT FROM users u WHERE u.id = to_jsonb(OLD) ->> 'graded_by') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', HINT = 'Add another row: the newest one counts.';
END $$;
CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE ON quiz_attempts FOR EACH ROW EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE ON grades FOR EACH ROW EXECUTE FUNCTION keep_as_written();

-- What counts of learners' grades, for pairs of user and course. In a quiz: the newest grade that staff gave, else the best among the
-- newest of each attempt. A quiz that is worth no points counts for nothing.
CREATE FUNCTION quiz_results(user_ids varchar[], course_ids uuid[])
RETURNS TABLE (user_id varchar, course_id uuid, quiz_id uuid, percent integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  SELECT n.user_id, n.course_id, n.quiz_id, coalesce(max(n.percent) FILTER (WHERE n.attempt_id IS NULL), max(n.percent))
  FROM (
    SELECT g.user_id, g.course_id, g.quiz_id, g.attempt_id, g.percent, g.max_points,
      row_number() OVER (PARTITION BY g.user_id, g.course_id, g.quiz_id, g.attempt_id ORDER BY g.graded_at DESC, g.id DESC) AS age
    FROM (SELECT DISTINCT p.user_id, p.course_id FROM unnest(user_ids, course_ids) AS p (user_id, course_id)) pair
    JOIN grades g ON g.user_id = pair.user_id AND g.course_id = pair.course_id
  ) n
  WHERE n.age = 1 AND n.max_points > 0
  GROUP BY n.user_id, n.course_id, n.quiz_id
$$;

-- Computes enrollments.score anew, for pairs of user and course. Locks first, in the order of the ids, and computes in a statement of its
-- own, which sees what those committed for whom it had to wait. Who is not enrolled may be enrolling at this moment: enroll() holds the
-- course's published row meanwhile, so whoever comes second finds what the first one wrote.
CREATE FUNCTION refresh_scores(user_ids varchar[], course_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  enrollment_ids uuid[] := ARRAY(
    SELECT e.id FROM unnest(user_ids, course_ids) AS pair (user_id, course_id)
    JOIN enrollments e ON e.user_id = pair.user_id AND e.course_id = pair.course_id);
BEGIN
  IF cardinality(enrollment_ids) < cardinality(user_ids) THEN
    PERFORM FROM published_courses p WHERE p.id = ANY (ARRAY(
      SELECT pair.course_id FROM unnest(user_ids, course_ids) AS pair (user_id, course_id)
      WHERE NOT EXISTS (SELECT FROM enrollments e WHERE e.user_id = pair.user_id AND e.course_id = pair.course_id)
    )) ORDER BY p.id FOR NO KEY UPDATE;
    enrollment_ids := ARRAY(
      SELECT e.id FROM unnest(user_ids, course_ids) AS pair (user_id, course_id)
      JOIN enrollments e ON e.user_id = pair.user_id AND e.course_id = pair.course_id);
  END IF;
  PERFORM FROM enrollments e WHERE e.id = ANY (enrollment_ids) ORDER BY e.id FOR NO KEY UPDATE;
  UPDATE enrollments e SET score = now_at.score
  FROM (
    SELECT n.id, round(avg(r.percent))::integer AS score
    FROM enrollments n LEFT JOIN quiz_results(user_ids, course_ids) r ON r.user_id = n.user_id AND r.course_id = n.course_id
    WHERE n.id = ANY (enrollment_ids) GROUP BY n.id
  ) now_at
  WHERE e.id = now_at.id AND e.score IS DISTINCT FROM now_at.score;
END $$;

CREATE FUNCTION follow_grades() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  user_ids varchar[];
  course_ids uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(c.user_id), array_agg(c.course_id) INTO user_ids, course_ids
    FROM (SELECT DISTINCT n.user_id, n.course_id FROM new_rows n) c;
  ELSE
    -- Of a person who is being erased nothing is left to be kept.
    SELECT array_agg(c.user_id), array_agg(c.course_id) INTO user_ids, course_ids
    FROM (SELECT DISTINCT o.user_id, o.course_id FROM old_rows o) c WHERE EXISTS (SELECT FROM users u WHERE u.id = c.user_id);
  END IF;
  IF cardinality(user_ids) > 0 THEN
    PERFORM refresh_scores(user_ids, course_ids);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER score_insert AFTER INSERT ON grades REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_grades();
CREATE TRIGGER score_delete AFTER DELETE ON grades REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION follow_grades();

-- Who comes back finds their score.
CREATE FUNCTION bring_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.score := (SELECT round(avg(r.percent)) FROM quiz_results(ARRAY[NEW.user_id], ARRAY[NEW.course_id]) r);
  RETURN NEW;
END $$;
CREATE TRIGGER bring_score BEFORE INSERT ON enrollments FOR EACH ROW EXECUTE FUNCTION bring_score();

-- The questions of a quiz as a version of its course has them, each with its options; no option: NULL.
CREATE FUNCTION quiz_as_published(of_course uuid, of_version integer, of_quiz uuid)
RETURNS TABLE (question_id uuid, question_version integer, question jsonb, option_id uuid, option_version integer, option jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  SELECT q.entity_id, q.revision, q.content, o.entity_id, o.revision, o.content
  FROM revisions q
  JOIN course_version_entries e ON e.course_id = of_course AND e.version = of_version AND e.entity_type = 'question'
    AND e.entity_id = q.entity_id AND e.revision = q.revision
  LEFT JOIN (
    revisions o JOIN course_version_entries f ON f.course_id = of_course AND f.version = of_version AND f.entity_type = 'option'
      AND f.entity_id = o.entity_id AND f.revision = o.revision
  ) ON o.entity_type = 'option' AND o.content ->> 'questionId' = q.entity_id::text
  WHERE q.entity_type = 'question' AND q.content ->> 'quizId' = of_quiz::text
$$;

-- The newest publication in which the quiz was exactly this: `shown` is [{id, version, options: [{id, version}]}]. NULL: there is none.
CREATE FUNCTION version_as_shown(of_course uuid, of_quiz uuid, shown jsonb) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  wanted text[];
  candidate integer;
BEGIN
  SELECT array_agg(format('%s %s %s %s', q.id, q.version, o.id, o.version) ORDER BY q.id, o.id) INTO wanted
  FROM jsonb_to_recordset(shown) AS q (id uuid, version integer, options jsonb)
  LEFT JOIN LATERAL jsonb_to_recordset(q.options) AS o (id uuid, version integer) ON true;
  FOR candidate IN
    SELECT e.version FROM course_version_entries e
    WHERE e.course_id = of_course AND e.entity_type = 'question'
      AND e.entity_id = (shown -> 0 ->> 'id')::uuid AND e.revision = (shown -> 0 ->> 'version')::integer
    ORDER BY e.version DESC
  LOOP
    IF wanted = (
      SELECT array_agg(format('%s %s %s %s', p.question_id, p.question_version, p.option_id, p.option_version) ORDER BY p.question_id, p.option_id)
      FROM quiz_as_published(of_course, candidate, of_quiz) p) THEN
      RETURN candidate;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- What attempts at one quiz are worth by the key of a version of its course.
--
-- What was asked stays as it was shown: its questions, its options, and whether one answer was to be given or all. What is right, what it
-- is worth and why come from the key. A right option that was not among those shown is not asked for; where none of the right ones was,
-- the key of then stands. Attempts of which a question is gone are left out.
CREATE FUNCTION judge_attempts(attempt_ids uuid[], key_version integer)
RETURNS TABLE (attempt_id uuid, points integer, max_points integer, percent integer, detail jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  WITH attempts AS MATERIALIZED (
    SELECT a.id, a.course_id, a.quiz_id, a.course_version, a.answers,
      EXISTS (SELECT FROM enrollments e WHERE e.user_id = a.user_id AND e.course_id = a.course_id) AS enrolled
    FROM quiz_attempts a WHERE a.id = ANY (attempt_ids)
  ), asked AS MATERIALIZED (
    SELECT v.course_version, p.question_id, min(p.question ->> 'kind') AS kind, array_remove(array_agg(p.option_id::text), NULL) AS shown,
      coalesce(array_agg(p.option_id::text) FILTER (WHERE (p.option ->> 'isCorrect')::boolean), '{}') AS correct,
      count(*) OVER (PARTITION BY v.course_version) AS questions
    FROM (SELECT DISTINCT a.course_id, a.quiz_id, a.course_version FROM attempts a) v
    CROSS JOIN LATERAL quiz_as_published(v.course_id, v.course_version, v.quiz_id) p
    GROUP BY v.course_version, p.question_id
  ), mended AS MATERIALIZED (
    SELECT p.question_id, min((p.question ->> 'points')::integer) AS points, min(p.question ->> 'explanation') AS explanation,
      coalesce(array_agg(p.option_id::text) FILTER (WHERE (p.option ->> 'isCorrect')::boolean), '{}') AS correct
    FROM (SELECT DISTINCT a.course_id, a.quiz_id FROM attempts a) v
    CROSS JOIN LATERAL quiz_as_published(v.course_id, key_version, v.quiz_id) p
    GROUP BY p.question_id
  ), keys AS MATERIALIZED (
    SELECT s.course_version, s.question_id, s.kind, s.questions, m.points, m.explanation, ARRAY(
      SELECT o FROM unnest(s.shown) o
      WHERE o = ANY (CASE WHEN m.correct && s.shown OR m.correct = '{}' THEN m.correct ELSE s.correct END) ORDER BY o) AS correct
    FROM asked s JOIN mended m ON m.question_id = s.question_id
  ), judged AS (
    SELECT a.id, a.enrolled, k.question_id, k.questions, k.points AS max_points, k.correct, k.explanation, CASE
      WHEN k.kind = 'single' AND cardinality(c.chosen) = 1 AND c.chosen <@ k.correct THEN k.points
      WHEN k.kind = 'multiple' AND c.chosen @> k.correct AND c.chosen <@ k.correct THEN k.points
      ELSE 0 END AS points
    FROM attempts a JOIN keys k ON k.course_version = a.course_version
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT jsonb_array_elements_text(a.answers -> k.question_id::text)) AS chosen) c
  )
  SELECT j.id, sum(j.points)::integer, sum(j.max_points)::integer,
    CASE WHEN sum(j.max_points) = 0 THEN 100 ELSE round(100.0 * sum(j.points) / sum(j.max_points))::integer END,
    jsonb_object_agg(j.question_id, jsonb_build_object('points', j.points, 'maxPoints', j.max_points)
      || CASE WHEN j.enrolled THEN jsonb_build_object('correct', to_jsonb(j.correct), 'explanation', j.explanation) ELSE '{}' END)
  FROM judged j GROUP BY j.id HAVING count(*) = min(j.questions)
$$;

-- What a learner is answered: no key, whoever keeps the answer.
CREATE FUNCTION attempt_result(of_attempt uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object('attemptId', a.id, 'gradeId', g.id, 'courseVersion', a.course_version, 'points', g.points, 'maxPoints', g.max_points,
    'percent', g.percent, 'submittedAt', a.submitted_at)
  FROM quiz_attempts a CROSS JOIN LATERAL (
    SELECT * FROM grades n WHERE n.attempt_id = a.id ORDER BY n.graded_at, n.id LIMIT 1) g
  WHERE a.id = of_attempt
$$;

-- Keeps and judges what the viewer answered. `shown` is [{id, version, options: [{id, version}], chosen: [option ids]}], exactly what their
-- client showed. The same attempt sent again is answered the same. Returns {attemptId, gradeId, courseVersion, points, maxPoints, percent,
-- submittedAt}.
CREATE FUNCTION submit_attempt(attempt_id uuid, quiz_id uuid, shown jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  viewer varchar := signed_in_viewer();
  given jsonb;
  of_course uuid;
  is_enrolled boolean;
  pinned integer;
BEGIN
  IF jsonb_typeof(shown) <> 'array' OR jsonb_array_length(shown) NOT BETWEEN 1 AND 1000 THEN
    RAISE EXCEPTION 'An attempt answers between 1 and 1,000 questions.' USING ERRCODE = 'EL021';
  END IF;
  SELECT jsonb_object_agg(q.id, (
    SELECT coalesce(jsonb_agg(DISTINCT c.id ORDER BY c.id), '[]')
    FROM jsonb_array_elements_text(coalesce(q.chosen, '[]')) AS chosen (id) CROSS JOIN LATERAL (SELECT chosen.id::uuid AS id) c)) INTO given
  FROM jsonb_to_recordset(shown) AS q (id uuid, chosen jsonb);
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(shown) AS q (id uuid, options jsonb)
    CROSS JOIN LATERAL jsonb_array_elements_text(given -> q.id::text) AS chosen (id)
    WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(q.options) AS o (id uuid) WHERE o.id = chosen.id::uuid)) THEN
    RAISE EXCEPTION 'An answer was chosen that was not shown.' USING ERRCODE = 'EL021';
  END IF;

  SELECT z.course_id INTO of_course FROM quizzes z WHERE z.id = submit_attempt.quiz_id;
  is_enrolled := EXISTS (SELECT FROM enrollments e WHERE e.user_id = viewer AND e.course_id = of_course);
  pinned := version_as_shown(of_course, submit_attempt.quiz_id, shown);
  IF pinned IS NULL AND is_enrolled THEN
    RAISE EXCEPTION 'The quiz as shown was never published.' USING ERRCODE = 'EL021';
  ELSIF pinned IS NULL THEN
    RAISE EXCEPTION 'there is no such quiz' USING ERRCODE = 'no_data_found';
  END IF;

  INSERT INTO quiz_attempts AS a (id, user_id, course_id, quiz_id, course_version, answers)
  VALUES (submit_attempt.attempt_id, viewer, of_course, submit_attempt.quiz_id, pinned, given)
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    IF NOT EXISTS (SELECT FROM quiz_attempts a WHERE a.id = submit_attempt.attempt_id AND a.user_id = viewer
      AND a.quiz_id = submit_attempt.quiz_id AND a.answers = given) THEN
      RAISE EXCEPTION 'there is another attempt of this id' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN attempt_result(submit_attempt.attempt_id);
  END IF;

  INSERT INTO grades (user_id, course_id, quiz_id, attempt_id, course_version, points, max_points, percent, detail, graded_at)
  SELECT viewer, of_course, submit_attempt.quiz_id, j.attempt_id, pinned, j.points, j.max_points, j.percent, j.detail, clock_timestamp()
  FROM judge_attempts(ARRAY[submit_attempt.attempt_id], pinned) j;
  UPDATE enrollments e SET last_accessed_at = now(), active = true WHERE e.user_id = viewer AND e.course_id = of_course;
  RETURN attempt_result(submit_attempt.attempt_id);
END $$;

-- Judges the attempts at a quiz by its newest published key, for its authors: a row beside the old ones where something differs. What staff
-- gave by hand still counts. Returns {attempts, regraded, left}: how many there are, got a row, and are left since a question is gone.
CREATE FUNCTION regrade_quiz(quiz_id uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  viewer varchar := signed_in_viewer();
  of_course uuid;
  newest integer;
  attempt_ids uuid[];
  judged integer;
  regraded integer;
BEGIN
  SELECT z.course_id INTO of_course FROM quizzes z WHERE z.id = regrade_quiz.quiz_id;
  IF of_course IS NULL OR NOT may_edit_course(of_course) THEN
    RAISE EXCEPTION 'there is no such quiz' USING ERRCODE = 'no_data_found';
  END IF;
  -- Twice at once would add the same rows twice.
  PERFORM pg_advisory_xact_lock(hashtextextended('regrade ' || regrade_quiz.quiz_id, 0));
  SELECT max(e.version) INTO newest FROM course_version_entries e
  WHERE e.course_id = of_course AND e.entity_type = 'quiz' AND e.entity_id = regrade_quiz.quiz_id;
  attempt_ids := ARRAY(SELECT a.id FROM quiz_attempts a WHERE a.quiz_id = regrade_quiz.quiz_id);

  WITH judgements AS MATERIALIZED (
    SELECT * FROM judge_attempts(attempt_ids, newest)
  ), added AS (
    INSERT INTO grades (user_id, course_id, quiz_id, attempt_id, course_version, points, max_points, percent, detail, graded_by, graded_at)
    SELECT a.user_id, a.course_id, a.quiz_id, a.id, newest, j.points, j.max_points, j.percent, j.detail, viewer, clock_timestamp()
    FROM judgements j JOIN quiz_attempts a ON a.id = j.attempt_id
    CROSS JOIN LATERAL (SELECT * FROM grades g WHERE g.attempt_id = a.id ORDER BY g.graded_at DESC, g.id DESC LIMIT 1) last
    WHERE (last.points, last.max_points) IS DISTINCT FROM (j.points, j.max_points)
      OR EXISTS (
        SELECT FROM jsonb_each(j.detail) n
        WHERE n.value - 'explanation' IS DISTINCT FROM
          CASE WHEN n.value ? 'correct' THEN last.detail -> n.key ELSE (last.detail -> n.key) - 'correct' END - 'explanation')
    ORDER BY a.id
    RETURNING id
  )
  SELECT (SELECT count(*) FROM judgements), (SELECT count(*) FROM added) INTO judged, regraded;
  RETURN jsonb_build_object('attempts', cardinality(attempt_ids), 'regraded', regraded, 'left', cardinality(attempt_ids) - judged);
END $$;

-- Records for learners of a course what its staff knows of them. `entries` is [{userId, lessonIds?, quizId?, percent?}], 1–1,000 of them; a
-- percent is a grade in that quiz. All or nothing. Counts as being here. Returns {learners, completions, grades}: who got something new,
-- how many lessons, how many grades.
CREATE FUNCTION record_results(course_id uuid, reason text, entries jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  viewer varchar := signed_in_viewer();
  because text := btrim(record_results.reason);
  named text;
  learners varchar[];
  completions integer;
  given integer;
BEGIN
  IF NOT may_edit_course(record_results.course_id) OR NOT EXISTS (SELECT FROM courses c WHERE c.id = record_results.course_id) THEN
    RAISE EXCEPTION 'there is no such course' USING ERRCODE = 'no_data_found';
  END IF;
  IF coalesce(because, '') = '' OR length(because) > 1000 THEN
    RAISE EXCEPTION 'A reason is needed, of at most 1,000 characters.' USING ERRCODE = 'EL021';
  END IF;
  IF jsonb_typeof(entries) <> 'array' OR jsonb_array_length(entries) NOT BETWEEN 1 AND 1000 THEN
    RAISE EXCEPTION 'Between 1 and 1,000 learners are recorded at once.' USING ERRCODE = 'EL021';
  END IF;
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "lessonIds" jsonb, "quizId" uuid, percent integer)
    WHERE n."userId" IS NULL OR (n."quizId" IS NULL) <> (n.percent IS NULL) OR n.percent NOT BETWEEN 0 AND 100
      OR n."quizId" IS NULL AND coalesce(jsonb_array_length(n."lessonIds"), 0) = 0) THEN
    RAISE EXCEPTION 'Each entry names a learner, and lessons, or a quiz with a percent between 0 and 100.' USING ERRCODE = 'EL021';
  END IF;
  SELECT string_agg(DISTINCT twice.who, ', ') INTO named FROM (
    SELECT n."userId" AS who FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "quizId" uuid)
    WHERE n."quizId" IS NOT NULL GROUP BY n."userId", n."quizId" HAVING count(*) > 1) twice;
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'Two grades in one quiz for: %', named USING ERRCODE = 'EL021';
  END IF;

  -- Nobody leaves nor is erased while this goes on.
  learners := ARRAY(SELECT DISTINCT n."userId" FROM jsonb_to_recordset(entries) AS n ("userId" varchar));
  PERFORM FROM users u WHERE u.id = ANY (learners) ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM enrollments e WHERE e.course_id = record_results.course_id AND e.user_id = ANY (learners) ORDER BY e.id FOR NO KEY UPDATE;
  SELECT string_agg(DISTINCT n."userId", ', ' ORDER BY n."userId") INTO named
  FROM unnest(learners) AS n ("userId")
  WHERE NOT EXISTS (SELECT FROM enrollments e WHERE e.course_id = record_results.course_id AND e.user_id = n."userId");
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'Nothing was recorded. Not enrolled in this course: %', named USING ERRCODE = 'EL021';
  END IF;
  -- What has been published once, be it withdrawn by now.
  SELECT string_agg(DISTINCT w.id, ', ' ORDER BY w.id) INTO named FROM (
    SELECT 'lesson' AS kind, lesson.id FROM jsonb_to_recordset(entries) AS n ("lessonIds" jsonb)
      CROSS JOIN LATERAL jsonb_array_elements_text(n."lessonIds") AS lesson (id)
    UNION ALL SELECT 'quiz', n."quizId"::text FROM jsonb_to_recordset(entries) AS n ("quizId" uuid) WHERE n."quizId" IS NOT NULL
  ) w WHERE NOT EXISTS (
    SELECT FROM revisions r WHERE r.entity_type = w.kind AND r.entity_id = w.id::uuid AND r.course_id = record_results.course_id)
    OR NOT EXISTS (SELECT FROM lessons l WHERE l.id = w.id::uuid UNION ALL SELECT FROM quizzes z WHERE z.id = w.id::uuid);
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'Nothing was recorded. No published lesson or quiz of this course: %', named USING ERRCODE = 'EL021';
  END IF;

  WITH completed AS (
    INSERT INTO lesson_progress AS p (user_id, course_id, lesson_id, completed_at)
    SELECT DISTINCT n."userId", record_results.course_id, lesson.id::uuid, now()
    FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "lessonIds" jsonb)
    CROSS JOIN LATERAL jsonb_array_elements_text(n."lessonIds") AS lesson (id)
    ORDER BY 1, 3
    ON CONFLICT ON CONSTRAINT lesson_progress_user_id_lesson_id_key DO UPDATE SET completed_at = excluded.completed_at
      WHERE p.completed_at IS NULL
    RETURNING p.user_id, p.lesson_id
  ), audited AS (
    INSERT INTO course_audit (course_id, changed_by, entity_type, entity_id, field_name, new_value, mutation_id)
    SELECT record_results.course_id, viewer, 'enrollment', c.user_id, 'completed',
      jsonb_build_object('lessonIds', jsonb_agg(c.lesson_id ORDER BY c.lesson_id), 'reason', because)::text,
      nullif(current_setting('elira.mutation_id', true), '')::uuid
    FROM completed c GROUP BY c.user_id
  )
  SELECT coalesce(array_agg(DISTINCT c.user_id), '{}'), count(*) INTO learners, completions FROM completed c;

  WITH graded AS (
    INSERT INTO grades (user_id, course_id, quiz_id, points, max_points, percent, reason, graded_by, graded_at)
    SELECT n."userId", record_results.course_id, n."quizId", n.percent, 100, n.percent, because, viewer, clock_timestamp()
    FROM jsonb_to_recordset(entries) AS n ("userId" varchar, "quizId" uuid, percent integer)
    WHERE n."quizId" IS NOT NULL ORDER BY n."userId", n."quizId"
    RETURNING user_id
  )
  SELECT count(*), ARRAY(SELECT g.user_id FROM graded g UNION SELECT unnest(learners)) INTO given, learners FROM graded;
  RETURN jsonb_build_object('learners', cardinality(learners), 'completions', completions, 'grades', given);
END $$;

GRANT EXECUTE ON FUNCTION submit_attempt(uuid, uuid, jsonb), regrade_quiz(uuid), record_results(uuid, text, jsonb) TO elira_app;
