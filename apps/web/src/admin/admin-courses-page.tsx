import type { ReactNode } from 'react';
export function AdminCoursesPage(): ReactNode {
  return null;
}
