import type { ReactNode } from 'react';
export function AuthorCoursePage(): ReactNode {
  return null;
}
