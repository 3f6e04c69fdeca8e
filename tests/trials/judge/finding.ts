/** Something that was wrong: what was asked, and what was found. */
export type Finding = { readonly rule: string; readonly detail: string };
