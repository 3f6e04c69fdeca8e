/** What people do that is noted for administrators. */
export const ACTIVITY_KINDS = ['enrollment', 'lesson_completion', 'quiz_attempt', 'course_update'] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** Pure. The kind that an address asks for; without one, all. */
export function activityKind(search: Readonly<Record<string, unknown>>): { kind?: ActivityKind } {
  const kind = ACTIVITY_KINDS.find((one) => one === search['kind']);
  return kind === undefined ? {} : { kind };
}
