-- Nobody writes: the past of a leg begins with what stands there now, as if it had always stood there.
DELETE FROM trial_slates;
INSERT INTO trial_settled SELECT id FROM mutations UNION SELECT mutation_id FROM trial_deeds ON CONFLICT DO NOTHING;
DELETE FROM trial_history WHERE ord NOT IN (SELECT DISTINCT ON (tbl, key) ord FROM trial_history ORDER BY tbl, key, ord DESC);
DELETE FROM trial_history WHERE state IS NULL;
UPDATE trial_history SET xid = '3', seen = '3:3:';
