import { nodeRunStatus, nodeStatus } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import * as z from 'zod';
import type { NodeService } from '../node.ts';
import { problems, runOf, runParams } from './access.ts';

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
      schema: {
        summary: 'How one run stands here',
        tags: ['node'],
        params: runParams,
        response: { 200: nodeRunStatus },
      },
    },
    async (request) => nodeRunStatus.parse(await runOf(node, request.params.run).status()),
  );
  app.post(
    '/runs/:run/resume',
    {
      config,
      schema: {
        summary: 'Try the session with the hub now, where it waits for a person',
        tags: ['node'],
        params: runParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      runOf(node, request.params.run).resume();
      reply.code(204);
      return null;
    },
  );
  app.delete(
    '/runs/:run',
    {
      config,
      schema: {
        summary: 'Remove everything that this node holds of a run that is over: messages, notices, evidence, keys',
        tags: ['node'],
        params: runParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { run } = request.params;
      if (runOf(node, run).linkStatus() !== 'left') {
        throw problems.error('conflict', `The run ${run} goes on. Archive or delete it at the hub first.`);
      }
      await node.forget(run);
      reply.code(204);
      return null;
    },
  );
};
