import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { buttonClasses } from '../design/button.tsx';
import { EmptyState } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { TEXT } from './text.ts';

export function MissingPage(): ReactNode {
  return (
    <Page>
      <EmptyState
        isWholePage
        title={TEXT.missing.title}
        actions={
          <Link to="/" className={buttonClasses()}>
            {TEXT.missing.action}
          </Link>
        }
      />
    </Page>
  );
}
