export const TEXT = {
  title: 'What would you like to learn?',
  under: 'Every course here is live: what its authors publish shows at once.',
  filter: 'Find a course',
  filterPlaceholder: 'Title or topic',
  empty: { title: 'Nothing is published yet', body: 'As soon as somebody publishes a course, it appears here by itself.' },
  noMatch: (text: string) => `No course matches “${text}”.`,
  clear: 'Show all courses',
} as const;
