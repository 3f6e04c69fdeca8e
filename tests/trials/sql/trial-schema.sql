-- The tables the trials write to. Together they hold every way in which a row can come into a scope, move and leave it.
--
-- `hidden` is in no mask at all, `secret` only in its owner's: both carry canaries. `version` only rises while a row lives.

CREATE TABLE trial_notes (
  id uuid PRIMARY KEY,
  owner text,
  reviewer text,
  team text,
  visibility text NOT NULL DEFAULT 'closed',
  body text NOT NULL,
  secret text NOT NULL,
  hidden text NOT NULL,
  -- Beyond what a JSON number holds, so it must travel as text.
  amount bigint NOT NULL DEFAULT 9007199254740993,
  version integer NOT NULL DEFAULT 0
);

-- The child of a foreign key: rows that move and go because another row does.
CREATE TABLE trial_replies (
  id uuid PRIMARY KEY,
  note_id uuid NOT NULL REFERENCES trial_notes ON UPDATE CASCADE ON DELETE CASCADE,
  team text,
  body text NOT NULL,
  hidden text NOT NULL,
  version integer NOT NULL DEFAULT 0
);
CREATE INDEX trial_replies_note ON trial_replies (note_id);

-- Written by a trigger of trial_notes alone: one row for each note that a team has.
CREATE TABLE trial_shadows (
  id uuid PRIMARY KEY,
  team text NOT NULL,
  size integer NOT NULL,
  version integer NOT NULL
);

CREATE FUNCTION trial_fill_shadows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND (TG_OP = 'DELETE' OR NEW.team IS NULL OR NEW.id <> OLD.id) THEN
    DELETE FROM trial_shadows WHERE id = OLD.id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.team IS NOT NULL THEN
    INSERT INTO trial_shadows AS s (id, team, size, version) VALUES (NEW.id, NEW.team, length(NEW.body), NEW.version)
    ON CONFLICT (id) DO UPDATE SET team = excluded.team, size = excluded.size, version = excluded.version;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER fill_shadows AFTER INSERT OR UPDATE OR DELETE ON trial_notes FOR EACH ROW EXECUTE FUNCTION trial_fill_shadows();

-- Captured in the cheap form: neither key nor board of a row may change.
CREATE TABLE trial_ticks (
  id uuid PRIMARY KEY,
  board text NOT NULL,
  count integer NOT NULL DEFAULT 0,
  hidden text NOT NULL,
  version integer NOT NULL DEFAULT 0
);

-- Two rows a pair, in one team, whose values sum to zero after every transaction.
CREATE TABLE trial_pairs (
  id uuid PRIMARY KEY,
  pair integer NOT NULL,
  team text NOT NULL,
  value integer NOT NULL
);

-- Small, and truncated now and then.
CREATE TABLE trial_scraps (
  id uuid PRIMARY KEY,
  team text,
  body text NOT NULL
);

-- What faults put many rows into, and a child of it that goes with them.
CREATE TABLE trial_bulk (
  id integer PRIMARY KEY,
  board text NOT NULL,
  value integer NOT NULL DEFAULT 0,
  parent integer REFERENCES trial_bulk ON DELETE CASCADE
);
CREATE INDEX trial_bulk_parent ON trial_bulk (parent);

-- Values that are easily broken on the way, and one that raises when it is made JSON: what any cast of an application's own may do.
CREATE TYPE trial_mood AS ENUM ('fine', 'poison');
CREATE FUNCTION trial_mood_json(m trial_mood) RETURNS json LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF m = 'poison' THEN
    RAISE EXCEPTION 'no JSON for this mood';
  END IF;
  RETURN to_json(m::text);
END $$;
CREATE TABLE trial_odds (
  id text PRIMARY KEY,
  board text NOT NULL,
  number numeric,
  fraction float8,
  big bigint,
  words text,
  mood trial_mood NOT NULL DEFAULT 'fine'
);

