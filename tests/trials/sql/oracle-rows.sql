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
UNION ALL
SELECT 'users', t.id::text, v.scope, v.body FROM users t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'sessions', t.id::text, v.scope, v.body FROM sessions t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'course_authors', t.id::text, v.scope, v.body FROM course_authors t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'modules', t.id::text, v.scope, v.body FROM modules t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'lessons', t.id::text, v.scope, v.body FROM lessons t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'quizzes', t.id::text, v.scope, v.body FROM quizzes t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'questions', t.id::text, v.scope, v.body FROM questions t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'options', t.id::text, v.scope, v.body FROM options t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'enrollments', t.id::text, v.scope, v.body FROM enrollments t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'lesson_progress', t.id::text, v.scope, v.body FROM lesson_progress t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'course_people', t.id::text, v.scope, v.body FROM course_people t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'published_modules', t.id::text, v.scope, v.body FROM published_modules t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'published_lessons', t.id::text, v.scope, v.body FROM published_lessons t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'published_quizzes', t.id::text, v.scope, v.body FROM published_quizzes t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'published_questions', t.id::text, v.scope, v.body FROM published_questions t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'published_options', t.id::text, v.scope, v.body FROM published_options t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'mutations', t.id::text, v.scope, v.body FROM mutations t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'user_activities', t.id::text, v.scope, v.body FROM user_activities t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'recent_audit', t.id::text, v.scope, v.body FROM recent_audit t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'course_counts', t.id::text, v.scope, v.body FROM course_counts t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'announcements', t.id::text, v.scope, v.body FROM announcements t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'notifications', t.id::text, v.scope, v.body FROM notifications t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'notification_reads', t.id::text, v.scope, v.body FROM notification_reads t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'quiz_attempts', t.id::text, v.scope, v.body FROM quiz_attempts t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'grades', t.id::text, v.scope, v.body FROM grades t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'sync_status', t.id::text, v.scope, v.body FROM sync_status t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'sync_servers', t.id::text, v.scope, v.body FROM sync_servers t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'trial_slates', t.id::text, v.scope, v.body FROM trial_slates t, LATERAL oracle.views(t) v
UNION ALL
SELECT 'trial_deeds', t.id::text, v.scope, v.body FROM trial_deeds t, LATERAL oracle.views(t) v
