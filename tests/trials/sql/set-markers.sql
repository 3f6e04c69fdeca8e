-- A marker into every scope while others write: a row that somebody holds is passed over, and has the next one. Rows of people
-- themselves are left alone: whoever is about to connect would have to be looked up again.
WITH notes AS (
  UPDATE trial_notes SET body = $1, version = version + 1
  WHERE id IN (SELECT id FROM trial_notes WHERE id = ANY ($2::uuid[]) FOR NO KEY UPDATE SKIP LOCKED) RETURNING 1
), people AS (
  INSERT INTO trial_slates (id, user_id, seq) SELECT m.id, m.person, $3 FROM unnest($5::uuid[], $6::text[]) m (id, person)
  ON CONFLICT (id) DO UPDATE SET seq = excluded.seq RETURNING 1
)
UPDATE trial_ticks SET count = $3, version = version + 1
WHERE id IN (SELECT id FROM trial_ticks WHERE id = ANY ($4::uuid[]) FOR NO KEY UPDATE SKIP LOCKED)
