export const TEXT = {
  courses: { title: 'All courses', under: 'Every course on this server, drafts included.', empty: 'There are no courses yet.' },
  users: {
    title: 'People',
    under: (count: number) => (count === 1 ? 'One account.' : `${count} accounts.`),
    find: 'Find somebody',
    findPlaceholder: 'Name or e-mail address',
    name: 'Name',
    email: 'E-mail address',
    role: 'Role',
    since: 'Since',
    banned: 'Banned',
    roles: { learner: 'Learner', instructor: 'Instructor', admin: 'Administrator' },
    none: 'Nobody is called that.',
    more: (count: number) => `${count} more. Narrow the search to see them.`,
  },
  forbidden: { title: 'This page is for administrators', body: 'Sign in with another account to see it.' },
} as const;
