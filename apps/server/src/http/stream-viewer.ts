import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer as StreamViewer } from '@elira/sync-server';
import type { ViewerLabel } from '../health/sync-metrics.ts';
import { getSyncScope } from '../rules.ts';
import { isAdmin } from '../viewer.ts';
import type { WhoAsks } from './request-viewer.ts';

/** Who sends a request, as the engine wants to know it: for streams, and for whatever says again what a stream said. */
export function streamViewer(whoAsks: WhoAsks): (headers: IncomingHttpHeaders) => Promise<StreamViewer> {
  return async (headers) => {
    const { viewer, session } = await whoAsks(headers);
    const scopes = getSyncScope(viewer);
    const label: ViewerLabel = isAdmin(viewer) ? 'admin' : 'user';
    if (session === undefined) return { scopes, label };
    const restsOn = [
      { table: 'users', key: session.user.id },
      { table: 'sessions', key: session.id },
    ];
    return { scopes, label, user: session.user.id, restsOn, expiresAt: session.expiresAt };
  };
}
