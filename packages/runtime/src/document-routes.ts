import type { FastifyInstance } from 'fastify';
import type { RouteAccess } from './access.ts';
import { CLOSED_CONTENT_POLICY, forHelmet } from './content-policy.ts';
import { DOCS_STYLE_SOURCE, renderDocs } from './docs-page.ts';
import type { HttpServer } from './http-server.ts';
import type { JsonObject } from './json.ts';
import { openApiDocument } from './openapi.ts';

/** `GET /openapi.json` and, for people, `GET /docs`: made once, at the first request. */
export const addDocumentRoutes = (app: HttpServer, access: RouteAccess): void => {
  let document: JsonObject | undefined;
  let page: string | undefined;
  const read = (): JsonObject => {
    document ??= openApiDocument(app as unknown as FastifyInstance);
    return document;
  };
  app.get(
    '/openapi.json',
    {
      config: { roles: access, browser: true },
      schema: { summary: 'This document (OpenAPI 3.1)', tags: ['server'] },
    },
    async (_request, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(read())),
  );
  app.get(
    '/docs',
    {
      config: { roles: access, browser: true },
      schema: { summary: 'The same as a page', tags: ['server'] },
      helmet: {
        contentSecurityPolicy: forHelmet({ ...CLOSED_CONTENT_POLICY, 'style-src': [DOCS_STYLE_SOURCE] }),
      },
    },
    async (_request, reply) => {
      page ??= renderDocs(read());
      return reply.type('text/html; charset=utf-8').send(page);
    },
  );
};
