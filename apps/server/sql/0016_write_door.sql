-- What the one door for writing needs: its ledger, and which field of a row was last changed at which version.
--
--   ledger_find()          locks an id, and tells what was answered under it
--   ledger_write()         the entry of a mutation, in the transaction of its effect
--   tend_mutations()       what is a day old leaves its author's screens; what is too old to be sent again goes
--   field_versions         of courses and what is in them, for saves that were based on an older version

-- Whether a mutation was decided, and how. Whoever sends one id twice at once waits here for the first to end. An answer is told to
-- whoever got it, and to nobody else.
CREATE FUNCTION ledger_find(mutation_id uuid) RETURNS TABLE (own boolean, status varchar, answer jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  viewer varchar := signed_in_viewer();
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(mutation_id::text, 16));
  RETURN QUERY SELECT m.user_id = viewer, m.status, CASE WHEN m.user_id = viewer THEN m.answer END
  FROM mutations m WHERE m.id = mutation_id;
END $$;

CREATE FUNCTION ledger_write(mutation_id uuid, name text, status text, answer jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO mutations (id, user_id, name, status, answer)
  VALUES (mutation_id, signed_in_viewer(), ledger_write.name, ledger_write.status, ledger_write.answer)
$$;

CREATE INDEX mutations_recent ON mutations (decided_at) WHERE recent;

-- A day may pass until an answer is needed on a screen. Ids may be of 90 days, made by a clock that is two days ahead (limits.ts): for so
-- long, and another day for the clocks of servers, the ledger knows them. In slices, so that no turn takes long.
CREATE FUNCTION tend_mutations() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE mutations m SET recent = false WHERE m.id = ANY (ARRAY(
    SELECT o.id FROM mutations o WHERE o.recent AND o.decided_at < now() - interval '24 hours'
    ORDER BY o.decided_at LIMIT 50000 FOR UPDATE SKIP LOCKED));
  DELETE FROM mutations m WHERE m.id = ANY (ARRAY(
    SELECT o.id FROM mutations o WHERE o.decided_at < now() - interval '93 days'
    ORDER BY o.decided_at LIMIT 50000 FOR UPDATE SKIP LOCKED))
$$;

GRANT EXECUTE ON FUNCTION ledger_find(uuid), ledger_write(uuid, text, text, jsonb), tend_mutations() TO elira_app;

-- By column: the version that changed it last. `*` stands for those that are not listed. NULL: nothing was changed since the row was
-- made (or since these were kept), so that all are of the row's own version. Kept by the triggers below; not synchronised.
DO $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['courses', 'modules', 'lessons', 'quizzes', 'questions', 'options'] LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN field_versions jsonb', named);
  END LOOP;
END $$;

-- As in 0009; and field_versions.
CREATE OR REPLACE FUNCTION keep_content_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  kept CONSTANT text[] := ARRAY['version', 'last_modified', 'modified_by', 'field_versions'];
  editor varchar := viewer_id();
  was jsonb;
  is_now jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- A row that comes back under its old id goes on counting: a version means one content, for ever.
    NEW.version := 1 + coalesce((SELECT max(r.revision) FROM revisions r WHERE r.entity_type = TG_ARGV[0] AND r.entity_id = NEW.id), 0);
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
    NEW.field_versions := NULL;
    RETURN NEW;
  END IF;
  was := to_jsonb(OLD) - kept;
  is_now := to_jsonb(NEW) - kept;
  IF is_now IS DISTINCT FROM was THEN
    NEW.version := OLD.version + 1;
    NEW.last_modified := now();
    NEW.modified_by := coalesce(editor, NEW.modified_by);
    NEW.field_versions := coalesce(OLD.field_versions, jsonb_build_object('*', OLD.version)) || (
      SELECT jsonb_object_agg(f.key, NEW.version) FROM jsonb_each(is_now) f WHERE f.value IS DISTINCT FROM was -> f.key);
  ELSE
    NEW.version := OLD.version;
    NEW.last_modified := OLD.last_modified;
    -- NULL: the person was deleted.
    NEW.modified_by := CASE WHEN editor IS NULL OR NEW.modified_by IS NULL THEN NEW.modified_by ELSE OLD.modified_by END;
    NEW.field_versions := OLD.field_versions;
  END IF;
  RETURN NEW;
END $$;
