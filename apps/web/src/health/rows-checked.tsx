import type { ReactNode } from 'react';
import { useIntegrity } from '../app/session-context.tsx';
import { SectionTitle } from '../design/surface.tsx';
import { TEXT } from './text.ts';

/** Whether the rows on this screen, and on all others, were found to be the database's. */
export function RowsChecked({ mended }: { readonly mended: number }): ReactNode {
  const { checkedAt, rowsMended } = useIntegrity();
  return (
    <section>
      <SectionTitle>{TEXT.rows}</SectionTitle>
      <div className="rounded-2xl border border-line bg-surface px-5 py-4">
        <p>{checkedAt === undefined ? TEXT.notChecked : TEXT.checked(checkedAt, rowsMended)}</p>
        <p className={mended === 0 ? 'mt-1 text-sm text-soft' : 'mt-1 text-sm font-medium text-warn'}>{TEXT.mended(mended)}</p>
      </div>
    </section>
  );
}
