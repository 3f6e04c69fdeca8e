-- Every state every row came into, as the scopes' readers would have got it: {scope: row}, empty when the row was gone.
SELECT h.ord::text AS ord, h.xid::text AS xid, h.tbl, h.key,
  coalesce((SELECT jsonb_object_agg(v.scope, v.body) FROM (
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_notes, h.state)) v WHERE h.tbl = 'trial_notes'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_replies, h.state)) v WHERE h.tbl = 'trial_replies'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_shadows, h.state)) v WHERE h.tbl = 'trial_shadows'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_ticks, h.state)) v WHERE h.tbl = 'trial_ticks'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_pairs, h.state)) v WHERE h.tbl = 'trial_pairs'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_scraps, h.state)) v WHERE h.tbl = 'trial_scraps'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::courses, h.state)) v WHERE h.tbl = 'courses'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::published_courses, h.state)) v WHERE h.tbl = 'published_courses'
  ) v WHERE h.state IS NOT NULL), '{}'::jsonb) AS views
FROM trial_history h ORDER BY h.ord
