import { randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type * as z from 'zod';
import { addAccessControl, anyRole, type RouteAccess } from './access.ts';
import { type Clock, realClock, type Timer } from './clock.ts';
import { CLOSED_CONTENT_POLICY, type ContentPolicy, forHelmet } from './content-policy.ts';
import { addDocumentRoutes } from './document-routes.ts';
import type { HttpServer } from './http-server.ts';
import { listenError } from './listen-error.ts';
import { type Metrics, observeHttp } from './metrics.ts';
import { addOpenApi } from './openapi.ts';
import { createProblemHandler, sendProblem, toProblem } from './problem-handler.ts';
import type { Problems } from './problems.ts';
import { addRateLimits, type RateLimits } from './rate-limits.ts';
import type { Authenticate } from './tokens.ts';

export interface HttpServerOptions<Code extends string, Health extends z.ZodType> {
  /** A short word for logs. */
  readonly name: string;
  /** Heads the documents. */
  readonly title: string;
  readonly version: string;
  /** One or two sentences for the documents. */
  readonly says: string;
  readonly logger: FastifyBaseLogger;
  readonly problems: Problems<Code>;
  readonly authenticate: Authenticate;
  /** `GET /health`, the one route that is open by itself. */
  readonly health?: { readonly schema: Health; readonly read: () => z.output<Health> | Promise<z.output<Health>> };
  /** Who may read `/openapi.json` and `/docs`; whoever has a token, unless told. */
  readonly documentAccess?: RouteAccess;
  /** Bytes of a request body; a route may set its own. 256 KiB unless told. */
  readonly bodyLimit?: number;
  readonly rateLimits?: RateLimits | false;
  /** Replaces the content security policy, which allows nothing. */
  readonly contentPolicy?: ContentPolicy;
  /** Counts requests there. */
  readonly metrics?: Metrics;
  /** How long a closing server waits for requests and websockets, in ms; 3000 unless told. */
  readonly closeGraceMs?: number;
  readonly clock?: Clock;
}

/** Fastify's own lines a request would show addresses, and in them what a person searched for. Faults of streams stay. */
const quietRequests = (): LogController => {
  const nothing = (): void => {};
  return Object.assign(new LogController(), {
    incomingRequest: nothing,
    requestCompleted: nothing,
    routeNotFound: nothing,
    defaultErrorLog: nothing,
  });
};

const createApp = <Code extends string>(
  problems: Problems<Code>,
  logger: FastifyBaseLogger,
  bodyLimit: number,
): HttpServer => {
  const app = Fastify({
    loggerInstance: logger,
    logController: quietRequests(),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit,
    trustProxy: false,
    keepAliveTimeout: 65_000,
    requestTimeout: 60_000,
    http: { headersTimeout: 15_000 },
    return503OnClosing: false,
    // A HEAD would run the handler for nothing, and for ever where the answer is an endless stream.
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => {
      void sendProblem(reply, toProblem(problems, error, request.id));
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      const body = JSON.stringify(problems.body('bad-request', 'This is not HTTP as RFC 9112 has it.'));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app as unknown as HttpServer;
};

/** Sockets that outlive the grace are cut, upgraded ones too: Node's own `closeAllConnections` does not know those. */
const addGracefulClose = (app: HttpServer, clock: Clock, graceMs: number): void => {
  const closing = new AbortController();
  const sockets = new Set<Socket>();
  let timer: Timer | undefined;
  app.decorate('closing', closing.signal);
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', (done) => {
    closing.abort();
    timer = clock.setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    done();
  });
  app.addHook('onClose', async () => timer?.cancel());
};

/**
 * An HTTP server without routes of its own but `/health` (open), `/openapi.json` and `/docs`.
 * Register services on it as plugins (`await app.register(plugin)`, or `mount`), then `listen`.
 */
export const createHttpServer = async <Code extends string, Health extends z.ZodType>(
  options: HttpServerOptions<Code, Health>,
): Promise<HttpServer> => {
  const { problems, clock = realClock } = options;
  const logger = options.logger.child({ http: options.name });
  const app = createApp(problems, logger, options.bodyLimit ?? 256 * 1024);

  app.decorate('mountNotes', []);
  app.setErrorHandler(createProblemHandler(problems));
  addGracefulClose(app, clock, options.closeGraceMs ?? 3000);

  await app.register(helmet, {
    contentSecurityPolicy: forHelmet(options.contentPolicy ?? CLOSED_CONTENT_POLICY),
    // TLS, where there is any, ends before this server; a pinned host name would lock out plain http on a LAN.
    strictTransportSecurity: false,
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
    if (request.headers.upgrade !== undefined) reply.header('connection', 'close');
    if (app.closing.aborted) {
      reply.header('connection', 'close');
      throw problems.error('unavailable', 'This server is closing. Try again in a moment.', { retryAfterMs: 1000 });
    }
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, role, routeOptions } = request;
    // The pattern, never the address: a query may name a person.
    request.log.debug(
      { method, route: routeOptions.url ?? null, status: reply.statusCode, ms: Math.round(reply.elapsedTime), role },
      'answered',
    );
    // An upgrade that was refused leaves a socket that nothing reads any more.
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
  });

  if (options.metrics) observeHttp(app, options.metrics);

  const { countFailure, countUnknownPath } = await addRateLimits(app, problems, options.rateLimits);
  addAccessControl(app as unknown as FastifyInstance, {
    problems,
    authenticate: options.authenticate,
    onFailure: countFailure,
  });
  await addOpenApi(app as unknown as FastifyInstance, { ...options, mounts: app.mountNotes });

  app.setNotFoundHandler({ preHandler: countUnknownPath }, () => {
    throw problems.error('not-found', 'The path is not one of this server. See /openapi.json.');
  });
  if (options.health) {
    const { schema, read } = options.health;
    app.get(
      '/health',
      {
        config: { roles: 'open', rateLimit: false },
        schema: { summary: 'How this server is', tags: ['server'], response: { 200: schema as z.ZodType } },
      },
      async (_request, reply) => reply.send(await read()),
    );
  }
  addDocumentRoutes(app, options.documentAccess ?? anyRole);
  return app;
};

/**
 * Opens the port. Throws `PersonError` where that fails; `variable` names the setting to change, like `EADS_PORT`.
 * Port 0: any free port. Returns where it listens.
 */
export const listen = async (
  app: HttpServer,
  { port, host, variable }: { readonly port: number; readonly host: string; readonly variable?: string },
): Promise<{ readonly host: string; readonly port: number }> => {
  await app.ready();
  try {
    await app.listen({ port, host });
  } catch (error) {
    throw listenError(error, port, host, variable);
  }
  const address = app.server.address() as AddressInfo;
  return { host: address.address, port: address.port };
};
