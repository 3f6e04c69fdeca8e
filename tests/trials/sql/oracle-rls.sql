-- What row-level security shows of Elira's tables to whoever this is run as: table → keys.
SELECT jsonb_build_object(
  'courses', ARRAY(SELECT id FROM courses),
  'course_authors', ARRAY(SELECT id FROM course_authors),
  'modules', ARRAY(SELECT id FROM modules),
  'lessons', ARRAY(SELECT id FROM lessons),
  'quizzes', ARRAY(SELECT id FROM quizzes),
  'questions', ARRAY(SELECT id FROM questions),
  'options', ARRAY(SELECT id FROM options),
  'enrollments', ARRAY(SELECT id FROM enrollments),
  'lesson_progress', ARRAY(SELECT id FROM lesson_progress),
  'course_people', ARRAY(SELECT id FROM course_people),
  'published_courses', ARRAY(SELECT id FROM published_courses),
  'published_modules', ARRAY(SELECT id FROM published_modules),
  'published_lessons', ARRAY(SELECT id FROM published_lessons),
  'published_quizzes', ARRAY(SELECT id FROM published_quizzes),
  'published_questions', ARRAY(SELECT id FROM published_questions),
  'published_options', ARRAY(SELECT id FROM published_options),
  'users', ARRAY(SELECT id FROM users)
) AS visible
