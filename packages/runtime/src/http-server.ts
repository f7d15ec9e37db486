import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';

/** Fastify with the zod type provider: schemas of routes are zod schemas, and handlers are typed by them. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Paths under `prefix` are documented under `documentAs`, once, however often the same service is mounted. */
export interface MountNote {
  readonly prefix: string;
  /** `/nodes/{member}`. */
  readonly documentAs: string;
  /** What each name in braces means. */
  readonly parameters: Readonly<Record<string, string>>;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server begins to close: long answers end now. */
    readonly closing: AbortSignal;
    /** Filled by `mount`. */
    readonly mountNotes: MountNote[];
  }
}
