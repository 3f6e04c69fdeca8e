import { useState, type ReactNode } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { useRow } from '@elira/sync-react';
import type { Course } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Confirm } from '../design/dialog.tsx';
import { EmptyState, LoadingText, Notice } from '../design/states.tsx';
import { Card, Page, PageTitle, SectionTitle } from '../design/surface.tsx';
import { toasts } from '../design/toasts.tsx';
import { DifferenceCard } from './difference-card.tsx';
import { readDifferences, readVersions, type Side, type Version } from './read-versions.ts';
import { TEXT } from './text.ts';
import { useAsked } from './use-asked.ts';

export function VersionsPage(): ReactNode {
  const { courseId } = useParams({ from: '/author/courses/$courseId/versions' });
  return <Versions key={courseId} courseId={courseId} />;
}

function Versions({ courseId }: { readonly courseId: string }): ReactNode {
  const course = useRow<Course>('courses', courseId);
  const { state, again } = useAsked(courseId, () => readVersions(courseId));
  return (
    <Page>
      <title>{`${TEXT.title} · Elira`}</title>
      <PageTitle
        over={
          <Link to="/author/courses/$courseId" params={{ courseId }} className="no-underline hover:text-accent">
            ← {course?.title ?? TEXT.back}
          </Link>
        }
        under={TEXT.under}
      >
        {TEXT.title}
      </PageTitle>
      {state.kind === 'loading' && <LoadingText />}
      {state.kind === 'failed' && <Failed message={state.message} onAgain={again} />}
      {state.kind === 'here' &&
        (state.value.versions.length === 0 ? (
          <EmptyState title={TEXT.none.title}>{TEXT.none.body}</EmptyState>
        ) : (
          <Comparing courseId={courseId} course={course} {...state.value} />
        ))}
    </Page>
  );
}

function Failed({ message, onAgain }: { readonly message: string; readonly onAgain: () => void }): ReactNode {
  return (
    <Notice
      tone="danger"
      title={TEXT.failed.title}
      actions={
        <Button look="secondary" size="small" onPress={onAgain}>
          {TEXT.failed.action}
        </Button>
      }
    >
      {message}
    </Notice>
  );
}

type ComparingProps = {
  readonly courseId: string;
  readonly course: Course | undefined;
  readonly versions: readonly Version[];
  readonly next?: number;
};

function Comparing({ courseId, course, versions, next }: ComparingProps): ReactNode {
  const [older, setOlder] = useState<{ readonly versions: readonly Version[]; readonly next?: number }>();
  const all = [...versions, ...(older?.versions ?? [])];
  const newest = versions[0]?.version ?? 1;
  const [from, setFrom] = useState(newest);
  const [to, setTo] = useState<Side>('draft');
  const last = older === undefined ? next : older.next;
  const showOlder = async (): Promise<void> => {
    try {
      const found = await readVersions(courseId, last);
      setOlder((before) => ({ ...found, versions: [...(before?.versions ?? []), ...found.versions] }));
    } catch {
      toasts.say(TEXT.failed.title, 'danger');
    }
  };
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[18rem_minmax(0,1fr)]">
      <Card>
        <SectionTitle>{TEXT.list}</SectionTitle>
        <ol className="flex flex-col gap-1">
          {all.map((version) => (
            <li key={version.version}>
              <button
                type="button"
                aria-pressed={from === version.version}
                onClick={() => setFrom(version.version)}
                className="flex min-h-12 w-full flex-wrap items-center gap-x-3 rounded-lg px-3 py-2 text-left hover:bg-sunken aria-pressed:bg-accent-soft"
              >
                <span className="font-medium">{TEXT.version(version.version)}</span>
                {version.version === newest && course?.isPublished === true && <Badge tone="good">{TEXT.live}</Badge>}
                <span className="basis-full text-sm text-soft">
                  <time dateTime={version.publishedAt}>{new Date(version.publishedAt).toLocaleString()}</time>
                  {' · '}
                  {TEXT.counts(version.entries['lesson'] ?? 0, version.entries['quiz'] ?? 0)}
                </span>
              </button>
            </li>
          ))}
        </ol>
        {last !== undefined && (
          <Button look="quiet" size="small" onPress={() => void showOlder()}>
            {TEXT.older}
          </Button>
        )}
      </Card>
      <Comparison
        key={`${from} ${to} ${course?.version ?? 0}`}
        courseId={courseId}
        from={from}
        to={to}
        versions={all}
        onTo={setTo}
      />
    </div>
  );
}

type ComparisonProps = {
  readonly courseId: string;
  readonly from: number;
  readonly to: Side;
  readonly versions: readonly Version[];
  readonly onTo: (to: Side) => void;
};

function Comparison({ courseId, from, to, versions, onTo }: ComparisonProps): ReactNode {
  const { state, again } = useAsked(`${from} ${to}`, () => readDifferences(courseId, from, to));
  const restore = async (): Promise<void> => {
    await writes.restoreVersion(courseId, from);
    toasts.say(TEXT.restored(from));
    again();
  };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Card className="flex flex-wrap items-end justify-between gap-4">
        <div className="flex flex-wrap items-end gap-4">
          <p>
            <span className="block text-sm font-medium text-soft">{TEXT.from}</span>
            <span className="flex min-h-11 items-center font-semibold">{TEXT.version(from)}</span>
          </p>
          <label className="flex flex-col gap-1 text-sm font-medium text-soft">
            {TEXT.to}
            <select
              value={String(to)}
              onChange={({ target }) => onTo(target.value === 'draft' ? 'draft' : Number(target.value))}
              className="min-h-11 max-w-full rounded-lg border border-line-strong/70 bg-surface px-3 text-[0.9375rem] text-ink"
            >
              <option value="draft">{TEXT.draft}</option>
              {versions.map(({ version }) => (
                <option key={version} value={version}>
                  {TEXT.version(version)}
                </option>
              ))}
            </select>
          </label>
        </div>
        <Confirm
          title={TEXT.restoreTitle(from)}
          confirm={TEXT.restore}
          cancel={TEXT.keep}
          onConfirm={restore}
          trigger={<Button look="secondary">{TEXT.restore}</Button>}
        >
          {TEXT.restoreBody}
        </Confirm>
      </Card>
      {state.kind === 'loading' && <LoadingText />}
      {state.kind === 'failed' && <Failed message={state.message} onAgain={again} />}
      {state.kind === 'here' && (
        <>
          <p role="status" className="text-[0.9375rem] text-soft">
            {state.value.length === 0 ? TEXT.same : TEXT.changes(state.value.length)}
          </p>
          {state.value.map((difference) => (
            <DifferenceCard key={`${difference.entityType} ${difference.entityId}`} difference={difference} />
          ))}
        </>
      )}
    </div>
  );
}
