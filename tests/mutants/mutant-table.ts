import type { Mutant } from './mutant.ts';
import type { Outcome } from './try-mutant.ts';

const BEGIN = '<!-- mutants -->';
const END = '<!-- mutants end -->';

export type TriedMutant = Pick<Mutant, 'name' | 'what'> & { readonly outcome: Outcome };

/** The document with the table of all mutants in place of the one before. Pure. */
export function withMutants(document: string, tried: readonly TriedMutant[], commit: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < from) throw new Error('docs/trials.md has lost its marks for mutants');
  const caught = tried.filter(({ outcome }) => outcome.verdict === 'caught').length;
  const lines = [
    BEGIN,
    '',
    `\`npm run mutants -- --record\` at ${commit}: ${caught} of ${tried.length} caught.`,
    '',
    '| mutant | what is wrong | caught by | s |',
    '|---|---|---|---|',
    ...tried.map(({ name, what, outcome: { verdict, by, seconds } }) => {
      return `| ${name} | ${cell(what)} | ${verdict === 'caught' ? cell(by) : verdict} | ${seconds} |`;
    }),
    '',
  ];
  return `${document.slice(0, from)}${lines.join('\n')}${document.slice(to)}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
