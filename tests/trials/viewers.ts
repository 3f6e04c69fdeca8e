import type { ScopeKey } from '@elira/protocol';
import { PEOPLE, type Person } from './people.ts';
import { NOTE_IDS } from './world.ts';

/** A client of the trial: what it always follows, and what it gains and loses between connections. */
export type TrialViewer = {
  readonly name: string;
  readonly scopes: readonly ScopeKey[];
  readonly sometimes: readonly ScopeKey[];
  /** Id of the person who is signed in; then nothing is named, and the server finds out what this one may see. */
  readonly user?: string;
  /** Writes with the client's own outbox, as people of this role may. The other devices of people write by hand. */
  readonly role?: Person['role'];
};

const note = (index: number): string => NOTE_IDS[index] as string;

/** Eight clients: several scopes of one row in one client, clients without any secret, a public one, authors and learners. */
export const TRIAL_VIEWERS: readonly TrialViewer[] = [
  viewer('ann', ['owner:ann/private', 'reviewer:ann/review', 'team:red/team', 'notes/public'], ['team:blue/team']),
  viewer('bob', ['owner:bob/private', 'board:1/watch', `note:${note(0)}/follow`], ['owner:cy/private']),
  viewer('eve', ['reviewer:eve/review', 'reviewer:bob/review', `thread:${note(1)}/thread`], ['notes/public']),
  viewer('anyone', ['notes/public', 'courses/learner'], []),
  viewer('owners', ['owner:cy/private', 'owner:dee/private', 'courses/admin'], ['owner:ann/private', `note:${note(2)}/follow`]),
  viewer('teams', ['team:red/team', 'team:blue/team', 'team:green/team'], ['reviewer:eve/review']),
  viewer('boards', ['board:1/watch', 'board:2/watch', 'board:3/watch'], ['courses/learner']),
  viewer(
    'everything',
    [
      'owner:ann/private',
      'reviewer:ann/review',
      'team:green/team',
      'notes/public',
      'board:2/watch',
      'courses/admin',
      'courses/learner',
      ...[3, 4, 5, 6].map((at) => `note:${note(at)}/follow`),
      ...[3, 4, 5, 6].map((at) => `thread:${note(at)}/thread`),
    ],
    ['team:red/team', 'owner:bob/private'],
  ),
];

/** Who has a second device. */
const TWICE: ReadonlySet<string> = new Set(['learner1', 'learner2', 'learner3']);

/** Fifteen more: people who are signed in, three of them on two devices. */
export const PEOPLE_VIEWERS: readonly TrialViewer[] = PEOPLE.filter(({ client }) => client).flatMap(({ name, id, role }) => [
  { ...viewer(name, [], []), user: id, role },
  ...(TWICE.has(name) ? [{ ...viewer(`${name}-again`, [], []), user: id }] : []),
]);

/** The client of an undisturbed run. */
export const QUIET_VIEWER: TrialViewer = viewer('quiet', ['owner:ann/private', 'board:1/watch'], []);

/** Headers of the trial's own authentication: the run's secret, and the scopes that this connection may receive. */
export const SECRET_HEADER = 'x-trial-secret';
export const SCOPES_HEADER = 'x-trial-scopes';
/** Instead of the scopes: the id of a session. */
export const SESSION_HEADER = 'x-trial-session';

function viewer(name: string, scopes: readonly string[], sometimes: readonly string[]): TrialViewer {
  return { name, scopes: scopes as readonly ScopeKey[], sometimes: sometimes as readonly ScopeKey[] };
}
