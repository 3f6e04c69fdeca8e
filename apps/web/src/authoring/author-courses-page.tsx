import type { ReactNode } from 'react';
export function AuthorCoursesPage(): ReactNode {
  return null;
}
