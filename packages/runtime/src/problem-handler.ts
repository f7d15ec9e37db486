import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ProblemError, type Problems } from './problems.ts';
import { validationPlaces } from './validation-places.ts';

const PROBLEM_JSON = 'application/problem+json';

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_');

/** Turns whatever a route threw into a problem. What it does not know becomes `internal`, and its text stays in the log. */
export const toProblem = <Code extends string>(
  problems: Problems<Code>,
  error: unknown,
  requestId: string,
): ProblemError => {
  if (error instanceof ProblemError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const at = validationPlaces(error.validation, error.validationContext ?? 'request');
    const first = at[0] ? `${at[0].path}: ${at[0].says}. ` : '';
    return problems.error('bad-request', `${first}See the form of this route in /openapi.json.`, { at });
  }
  if (isFastifyError(error)) {
    const status = error.statusCode ?? 500;
    if (status === 413) return problems.error('too-large', `${error.message}. Send less at once.`);
    if (status === 404) return problems.error('not-found', 'The path is not one of this server. See /openapi.json.');
    if (status >= 400 && status < 500) {
      return problems.error('bad-request', `${error.message}. See the form of this route in /openapi.json.`);
    }
    if (status === 503) return problems.error('unavailable', 'Try again in a moment.', { cause: error });
  }
  return problems.error('internal', `Try again; if it stays, look for the request ${requestId} in the log.`, {
    cause: error,
  });
};

/** Sends a problem. The body is text by now, so that no response schema of the route changes it. */
export const sendProblem = (reply: FastifyReply, { body, retryAfterMs }: ProblemError): FastifyReply => {
  if (retryAfterMs !== null) reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return reply.code(body.status).header('content-type', PROBLEM_JSON).send(JSON.stringify(body));
};

/** A Fastify error handler that answers with problems only. */
export const createProblemHandler =
  <Code extends string>(problems: Problems<Code>) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = toProblem(problems, error, request.id);
    if (problem.body.status >= 500) {
      request.log.error({ err: problem.cause ?? problem, route: request.routeOptions.url }, problem.body.title);
    }
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void sendProblem(reply, problem);
  };
