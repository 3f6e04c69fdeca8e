import type { Socket } from 'node:net';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, PROBLEMS, problemDocument, type ProblemCode } from '@elira/protocol';
import { databaseProblem } from './database-problem.ts';

/**
 * Every failure leaves as a problem document of RFC 9457 with a stable code. In: whatever was thrown. Out: what may be told to anyone;
 * SQL, stacks and row data stay behind, and the log keeps the kind of the error.
 */
const RETRY_AFTER_SECONDS = 2;

export function registerProblemReplies(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem('not_found')));
  app.setErrorHandler((error, request, reply) => replyToError(error, request, reply));
}

export function replyToError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500) logFailure(request.log, problem, error);
  return sendProblem(reply, problem);
}

/** Pure. What Fastify refuses by itself (a body too large, an address it cannot read) is the request's fault. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const refusal = databaseProblem(error);
  if (refusal !== undefined) return refusal;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? new Problem('invalid_request') : new Problem('internal', undefined, { cause: error });
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  for (const [name, value] of Object.entries(problemHeaders(problem.code))) void reply.header(name, value);
  return reply.code(problem.status).send(JSON.stringify(problem.toDocument()));
}

/** Answers what is not HTTP at all, on the bare socket. */
export function refuseMalformed(_error: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemDocument('invalid_request'));
  const headers = {
    ...problemHeaders('invalid_request'),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function problemHeaders(code: ProblemCode): Record<string, string> {
  return {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(PROBLEMS[code].client === 'retry' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
    ...(PROBLEMS[code].status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
}

/** Not the message: PostgreSQL's may quote row data. */
function logFailure(log: FastifyBaseLogger, problem: Problem, error: unknown): void {
  const cause = problem.cause ?? error;
  const kind = cause instanceof Error ? cause.name : typeof cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const at =
    cause instanceof Error
      ? cause.stack
          ?.split('\n')
          .find((line) => line.startsWith('    at '))
          ?.trim()
      : undefined;
  log.error({ problem: problem.code, kind, code, at }, 'a request failed');
}
