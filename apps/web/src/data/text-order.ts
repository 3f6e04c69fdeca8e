const byText = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Titles in the order a reader expects. */
export function byTitle(a: { readonly title: string }, b: { readonly title: string }): number {
  return byText.compare(a.title, b.title);
}
