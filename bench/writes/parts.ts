/** What a write of progress carries with it, and how to leave it out. Nothing is left out of what is compared with single updates. */
export type Part = { readonly name: string; readonly off: string; readonly on: string; readonly unrecorded?: true };

const TABLES = ['lesson_progress', 'enrollments', 'mutations', 'user_activities', 'course_counts'];

/** Switches the triggers of a name off and on again, on whatever of these tables has them. */
function triggers(pattern: string, tables: readonly string[] = TABLES): { off: string; on: string } {
  const each = (verb: string): string => `DO $$
    DECLARE t record;
    BEGIN
      FOR t IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
        WHERE NOT tgisinternal AND tgname LIKE '${pattern}' AND tgrelid::regclass::text = ANY ('{${tables.join(',')}}') LOOP
        EXECUTE format('ALTER TABLE %s ${verb} TRIGGER %I', t.relation, t.tgname);
      END LOOP;
    END $$`;
  // As capture's own check wants them; for the others it makes no difference here.
  return { off: each('DISABLE'), on: each('ENABLE ALWAYS') };
}

export const PARTS: readonly Part[] = [
  { name: 'capture', ...triggers('sync\\_capture%') },
  { name: 'activity', ...triggers('activity%') },
  { name: 'audit', ...triggers('audit%') },
  { name: 'numbers of courses', ...triggers('counts%') },
  { name: 'ledger', off: 'SELECT 1', on: 'SELECT 1', unrecorded: true },
];
