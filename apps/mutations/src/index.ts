import { defineMutators, type Mutators } from '@elira/rules';
import { attemptMutators } from './attempt-mutators.ts';
import { announcementMutators } from './announcement-mutators.ts';
import { authorMutators } from './author-mutators.ts';
import { contentMutators } from './content-mutators.ts';
import { courseMutators } from './course-mutators.ts';
import { enrollmentMutators } from './enrollment-mutators.ts';
import { notificationMutators } from './notification-mutators.ts';
import { progressMutators } from './progress-mutators.ts';
import { recordMutators } from './record-mutators.ts';
import type { User } from './user.ts';
import { versionMutators } from './version-mutators.ts';

/** All that may be written in Elira. In: `{id, name, args}`. What it does is in the file of its feature. */
export const mutators: Mutators<User> = defineMutators<User>([
  ...courseMutators,
  ...contentMutators,
  ...authorMutators,
  ...enrollmentMutators,
  ...progressMutators,
  ...attemptMutators,
  ...recordMutators,
  ...versionMutators,
  ...announcementMutators,
  ...notificationMutators,
]);

export { MADE_ANNOUNCEMENT } from './announcement-mutators.ts';
export type { ShownQuestion } from './attempt-mutators.ts';
export { ADDED_AUTHOR } from './author-mutators.ts';
export { camelCase, rowSql, type ContentKind, type Field, type SavedTable } from './content-kind.ts';
export { AUTHORING, CONTENT_KINDS } from './content-mutators.ts';
export { COURSES, MADE_COURSE, SAVED_COURSE } from './course-mutators.ts';
export { JOINED } from './enrollment-mutators.ts';
export { savedOf, uuid, type Resolved, type Save, type Way } from './fields.ts';
export { LESSONS } from './lesson-kind.ts';
export { mergeParts, type ClashPart, type MergePart } from './merge/merge-parts.ts';
export { mergeText } from './merge/merge-text.ts';
export { MODULES } from './module-kind.ts';
export { position, positionAfter } from './position.ts';
export { OPTIONS, QUESTIONS, QUIZZES } from './quiz-kinds.ts';
export { RECORDED } from './record-mutators.ts';
export { saveRow, type MergedRow, type SavedRow } from './save-row.ts';
export type { User } from './user.ts';
export { VersionConflict, type Conflict, type FieldConflict } from './version-conflict.ts';
