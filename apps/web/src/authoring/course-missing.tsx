import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { buttonClasses } from '../design/button.tsx';
import { EmptyState } from '../design/states.tsx';
import { TEXT } from './text.ts';

/** A course that is not there, or not for this person to edit. */
export function CourseMissing(): ReactNode {
  return (
    <EmptyState
      isWholePage
      title={TEXT.missing.title}
      actions={
        <Link to="/author" className={buttonClasses()}>
          {TEXT.missing.action}
        </Link>
      }
    >
      {TEXT.missing.body}
    </EmptyState>
  );
}
