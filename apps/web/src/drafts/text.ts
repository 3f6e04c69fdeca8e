export const TEXT = {
  conflict: {
    /** `who`: a name, or nobody that this page knows. */
    notice: (labels: string, who: string | undefined) => `${who ?? 'Somebody else'} has changed “${labels}” where you did.`,
    own: (labels: string) => `You have changed “${labels}” in another window, where you did here.`,
    safe: 'What you typed is still here.',
    compare: 'Compare',
    title: 'Two of you changed the same',
    /** `who` as above. */
    intro: (who: string | undefined) =>
      `${who ?? 'Somebody else'} saved this while you were writing. Everything else of both is in the form; decide here what becomes of the rest. Nothing is lost if you close this.`,
    introOwn:
      'You saved this in another window. Everything else of both is in the form; decide here what becomes of the rest. Nothing is lost if you close this.',
    place: (number: number, of: number) => (of === 1 ? '' : ` · ${number} of ${of}`),
    base: 'It was',
    theirs: (who: string | undefined) => (who === undefined ? 'Theirs' : `Theirs · ${who}`),
    theirsOwn: 'In your other window',
    mine: 'Yours',
    empty: 'Nothing',
    added: 'Added',
    removed: 'Removed',
    choice: 'What it becomes',
    way: {
      mine: { label: 'Keep mine', hint: 'Theirs stays in the history.' },
      theirs: { label: 'Take theirs', hint: 'What you wrote here goes.' },
      both: { label: 'Keep both', hint: 'Theirs, then yours.' },
      own: { label: 'Write it anew', hint: 'From what stands below.' },
    },
    result: 'Result',
    resultHint: 'You can change it.',
    open: (count: number) => (count === 1 ? 'One is not decided yet.' : `${count} are not decided yet.`),
    ready: 'Everything is decided.',
    cancel: 'Not now',
    save: 'Save this',
    use: 'Use this',
  },
  save: 'Save',
  saved: 'Saved',
  unsaved: 'Not saved yet',
  busy: 'Others are saving this at the same moment. Nothing was lost; try again.',
  leave: {
    title: 'Leave without saving?',
    body: 'What you typed on this page has not been saved.',
    stay: 'Stay here',
    leave: 'Leave without saving',
  },
} as const;
