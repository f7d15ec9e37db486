import { runName } from '@eads/protocol';
import { type HttpServer, roleOf } from '@eads/runtime';
import * as z from 'zod';
import type { Hub } from '../hub.ts';
import { anyMember, runOf } from './access.ts';

/** `GET /runs/:run/link`: the websocket session of a node. The token only opens the door; the session proves its member. */
export const linkRoute = (app: HttpServer, hub: Hub): void => {
  app.get(
    '/runs/:run/link',
    {
      websocket: true,
      config: { roles: anyMember },
      schema: { summary: 'The websocket session of a node', tags: ['link'], params: z.object({ run: runName }) },
    },
    (socket, request) => {
      // Nothing is awaited before the session listens: frames that come at once would be lost.
      runOf(hub, request.params.run).accept(socket, roleOf(request));
    },
  );
};
