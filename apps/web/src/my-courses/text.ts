export const TEXT = {
  title: 'My courses',
  under: 'Where you are enrolled, and how far you have come.',
  signIn: { title: 'Sign in to see your courses', action: 'Sign in' },
  empty: {
    title: 'You are not enrolled anywhere yet',
    body: 'Choose a course in the catalogue; it takes one press.',
    action: 'Go to the catalogue',
  },
  unavailable: 'At the moment taken back by its authors. Your progress is kept.',
  unavailableTitle: 'A course that is not published',
} as const;
