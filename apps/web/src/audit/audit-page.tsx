import { useMemo, type ReactNode } from 'react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { AdminsOnly } from '../admin/admins-only.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { AuditFilterForm } from './audit-filter-form.tsx';
import { AuditTimeline } from './audit-timeline.tsx';
import { TEXT } from './text.ts';
import { useNames } from './use-names.ts';

export function AuditPage(): ReactNode {
  return (
    <AdminsOnly>
      <Audit />
    </AdminsOnly>
  );
}

/** Who changed what, everywhere. What is looked for stands in the address. */
function Audit(): ReactNode {
  const search = useSearch({ from: '/admin/audit' });
  const navigate = useNavigate({ from: '/admin/audit' });
  const nameOf = useNames();
  const question = JSON.stringify(search);
  const filters = useMemo(() => JSON.parse(question) as typeof search, [question]);
  return (
    <Page className="max-w-5xl">
      <title>{`${TEXT.title} · Elira`}</title>
      <PageTitle under={TEXT.under}>{TEXT.title}</PageTitle>
      <AuditFilterForm
        filters={filters}
        nameOf={nameOf}
        onChange={(chosen) => void navigate({ search: chosen, replace: true, resetScroll: false })}
      />
      <AuditTimeline
        key={question}
        filters={filters}
        nameOf={nameOf}
        namesCourse={filters.course === undefined}
        isNarrowed={question !== '{}'}
      />
    </Page>
  );
}
