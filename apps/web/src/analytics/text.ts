const percent = (value: number | undefined): string => (value === undefined ? '–' : `${Math.round(value)} %`);

export const TEXT = {
  title: 'Dashboard',
  underAdmin: 'How everybody is doing, in all courses, as it happens.',
  underAuthor: 'How the learners of your courses are doing, as it happens.',
  signIn: { title: 'Sign in to see how your courses are doing', action: 'Sign in' },
  empty: { title: 'No courses yet', body: 'When there is a course, its numbers are here.' },
  courses: 'Courses',
  course: 'Course',
  learners: 'Learners',
  active: 'Active',
  activeHint: 'here within 7 days',
  completed: 'Completed',
  completionRate: 'Completion',
  averageProgress: 'Progress',
  averageScore: 'Score',
  percent,
  progressOf: (title: string) => `Average progress in ${title}`,
  chart: {
    title: 'The last 30 days',
    enrolled: 'New learners',
    lessons: 'Lessons completed',
    day: 'Day (UTC)',
    asTable: 'As a table',
    label: 'New learners and completed lessons on each of the last 30 days',
  },
  more: (count: number) => `and ${count} more courses`,
} as const;
