import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/*
 * OULAD, the Open University Learning Analytics Dataset (Kuzilek, Hlosta, Zdrahal, Sci Data 4:170171, 2017, CC BY 4.0), as the data
 * folder beside the checkout holds it: tables of its presentations, and what its learners did as one stream of days.
 */
export const OULAD_FOLDER = fileURLToPath(new URL('../../../../shared/data/oulad', import.meta.url));

/** A module and when it was presented, such as `BBB 2013J`: what is a course in Elira. */
export type Presentation = string;

export type Assessment = {
  readonly id: string;
  readonly presentation: Presentation;
  /** `CMA` is marked by a computer, `TMA` and `Exam` by a tutor. */
  readonly type: string;
  /** Days after the start; undefined where the dataset does not tell. */
  readonly day: number | undefined;
};

/** A page, a forum or the like of a presentation's website. */
export type Activity = { readonly presentation: Presentation; readonly type: string; readonly week: number | undefined };

export type OuladEvent =
  | { readonly type: 'enroll' | 'unenroll'; readonly presentation: Presentation; readonly learner: string }
  | {
      readonly type: 'submit';
      readonly presentation: Presentation;
      readonly learner: string;
      readonly assessment: string;
      readonly score: number | undefined;
    };

/** What happened on one date, in the order of the stream. */
export type OuladDay = { readonly date: string; readonly events: readonly OuladEvent[] };

export type Oulad = {
  readonly presentations: ReadonlyMap<Presentation, { readonly days: number }>;
  readonly assessments: readonly Assessment[];
  readonly activities: readonly Activity[];
  readonly days: readonly OuladDay[];
};

export async function readOulad(folder: string): Promise<Oulad> {
  const text = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  const events = gunzipSync(await readFile(join(folder, 'events.csv.gz'))).toString('utf8');
  return {
    presentations: new Map(
      readCsv(await text('courses.csv')).map((row) => [
        presentationOf(row),
        { days: Number(row['module_presentation_length']) },
      ]),
    ),
    assessments: readCsv(await text('assessments.csv')).map((row) => ({
      id: field(row, 'id_assessment'),
      presentation: presentationOf(row),
      type: field(row, 'assessment_type'),
      day: optional(row['date']),
    })),
    activities: readCsv(await text('vle.csv')).map((row) => ({
      presentation: presentationOf(row),
      type: field(row, 'activity_type'),
      week: optional(row['week_from']),
    })),
    days: byDate(readCsv(events)),
  };
}

/** Only what every `share`th learner did: all presentations, all days on which one of them did something. */
export function shareOf(oulad: Oulad, share: number): Oulad {
  const days = oulad.days.map(({ date, events }) => ({
    date,
    events: events.filter(({ learner }) => Number(learner) % share === 0),
  }));
  return { ...oulad, days: days.filter(({ events }) => events.length > 0) };
}

type Row = Readonly<Record<string, string>>;

/** Its files quote nothing. */
function readCsv(text: string): Row[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  if (text.includes('"')) throw new Error('a file of OULAD quotes a cell, which none of them did');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

function byDate(rows: readonly Row[]): OuladDay[] {
  const days = new Map<string, OuladEvent[]>();
  for (const row of rows) {
    const date = field(row, 'date');
    const events = days.get(date) ?? [];
    events.push(eventOf(row));
    days.set(date, events);
  }
  return [...days].map(([date, events]) => ({ date, events }));
}

function eventOf(row: Row): OuladEvent {
  const [type, presentation, learner] = [row['type'], presentationOf(row), field(row, 'id_student')];
  if (type === 'enroll' || type === 'unenroll') return { type, presentation, learner };
  if (type !== 'submit') throw new Error(`the stream holds an event of a kind that is not known: ${String(type)}`);
  return { type, presentation, learner, assessment: field(row, 'id_assessment'), score: optional(row['score']) };
}

function presentationOf(row: Row): Presentation {
  return `${field(row, 'code_module')} ${field(row, 'code_presentation')}`;
}

function field(row: Row, name: string): string {
  const text = row[name];
  if (text === undefined || text === '') throw new Error(`a row of OULAD has no ${name}`);
  return text;
}

function optional(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}
