import type { ReactNode } from 'react';
import { classes } from '../design/classes.ts';
import type { DiffLine } from './line-diff.ts';
import { TEXT } from './text.ts';

/** What differs of two texts; signs and words say it as well as colours. */
export function DiffLines({ lines }: { readonly lines: readonly DiffLine[] }): ReactNode {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-paper py-2 font-mono text-sm leading-relaxed">
      {lines.map((line, index) =>
        line.kind === 'skipped' ? (
          <p key={index} className="px-3 text-faint">
            ⋯ {TEXT.unchanged(line.lines)}
          </p>
        ) : (
          <p
            key={index}
            className={classes(
              'px-3 break-words whitespace-pre-wrap',
              line.kind === 'added' && 'bg-accent-soft text-accent-strong',
              line.kind === 'removed' && 'bg-danger-soft text-danger',
            )}
          >
            <span aria-hidden="true" className="select-none">
              {line.kind === 'added' ? '+ ' : line.kind === 'removed' ? '− ' : '  '}
            </span>
            {line.kind !== 'same' && (
              <span className="sr-only">{line.kind === 'added' ? TEXT.lineAdded : TEXT.lineRemoved}: </span>
            )}
            {line.text}
          </p>
        ),
      )}
    </div>
  );
}