GRANT SELECT ON trial_notes, trial_replies, trial_shadows, trial_ticks, trial_pairs, trial_scraps, trial_bulk, trial_odds TO elira_reader;

-- What people write through the one door. A slate is one of a person's own, written again and again; a deed is one row for each time that
-- a mutation has had its effect, and nothing here keeps it from having two.
CREATE TABLE trial_slates (
  id uuid PRIMARY KEY,
  user_id varchar(36) NOT NULL,
  -- How often its only device has written on it, as that device counts.
  seq integer NOT NULL
);
CREATE TABLE trial_deeds (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  mutation_id uuid NOT NULL,
  -- Given by whoever made it, so that it is known again under another id.
  deed uuid NOT NULL,
  user_id varchar(36) NOT NULL,
  amount integer NOT NULL
);
ALTER TABLE trial_slates ENABLE ROW LEVEL SECURITY;
ALTER TABLE trial_deeds ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON trial_slates TO elira_app USING (user_id = (SELECT viewer_id())) WITH CHECK (user_id = (SELECT viewer_id()));
CREATE POLICY own ON trial_deeds TO elira_app USING (user_id = (SELECT viewer_id())) WITH CHECK (user_id = (SELECT viewer_id()));
CREATE POLICY reader_all ON trial_slates FOR SELECT TO elira_reader USING (true);
CREATE POLICY reader_all ON trial_deeds FOR SELECT TO elira_reader USING (true);
GRANT SELECT, INSERT, UPDATE ON trial_slates TO elira_app;
GRANT SELECT, INSERT ON trial_deeds TO elira_app;
GRANT SELECT ON trial_slates, trial_deeds TO elira_reader;

-- Deeds that are committed together, as flush_lesson_completions() does it.
CREATE FUNCTION flush_trial_deeds(batch jsonb) RETURNS TABLE (id uuid, status text, answer jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  WITH asked AS (
    SELECT (b.item ->> 'id')::uuid AS id, b.item ->> 'userId' AS user_id, (b.item #>> '{args,amount}')::integer AS amount,
      (b.item #>> '{args,deed}')::uuid AS deed
    FROM jsonb_array_elements(batch) AS b (item)
  ), new AS (
    INSERT INTO mutations (id, user_id, name, status, answer)
    SELECT a.id, a.user_id, 'deed.count', CASE WHEN a.amount < 0 THEN 'refused' ELSE 'applied' END,
      CASE WHEN a.amount < 0 THEN '{"problem": {"code": "forbidden"}}' ELSE jsonb_build_object('result', a.amount) END
    FROM asked a JOIN users u ON u.id = a.user_id AND NOT u.banned ORDER BY a.id
    ON CONFLICT (id) DO NOTHING RETURNING id
  )
  INSERT INTO trial_deeds (mutation_id, deed, user_id, amount)
  SELECT a.id, a.deed, a.user_id, a.amount FROM asked a JOIN new n ON n.id = a.id WHERE a.amount >= 0;
  RETURN QUERY
  SELECT a.id,
    CASE WHEN m.id IS NULL THEN 'unknown' WHEN m.user_id = a.user_id THEN m.status::text ELSE 'refused' END,
    CASE WHEN m.id IS NULL THEN '{"problem": {"code": "not_signed_in"}}' WHEN m.user_id = a.user_id THEN m.answer
      ELSE '{"problem": {"code": "mutation_id_taken"}}' END
  FROM (SELECT (b.item ->> 'id')::uuid AS id, b.item ->> 'userId' AS user_id FROM jsonb_array_elements(batch) AS b (item)) a
  LEFT JOIN mutations m ON m.id = a.id;
END $$;
GRANT EXECUTE ON FUNCTION flush_trial_deeds(jsonb) TO elira_flush;

-- What was decided in an earlier leg of a run, and is not asked of this one.
CREATE TABLE trial_settled (id uuid PRIMARY KEY);
