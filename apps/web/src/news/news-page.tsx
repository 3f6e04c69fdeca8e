import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useSyncClient, useSyncStatus } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import { Button, buttonClasses } from '../design/button.tsx';
import { EmptyState, LoadingText } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { NewsEntry } from './news-entry.tsx';
import { TEXT } from './text.ts';
import { useNews } from './use-news.ts';

export function NewsPage(): ReactNode {
  const person = usePerson();
  if (person !== undefined) return <News />;
  return (
    <Page>
      <EmptyState
        isWholePage
        title={TEXT.signIn.title}
        actions={
          <Link to="/sign-in" search={{ back: '/news' }} className={buttonClasses()}>
            {TEXT.signIn.action}
          </Link>
        }
      />
    </Page>
  );
}

function News(): ReactNode {
  const { hasRows } = useSyncStatus();
  const { items, unread } = useNews();
  return (
    <Page className="max-w-3xl">
      <title>{`${TEXT.title} · Elira`}</title>
      <PageTitle
        under={TEXT.under}
        actions={
          unread > 0 && <ReadAll ids={items.filter(({ isUnread }) => isUnread).map(({ notification }) => notification.id)} />
        }
      >
        {TEXT.title}
      </PageTitle>
      {!hasRows ? (
        <LoadingText />
      ) : items.length === 0 ? (
        <EmptyState title={TEXT.empty.title}>{TEXT.empty.body}</EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {items.map((item) => (
            <li key={item.notification.id}>
              <NewsEntry {...item} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

/** Shows at once, and waits to be sent where there is no network. */
function ReadAll({ ids }: { readonly ids: readonly string[] }): ReactNode {
  const client = useSyncClient();
  return (
    <Button look="secondary" onPress={() => void client.mutate('notification.read', { ids })}>
      {TEXT.readAll}
    </Button>
  );
}
