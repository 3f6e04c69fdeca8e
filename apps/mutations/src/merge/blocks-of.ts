/** Paragraphs and what lies between them. Joined, they are the text again. Pure. */
export function blocksOf(text: string): string[] {
  return text.split(/((?:^|(?<=\n))(?:[^\S\n]*\n)+)/).filter((block) => block !== '');
}
