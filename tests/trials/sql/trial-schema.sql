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

GRANT SELECT ON trial_notes, trial_replies, trial_shadows, trial_ticks, trial_pairs, trial_scraps TO elira_reader;
