export const TEXT = {
  title: 'What is new',
  under: 'From your courses, and from those who run Elira.',
  bell: (unread: number) => (unread === 0 ? 'What is new' : `What is new: ${unread} unread`),
  unread: (count: number) => (count === 1 ? '1 unread message' : `${count} unread messages`),
  isUnread: 'Unread',
  readAll: 'Mark all as read',
  empty: { title: 'Nothing new', body: 'When a course of yours changes or somebody tells you something, it is here.' },
  signIn: { title: 'Sign in to see what is new for you', action: 'Sign in' },
  kinds: {
    course_published: 'Course published',
    course_updated: 'Course updated',
    announcement: 'Announcement',
    grade: 'New grade',
    co_author: 'You are a co-author',
  } as Readonly<Record<string, string>>,
  other: 'News',
} as const;
