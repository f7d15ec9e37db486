import { asyncApiDocument } from '@eads/protocol';
import { anyRole, type HttpServer } from '@eads/runtime';
import type { Hub } from '../hub.ts';

/** `GET /asyncapi.json`: the websocket protocol, generated from the frames. */
export const documentRoutes = (app: HttpServer, hub: Hub): void => {
  const document = asyncApiDocument({ version: hub.version, address: '/hub/runs/{run}/link' });
  app.get(
    '/asyncapi.json',
    {
      config: { roles: anyRole },
      schema: { summary: 'The websocket protocol as AsyncAPI 3.0', tags: ['documents'] },
    },
    async () => document,
  );
};
