import type { Health } from './sync-health.ts';

export const TEXT = {
  title: 'Synchronisation',
  under: 'Whether what is saved is on everybody’s screen, and what each server says of itself.',
  health: {
    good: 'Good',
    behind: 'Behind',
    failing: 'Needs a look',
    stopped: 'Stopped',
  } satisfies Record<Health, string> as Readonly<Record<Health, string>>,
  says: {
    good: 'Everything that was saved has been read by every server.',
    behind: 'Something that was saved is still on its way to some screens.',
    failing: 'Some rows cannot be shown. Everything else goes on.',
    stopped: 'This screen hears nothing from the server. What it shows may be old.',
  } satisfies Record<Health, string> as Readonly<Record<Health, string>>,
  reader: 'Courses',
  read: 'Read by every server',
  pending: 'On their way',
  failed: 'Cannot be shown',
  connected: 'Connected',
  admins: 'Administrators',
  users: 'Everybody else',
  messages: 'Messages sent',
  errors: 'Errors',
  errorsHint: 'since the servers started',
  notes: 'Courses to look at',
  noNotes: 'No course waits, and none failed.',
  states: { pending: 'On its way', failed: 'Cannot be shown', success: 'Read' },
  lastRead: (at: string) => `last read ${new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}`,
  neverRead: 'not read yet',
  goneCourse: 'A course that is gone',
  more: (count: number) => `and ${count} more`,
  rows: 'Rows on screens',
  notChecked: 'Every few minutes, what a screen holds is compared with the database. This one has its turn soon.',
  checked: (at: number, mended: number) =>
    `This screen was compared with the database at ${new Date(at).toLocaleTimeString(undefined, { timeStyle: 'short' })}: ${
      mended === 0 ? 'every row is right.' : `${rowsOf(mended)} put right.`
    }`,
  mended: (count: number) =>
    count === 0
      ? 'No screen held a wrong row since the servers started.'
      : `${rowsOf(count)} put right on screens since the servers started. The log says in which tables.`,
  servers: 'Servers',
  name: 'Name',
  server: (index: number) => `Server ${index}`,
  state: 'State',
  uptime: 'Running for',
  serverHealth: { good: 'Good', behind: 'Slow', failing: 'Needs a look', stopped: 'Silent' } satisfies Record<
    Health,
    string
  > as Readonly<Record<Health, string>>,
  delay: 'From saving to the screens',
  delayHint: 'half of all · 95 % · 99 %',
  noDelay: 'nothing was saved here yet',
  milliseconds: (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`),
  span,
} as const;

function rowsOf(count: number): string {
  return count === 1 ? '1 row was' : `${count.toLocaleString()} rows were`;
}

function span(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
