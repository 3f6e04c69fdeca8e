/** One fault as it is shown: where, what, and where it is not obvious the remedy. */
export type Finding = string;
