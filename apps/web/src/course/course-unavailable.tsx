import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { buttonClasses } from '../design/button.tsx';
import { EmptyState } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { TEXT } from './text.ts';

export function CourseUnavailable(): ReactNode {
  return (
    <Page>
      <EmptyState
        isWholePage
        title={TEXT.unavailable.title}
        actions={
          <Link to="/" className={buttonClasses()}>
            {TEXT.unavailable.action}
          </Link>
        }
      >
        {TEXT.unavailable.body}
      </EmptyState>
    </Page>
  );
}
