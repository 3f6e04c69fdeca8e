-- Every row of every scope as it is now.
SELECT 'trial_notes' AS tbl, t.id::text AS key, v.scope, v.body FROM trial_notes t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'trial_replies', t.id::text, v.scope, v.body FROM trial_replies t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'trial_shadows', t.id::text, v.scope, v.body FROM trial_shadows t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'trial_ticks', t.id::text, v.scope, v.body FROM trial_ticks t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'trial_pairs', t.id::text, v.scope, v.body FROM trial_pairs t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'trial_scraps', t.id::text, v.scope, v.body FROM trial_scraps t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'courses', t.id::text, v.scope, v.body FROM courses t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'published_courses', t.id::text, v.scope, v.body FROM published_courses t, LATERAL oracle.views(t) v
