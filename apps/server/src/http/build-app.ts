import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { CONTENT_KINDS } from '@elira/mutations';
import type { SyncEngine, WriteDoor } from '@elira/sync-server';
import { registerActivityRoutes } from '../activity/activity-routes.ts';
import { registerAnalyticsRoutes } from '../analytics/analytics-routes.ts';
import { registerAuditRoutes } from '../audit/audit-routes.ts';
import { registerAuthRoutes } from '../auth/auth-routes.ts';
import type { People } from '../auth/people.ts';
import type { CourseList } from '../cache/course-list.ts';
import { registerAuthorRoutes } from '../courses/author-routes.ts';
import { registerContentRoutes } from '../courses/content-routes.ts';
import { registerCourseRoutes } from '../courses/course-routes.ts';
import { registerVersionRoutes } from '../courses/version-routes.ts';
import { registerWorkingCourseRoutes } from '../courses/working-course-routes.ts';
import type { AppPool } from '../database/app-pool.ts';
import { registerEnrollmentRoutes } from '../enrollments/enrollment-routes.ts';
import { registerRecordRoute } from '../enrollments/record-route.ts';
import { registerMediaRoute } from '../media/media-route.ts';
import { registerAnnouncementRoutes } from '../notifications/announcement-routes.ts';
import { describeRoutes } from '../openapi/openapi-routes.ts';
import { registerMeRoute } from '../people/me-route.ts';
import { registerProgressRoute } from '../progress/progress-route.ts';
import type { Writer } from '../write/open-writes.ts';
import { registerApiHooks } from './api-hooks.ts';
import { makeDoor } from './door.ts';
import { registerHealthRoutes } from './health-routes.ts';
import type { OperatorToken } from './operator-token.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { registerPageRoutes, type DemoAccounts } from './page-routes.ts';
import { refuseMalformed, registerProblemReplies, replyToError } from './problem-replies.ts';
import { makeWhoAsks } from './request-viewer.ts';
import { endSilentConnections } from './silent-connections.ts';
import { registerSyncRoutes } from './sync-routes.ts';

export type AppParts = {
  readonly pool: AppPool;
  readonly engine: SyncEngine;
  readonly courseList: CourseList;
  readonly writes: WriteDoor<Writer>;
  readonly people: People;
  readonly token: OperatorToken;
  readonly log: Logger;
  /** Addresses and networks whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[];
  /** What the sign-in page offers for a look around. */
  readonly demo: DemoAccounts | undefined;
};

/** Bytes of the largest request body. */
const BODY_BYTES = 1024 * 1024;

/** The HTTP side of Elira: routes, and how they fail. Listens nowhere yet. */
export function buildApp({
  pool,
  engine,
  courseList,
  writes,
  people,
  token,
  log,
  trustedProxies,
  demo,
}: AppParts): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    bodyLimit: BODY_BYTES,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error, request, reply) => void replyToError(error, request, reply),
  });
  endSilentConnections(app);
  registerProblemReplies(app);
  registerApiHooks(app);
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route and not the address: what was typed after the question mark is nobody's business.
    request.log.info(
      { method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    );
  });
  const whoAsks = makeWhoAsks(token, people);
  const parts = { pool, whoAsks, onWrite: engine.poke };
  const door = makeDoor({ pool, whoAsks, writes });
  const refuseTheRest = refuseOtherMethods(app);
  const serveDescription = describeRoutes(app);
  registerHealthRoutes(app, { pool, engine, token });
  registerSyncRoutes(app, { pool, engine, token, whoAsks, door });
  registerAuthRoutes(app, { people, ...parts });
  registerMeRoute(app, { people, whoAsks });
  registerCourseRoutes(app, { pool, whoAsks, courseList });
  registerWorkingCourseRoutes(app, door);
  registerVersionRoutes(app, door);
  registerAuthorRoutes(app, door);
  for (const kind of CONTENT_KINDS) registerContentRoutes(app, door, kind);
  registerEnrollmentRoutes(app, door);
  registerRecordRoute(app, door);
  registerProgressRoute(app, door);
  registerAnalyticsRoutes(app, door);
  registerAnnouncementRoutes(app, door);
  registerMediaRoute(app, door);
  registerAuditRoutes(app, door);
  registerActivityRoutes(app, door);
  serveDescription();
  refuseTheRest();
  // It answers whatever is left.
  registerPageRoutes(app, { demo });
  return app;
}
