-- A marker into every scope while others write: a row that somebody holds is passed over, and has the next one.
WITH notes AS (
  UPDATE trial_notes SET body = $1, version = version + 1
  WHERE id IN (SELECT id FROM trial_notes WHERE id = ANY ($2::uuid[]) FOR NO KEY UPDATE SKIP LOCKED) RETURNING 1
), people AS (
  UPDATE users SET image = $1
  WHERE id IN (SELECT id FROM users WHERE id = ANY ($5) FOR NO KEY UPDATE SKIP LOCKED) RETURNING 1
)
UPDATE trial_ticks SET count = $3, version = version + 1
WHERE id IN (SELECT id FROM trial_ticks WHERE id = ANY ($4::uuid[]) FOR NO KEY UPDATE SKIP LOCKED)
