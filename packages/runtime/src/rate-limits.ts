import rateLimit, { type FastifyRateLimitStoreCtor, normalizeIP } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpServer } from './http-server.ts';
import type { ProblemError, Problems } from './problems.ts';

export interface RateLimits {
  /** Requests of one role (on open routes: of one address) in a window. */
  readonly max?: number;
  readonly windowMs?: number;
  /** Missing or wrong tokens, and unknown paths, from one address in a minute. */
  readonly failuresPerMinute?: number;
  /** Where the counts are kept; in this process unless told. */
  readonly store?: FastifyRateLimitStoreCtor;
}

const addressOf = (request: FastifyRequest): string => `ip:${normalizeIP(request.ip)}`;

/** Whoever floods slows down only itself: the count is by role. */
const whoOf = (request: FastifyRequest): string =>
  request.role === null ? addressOf(request) : `role:${request.role}`;

export const addRateLimits = async <Code extends string>(
  app: HttpServer,
  problems: Problems<Code>,
  limits: RateLimits | false = {},
): Promise<{
  readonly countFailure: (request: FastifyRequest) => Promise<void>;
  readonly countUnknownPath: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}> => {
  if (limits === false) return { countFailure: async () => {}, countUnknownPath: async () => {} };
  const tooMany = (ttlMs: number): ProblemError =>
    problems.error('too-many', `Send fewer requests. Try again in ${Math.max(1, Math.ceil(ttlMs / 1000))} s.`, {
      retryAfterMs: ttlMs,
    });
  await app.register(rateLimit, {
    max: limits.max ?? 2000,
    timeWindow: limits.windowMs ?? 10_000,
    keyGenerator: whoOf,
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
    ...(limits.store ? { store: limits.store } : {}),
  });
  const failures = app.createRateLimit({
    max: limits.failuresPerMinute ?? 120,
    timeWindow: 60_000,
    keyGenerator: addressOf,
  });
  const countFailure = async (request: FastifyRequest): Promise<void> => {
    const count = await failures(request);
    if (!count.isAllowed && count.isExceeded) throw tooMany(count.ttl);
  };
  return { countFailure, countUnknownPath: countFailure };
};
