export const TEXT = {
  done: 'Mark as done',
  undo: 'Done. Mark as not done',
  isDone: 'Done',
  previous: 'Previous',
  next: 'Next',
  all: 'All lessons',
  outline: 'In this course',
  empty: 'This lesson has no text yet.',
  toEnroll: { title: 'Enrol to read this lesson', action: 'Go to the course' },
  gone: {
    title: 'This lesson is not there any more',
    body: 'Its authors have taken it out of the course.',
    action: 'Go to the course',
  },
  finished: 'That was the last one. Well done!',
} as const;
