import type { UpkeepJob } from './run-upkeep.ts';

/** What every server does from time to time: each one a statement that `elira_app` may run, harmless when two servers run it at once. */
export const UPKEEP: readonly UpkeepJob[] = [
  { name: 'compact course counts', everySeconds: 5, sql: 'SELECT compact_course_counts()' },
  { name: 'retire learners', everySeconds: 60, sql: 'SELECT retire_learners()' },
  { name: 'forget notifications', everySeconds: 600, sql: 'SELECT forget_notifications()' },
  { name: 'forget activities', everySeconds: 10, sql: 'SELECT upkeep_activities()' },
  { name: 'forget recent audit', everySeconds: 10, sql: 'SELECT upkeep_audit()' },
  { name: 'mutations', everySeconds: 60, sql: 'SELECT tend_mutations()' },
];
