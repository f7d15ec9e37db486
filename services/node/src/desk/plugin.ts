import type { ServicePlugin } from '@eads/runtime';
import type { NodeService } from '../node.ts';
import { entryRoutes } from './entry-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { noticeRoutes } from './notice-routes.ts';
import { statusRoutes } from './status-routes.ts';

/** A node's desk API. Only the member's own token opens it. */
export const nodePlugin =
  (node: NodeService): ServicePlugin =>
  async (app) => {
    statusRoutes(app, node);
    messageRoutes(app, node);
    entryRoutes(app, node);
    noticeRoutes(app, node);
    ledgerRoutes(app, node);
    keyRoutes(app, node);
  };
