import type { HttpServer } from '@eads/runtime';
import type { NodeService } from '../node.ts';
import { runOf, runParams } from './access.ts';
import { nodeStatus, runStatus } from './schemas.ts';

/** How the node stands, and why. */
export const statusRoutes = (app: HttpServer, node: NodeService): void => {
  const config = { roles: [node.member] };
  app.get(
    '/status',
    { config, schema: { summary: 'How this node stands, run by run', tags: ['node'], response: { 200: nodeStatus } } },
    async () => nodeStatus.parse(await node.status()),
  );
  app.get(
    '/runs/:run/status',
    {
      config,
      schema: { summary: 'How one run stands here', tags: ['node'], params: runParams, response: { 200: runStatus } },
    },
    async (request) => runStatus.parse(await runOf(node, request.params.run).status()),
  );
};
