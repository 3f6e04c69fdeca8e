import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { CONNECTION_REPORT } from './connections-route.ts';
import type { Sent } from './explain-lines.ts';

/** Milliseconds that a server may take to answer. */
const PATIENCE_MS = 3_000;
const ANSWER = z.object({ connections: z.array(CONNECTION_REPORT) });

/** Where a server of this configuration is, unless ELIRA_URL says otherwise. */
export function serverUrl({ host, port }: Pick<Config, 'host' | 'port'>, given: string | undefined): string {
  if (given !== undefined && given !== '') return given.replace(/\/+$/, '');
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The operator's token of the environment, else the one that the server has kept; undefined: there is none yet. */
export async function readOperatorToken({
  operatorToken,
  dataFolder,
}: Pick<Config, 'operatorToken' | 'dataFolder'>): Promise<string | undefined> {
  if (operatorToken !== undefined) return operatorToken;
  const text = await readFile(join(dataFolder, 'operator-token'), 'utf8').catch(() => undefined);
  return text?.trim();
}

/** What a running server has sent to somebody's open streams. Never rejects: that none runs is an answer too. */
export async function askServer(
  url: string,
  token: string | undefined,
  of: { readonly user: string; readonly table: string; readonly key: string },
): Promise<Sent> {
  if (token === undefined)
    return { notAsked: 'no server was asked: there is no operator’s token in the data folder (ELIRA_DATA)' };
  try {
    const response = await fetch(`${url}/api/sync/connections?${new URLSearchParams(of).toString()}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status === 401) return { notAsked: `the server at ${url} takes another operator’s token` };
    if (!response.ok) return { notAsked: `the server at ${url} did not say (HTTP status ${response.status})` };
    const { connections } = ANSWER.parse(await response.json());
    return { server: url, connections };
  } catch {
    return { notAsked: `no server runs at ${url}, so nothing is being sent from there (another one: ELIRA_URL)` };
  }
}
