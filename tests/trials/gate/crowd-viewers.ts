import { PEOPLE_VIEWERS, TRIAL_VIEWERS, type TrialViewer } from '../viewers.ts';

/** How many of the crowd follow what this one follows, in proportion: most are learners, as outside. */
function shareOf({ user, role }: TrialViewer): number {
  if (user === undefined || role === undefined) return user === undefined ? 1 : 0;
  return role === 'learner' ? 4 : role === 'instructor' ? 2 : 1;
}

/** So many clients that only read, each following what one of the trial's own clients does. */
export function crowdViewers(count: number): TrialViewer[] {
  const kinds = [...TRIAL_VIEWERS, ...PEOPLE_VIEWERS].flatMap((viewer) =>
    Array.from({ length: shareOf(viewer) }, () => viewer),
  );
  return Array.from({ length: count }, (_, index) => {
    const { role: _role, ...viewer } = kinds[index % kinds.length] as TrialViewer;
    return { ...viewer, name: `${viewer.name} ${index}` };
  });
}
