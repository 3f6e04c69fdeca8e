/** Something that a person who runs Elira should know, and what to do about it. */
export type Finding = {
  /** Stands for one thing for good. */
  readonly code: string;
  /** `fault`: something does not work or will not. `warning`: it works for now. */
  readonly level: 'fault' | 'warning';
  readonly what: string;
  readonly remedy: string;
};

/** What was looked at, in a few words, and what was found. */
export type Examination = { readonly name: string; readonly seen: string; readonly findings: readonly Finding[] };

export function fault(code: string, what: string, remedy: string): Finding {
  return { code, level: 'fault', what, remedy };
}

export function warning(code: string, what: string, remedy: string): Finding {
  return { code, level: 'warning', what, remedy };
}
