import { SOCKET_OPTIONS } from '@eads/link';
import type { ServicePlugin } from '@eads/runtime';
import websocket from '@fastify/websocket';
import type { Hub } from '../hub.ts';
import { documentRoutes } from './document-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { feedRoutes } from './feed-routes.ts';
import { gatheringRoutes } from './gathering-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { linkRoute } from './link-route.ts';
import { operatorRoutes } from './operator-routes.ts';
import { runRoutes } from './run-routes.ts';

/** The hub's HTTP and websocket routes. */
export const hubPlugin =
  (hub: Hub): ServicePlugin =>
  async (app) => {
    await app.register(websocket, { options: { ...SOCKET_OPTIONS } });
    linkRoute(app, hub);
    documentRoutes(app, hub);
    runRoutes(app, hub);
    gatheringRoutes(app, hub);
    ledgerRoutes(app, hub);
    operatorRoutes(app, hub);
    feedRoutes(app, hub);
    exportRoutes(app, hub);
  };
