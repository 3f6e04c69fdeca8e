/** Something that would let a change go by unnoticed, and what to do about it. Names tables, columns and triggers only. */
export type CaptureFault = { readonly table: string; readonly fault: string; readonly remedy: string };
