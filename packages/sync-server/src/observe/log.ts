/** What the engine needs of a logger; pino fits. Fields never hold row data, SQL parameters or cursors. */
export type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

/** The part of an error that may be logged: its kind and code, and the message of our own errors only. */
export function errorFields(error: unknown): { error: string; code?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const fromPostgres = code !== undefined && /^[0-9A-Z]{5}$/.test(code);
  return { error: fromPostgres ? error.name : `${error.name}: ${error.message}`, ...(code === undefined ? {} : { code }) };
}
