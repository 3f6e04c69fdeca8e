import { useId, type ReactNode } from 'react';
import { Choice } from '../design/choice.tsx';
import { Field } from '../design/field.tsx';
import { wordDiff, type WordRun } from '../difference/word-diff.ts';
import { outcomeOf, waysOf, type Clash, type Decision } from './conflict.ts';
import { TEXT } from './text.ts';
import { useChanger } from './use-changer.ts';
import type { AnyForm } from './use-draft.ts';

export type ClashCardProps = {
  readonly form: AnyForm;
  readonly clash: Clash;
  /** Which of several it is. */
  readonly place: string;
  readonly decision: Decision | undefined;
  readonly onDecide: (decision: Decision) => void;
};

/** Lines of the field for a result, and characters that fit in one on a wide screen. */
const FEWEST_LINES = 3;
const MOST_LINES = 12;
const LINE_CHARACTERS = 110;

/** One place that two have changed: what it was, what each made of it, the choice, and its result, which may be changed. */
export function ClashCard({ form, clash, place, decision, onDecide }: ClashCardProps): ReactNode {
  const heading = useId();
  const { field, kind, base, theirs, yours } = clash;
  const changer = useChanger(form.row, form.conflict.changedBy(field));
  const words = form.fields[field]?.words;
  const called = (value: string): string => words?.[value] ?? value;
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-4 rounded-xl border border-line bg-paper p-4 sm:p-5">
      <h3 id={heading} className="font-semibold">
        {form.fields[field]?.label ?? field}
        <span className="font-normal text-faint">{place}</span>
      </h3>
      <dl className="grid gap-3 lg:grid-cols-3">
        <Version name={TEXT.conflict.base} runs={[{ kind: 'same', text: called(base) }]} />
        <Version
          name={changer.isMe ? TEXT.conflict.theirsOwn : TEXT.conflict.theirs(changer.name)}
          runs={wordDiff(called(base), called(theirs))}
        />
        <Version name={TEXT.conflict.mine} runs={wordDiff(called(base), called(yours))} />
      </dl>
      <Choice
        label={TEXT.conflict.choice}
        options={waysOf(clash).map((way) => ({ value: way, ...TEXT.conflict.way[way] }))}
        value={decision?.way ?? null}
        onChange={(value) => {
          const way = waysOf(clash).find((one) => one === value);
          if (way !== undefined) onDecide(decided(clash, decision, way));
        }}
      />
      {kind !== 'choice' && decision !== undefined && (
        <Field
          label={TEXT.conflict.result}
          hint={TEXT.conflict.resultHint}
          value={outcomeOf(clash, decision)}
          onChange={(text) => onDecide({ way: 'own', text })}
          {...(kind === 'prose' ? { lines: linesFor(outcomeOf(clash, decision)) } : {})}
        />
      )}
    </section>
  );
}

function linesFor(text: string): number {
  const lines = text.split('\n').reduce((sum, { length }) => sum + Math.max(1, Math.ceil(length / LINE_CHARACTERS)), 1);
  return Math.min(Math.max(lines, FEWEST_LINES), MOST_LINES);
}

/** What somebody wrote anew is kept beside another way, for when they come back to it. */
function decided(clash: Clash, before: Decision | undefined, way: Decision['way']): Decision {
  const text = before?.text ?? (way === 'own' ? outcomeOf(clash, before ?? { way: 'mine' }) : undefined);
  return text === undefined ? { way } : { way, text };
}

function Version({ name, runs }: { readonly name: string; readonly runs: readonly WordRun[] }): ReactNode {
  return (
    <div className="min-w-0">
      <dt className="text-sm font-medium text-soft">{name}</dt>
      <dd className="mt-1 max-h-64 overflow-auto rounded-lg border border-line bg-surface px-3 py-2 text-[0.9375rem] whitespace-pre-wrap">
        {runs.every(({ kind, text }) => kind === 'removed' || text === '') && (
          <span className="text-faint">{TEXT.conflict.empty}</span>
        )}
        {runs.map((run, index) => (
          <Run key={index} run={run} />
        ))}
      </dd>
    </div>
  );
}

/** Marked by more than a colour: what is gone is struck through, what came is underlined. */
function Run({ run: { kind, text } }: { readonly run: WordRun }): ReactNode {
  if (kind === 'removed') return <del className="rounded-sm bg-danger-soft text-danger">{text}</del>;
  if (kind === 'added')
    return <ins className="rounded-sm bg-accent-soft text-accent-strong decoration-accent/60 underline-offset-2">{text}</ins>;
  return text;
}
