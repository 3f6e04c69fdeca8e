import { COURSES, LESSONS, type Save } from '@elira/mutations';
import { expect, test } from 'vitest';
import { ApiProblem } from '../data/problem.ts';
import { groundOf, type VersionedRow } from './draft-fields.ts';
import { typeInto, UNTOUCHED, type Draft } from './draft.ts';
import { sendDraft, type Sent } from './send-draft.ts';

const FORM = { table: LESSONS, fields: { title: { label: 'Title' }, content: { label: 'Text' } } };
const ROW: VersionedRow = { id: 'l', version: 1, title: 'A', content: 'one\n\ntwo\n' };

function typed(field: string, text: string, draft: Draft = UNTOUCHED): Draft {
  return typeInto(draft, groundOf(FORM, ROW), field, text);
}

/** Sends it to a server that answers so, in turn. */
async function send(
  draft: Draft,
  ...answers: readonly unknown[]
): Promise<{ outcome: Sent; saves: Save[]; rows: VersionedRow[] }> {
  const [saves, rows]: [Save[], VersionedRow[]] = [[], []];
  const outcome = await sendDraft(
    { form: FORM, row: ROW, draft, more: {}, resolved: { content: ['both'], title: ['mine'] } },
    {
      post: async (save) => {
        saves.push(save);
        const answer = answers[saves.length - 1];
        if (answer instanceof Error) throw answer;
        return answer;
      },
      leaving: () => undefined,
      answered: (row) => rows.push(row),
    },
  );
  return { outcome, saves, rows };
}

const conflict = (theirs: VersionedRow): ApiProblem => new ApiProblem(409, 'version_conflict', '', { theirs });

test('W31 a save tells what each field was, and how it was decided where two had changed it', async () => {
  const answer = { ...ROW, version: 2, content: 'one\n\n2\n' };
  const { outcome, saves, rows } = await send(typed('content', 'one\n\n2\n'), answer);
  expect(saves).toEqual([
    { version: 1, base: { content: 'one\n\ntwo\n' }, resolved: { content: ['both'] }, content: 'one\n\n2\n' },
  ]);
  expect([outcome.kind, rows]).toEqual(['saved', [answer]]);
});

test('W30 what the server finds to be changed by two is not sent again, but asked', async () => {
  const theirs = { ...ROW, version: 4, content: 'one\n\ntheir two\n' };
  const { outcome, saves } = await send(typed('content', 'one\n\nmy two\n'), conflict(theirs));
  expect([outcome, saves.length]).toEqual([{ kind: 'clash', row: theirs }, 1]);
});

test('W31 what the server refuses and this page can merge is sent again on top of theirs', async () => {
  const theirs = { ...ROW, version: 4, content: 'ONE\n\ntwo\n' };
  const { outcome, saves } = await send(typed('content', 'one\n\n2\n'), conflict(theirs), { ...theirs, version: 5 });
  expect(saves[1]).toMatchObject({ version: 4, base: { content: 'ONE\n\ntwo\n' }, content: 'ONE\n\n2\n' });
  expect(outcome.kind).toBe('saved');
  // Not for ever.
  const busy = Array.from({ length: 9 }, () => conflict(theirs));
  await expect(send(typed('content', 'one\n\n2\n'), ...busy)).rejects.toThrow('at the same moment');
});

test('W31 with nothing to save nothing is sent, and other failures are told', async () => {
  expect((await send(UNTOUCHED)).saves).toEqual([]);
  const gone = new ApiProblem(404, 'not_found', 'gone');
  await expect(send(typed('title', 'B'), gone)).rejects.toBe(gone);
});

test('W6 a field is of the kind that the server’s table says', () => {
  const kinds = (form: Parameters<typeof groundOf>[0]): string[] =>
    Object.keys(form.fields).map((field) => groundOf(form, ROW).kindOf(field));
  expect(kinds(FORM)).toEqual(['line', 'prose']);
  const access = {
    table: COURSES,
    fields: { access: { label: 'Access', words: { open: 'Open' } }, description: { label: 'About' } },
  };
  expect(kinds(access)).toEqual(['choice', 'prose']);
});
