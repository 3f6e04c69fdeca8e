import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { EmptyState } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { TEXT } from './text.ts';

/** A page threw, or its code could not be fetched, as after a deployment. */
export function FailedPage(): ReactNode {
  return (
    <Page>
      <EmptyState
        isWholePage
        title={TEXT.failed.title}
        actions={<Button onPress={() => location.reload()}>{TEXT.failed.again}</Button>}
      >
        {TEXT.failed.body}
      </EmptyState>
    </Page>
  );
}
