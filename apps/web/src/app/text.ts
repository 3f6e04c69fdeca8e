export const TEXT = {
  name: 'Elira',
  skip: 'Skip to the content',
  nav: {
    label: 'Main',
    catalogue: 'Catalogue',
    learning: 'My courses',
    authoring: 'Authoring',
    allCourses: 'All courses',
    users: 'People',
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

function span(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
