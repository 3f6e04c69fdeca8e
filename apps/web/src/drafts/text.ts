export const TEXT = {
  clashTitle: (label: string) => `Somebody else has saved “${label}” while you were typing.`,
  base: 'It was',
  theirs: 'Theirs',
  mine: 'Yours',
  keepMine: 'Keep mine',
  takeTheirs: 'Take theirs',
  empty: '(empty)',
  save: 'Save',
  saved: 'Saved',
  unsaved: 'Not saved yet',
  leave: {
    title: 'Leave without saving?',
    body: 'What you typed on this page has not been saved.',
    stay: 'Stay here',
    leave: 'Leave without saving',
  },
} as const;
