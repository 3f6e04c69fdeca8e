import { isRecord } from '../data/request.ts';

export type DemoAccount = { readonly name: string; readonly email: string };
export type Demo = { readonly accounts: readonly DemoAccount[]; readonly password: string };

/** What the server wrote into the page about its demonstration accounts; undefined where there are none. */
export function readDemo(): Demo | undefined {
  const text = document.querySelector<HTMLMetaElement>('meta[name="elira-demo"]')?.content;
  if (text?.startsWith('{') !== true) return undefined;
  const found: unknown = JSON.parse(text);
  if (!isRecord(found) || typeof found['password'] !== 'string' || !Array.isArray(found['accounts'])) return undefined;
  const accounts = found['accounts'].filter(isRecord).map(({ name, email }) => ({ name: String(name), email: String(email) }));
  return { password: found['password'], accounts };
}
