export const TEXT = {
  name: 'Elira',
  skip: 'Skip to the content',
  nav: {
    label: 'Main',
    catalogue: 'Catalogue',
    learning: 'My courses',
    authoring: 'Authoring',
    admin: 'Administration',
    dashboard: 'Dashboard',
  },
  signIn: 'Sign in',
  signOut: 'Sign out',
  signedInAs: (name: string) => `Signed in as ${name}`,
  toDark: 'Switch to dark colours',
  toLight: 'Switch to light colours',
  freshness: {
    live: 'Connected: what you see is up to date',
    connecting: 'Connecting',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    stopped: 'Not connected',
    ended: 'Signed out',
    again: 'Try again',
    age: (seconds: number) => `as of ${span(seconds)} ago`,
    old: (seconds: number) => `Data is ${span(seconds)} old`,
  },
  waiting: {
    count: (unsent: number) => `${changes(unsent)} waiting to be sent`,
    refused: (refused: number) => `${changes(refused)} not accepted`,
    shortCount: (unsent: number) => `${unsent} waiting`,
    shortRefused: (refused: number) => `${refused} not accepted`,
    title: 'Your changes',
    waits: 'Waiting to be sent',
    dismiss: 'Put away',
    close: 'Close',
    made: (at: string) => `Made on ${new Date(at).toLocaleString()}`,
    names: {
      'lesson.complete': 'A lesson marked as done, or not done',
      'enrollment.join': 'Joining a course',
      'enrollment.leave': 'Leaving a course',
      'quiz.submit': 'Answers to a quiz',
      'notification.read': 'News marked as read',
    } as Readonly<Record<string, string>>,
    other: 'A change',
    signOutTitle: 'Sign out and lose changes?',
    wouldBeLost: (unsent: number, refused: number) =>
      `${[unsent > 0 ? `${changes(unsent)} could not be sent yet` : '', refused > 0 ? `${changes(refused)} not accepted` : '']
        .filter((part) => part !== '')
        .join(', ')}. Signing out removes everything of yours from this device.`,
    signOut: 'Sign out',
    stay: 'Stay signed in',
  },
  ended: {
    title: 'You have been signed out',
    body: 'What you typed is still here. Sign in again to save it.',
    action: 'Sign in again',
  },
  unreachable: { title: 'Elira cannot be reached', again: 'Try again' },
  failed: { title: 'This page could not be shown', body: 'Nothing you saved is affected.', again: 'Load the page again' },
  missing: { title: 'There is nothing at this address', action: 'Go to the catalogue' },
  asking: 'Opening Elira…',
} as const;

function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}

function span(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
