import { isRecord, request } from '../data/request.ts';

export type Version = {
  readonly version: number;
  readonly publishedAt: string;
  /** How many rows of each kind. */
  readonly entries: Readonly<Record<string, number>>;
};
export type EntityType = 'course' | 'module' | 'lesson' | 'quiz' | 'question' | 'option';
export type Difference = {
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly name: string | null;
  readonly fields: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
};
/** A version, or the working rows. */
export type Side = number | 'draft';

/** The newest first; `next` where there are older ones. Versions are in no stream: they are read when somebody looks. */
export async function readVersions(
  courseId: string,
  before?: number,
): Promise<{ versions: readonly Version[]; next?: number }> {
  const query = before === undefined ? '' : `?before=${before}`;
  const answer = await request('GET', `/api/admin/courses/${courseId}/versions${query}`);
  return answer as { versions: readonly Version[]; next?: number };
}

/** What differs, in the order of a course: itself, its modules, and so on. */
export async function readDifferences(courseId: string, from: number, to: Side): Promise<readonly Difference[]> {
  const answer = await request('GET', `/api/admin/courses/${courseId}/versions/${from}/diff/${to}`);
  const found = isRecord(answer) ? (answer['differences'] as readonly Difference[]) : [];
  return found.toSorted((a, b) => ORDER.indexOf(a.entityType) - ORDER.indexOf(b.entityType));
}

const ORDER: readonly EntityType[] = ['course', 'module', 'lesson', 'quiz', 'question', 'option'];
