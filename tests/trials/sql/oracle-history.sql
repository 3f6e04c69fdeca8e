-- Every state every row came into, as the scopes' readers would have got it: {scope: row}, empty when the row was gone; and which
-- transactions had ended when it was written.
SELECT h.ord::text AS ord, h.xid::text AS xid, h.seen::text AS seen, h.tbl, h.key,
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
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::users, h.state)) v WHERE h.tbl = 'users'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::sessions, h.state)) v WHERE h.tbl = 'sessions'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::course_authors, h.state)) v WHERE h.tbl = 'course_authors'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::modules, h.state)) v WHERE h.tbl = 'modules'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::lessons, h.state)) v WHERE h.tbl = 'lessons'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::quizzes, h.state)) v WHERE h.tbl = 'quizzes'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::questions, h.state)) v WHERE h.tbl = 'questions'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::options, h.state)) v WHERE h.tbl = 'options'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::enrollments, h.state)) v WHERE h.tbl = 'enrollments'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::lesson_progress, h.state)) v WHERE h.tbl = 'lesson_progress'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::course_people, h.state)) v WHERE h.tbl = 'course_people'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::published_modules, h.state)) v WHERE h.tbl = 'published_modules'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::published_lessons, h.state)) v WHERE h.tbl = 'published_lessons'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::published_quizzes, h.state)) v WHERE h.tbl = 'published_quizzes'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::published_questions, h.state)) v WHERE h.tbl = 'published_questions'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::published_options, h.state)) v WHERE h.tbl = 'published_options'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::mutations, h.state)) v WHERE h.tbl = 'mutations'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::user_activities, h.state)) v WHERE h.tbl = 'user_activities'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::recent_audit, h.state)) v WHERE h.tbl = 'recent_audit'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::course_counts, h.state)) v WHERE h.tbl = 'course_counts'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::announcements, h.state)) v WHERE h.tbl = 'announcements'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::notifications, h.state)) v WHERE h.tbl = 'notifications'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::notification_reads, h.state)) v WHERE h.tbl = 'notification_reads'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::quiz_attempts, h.state)) v WHERE h.tbl = 'quiz_attempts'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::grades, h.state)) v WHERE h.tbl = 'grades'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::sync_status, h.state)) v WHERE h.tbl = 'sync_status'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::sync_servers, h.state)) v WHERE h.tbl = 'sync_servers'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_slates, h.state)) v WHERE h.tbl = 'trial_slates'
    UNION ALL
    SELECT v.* FROM oracle.views(jsonb_populate_record(NULL::trial_deeds, h.state)) v WHERE h.tbl = 'trial_deeds'
  ) v WHERE h.state IS NOT NULL), '{}'::jsonb) AS views
FROM trial_history h ORDER BY h.ord
