import type { ReactNode } from 'react';
export function LessonEditorPage(): ReactNode {
  return null;
}
