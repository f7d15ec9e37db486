import { Readable } from 'node:stream';
import { nodeEvidence, nodeReadLog, nodeTrust } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { listEvidence } from '@eads/store';
import * as z from 'zod';
import { exportRun } from '../export/export-run.ts';
import type { NodeService } from '../node.ts';
import { brokenLine, logRead, readLog } from '../reads/read-log.ts';
import { formatTrust, shortTrust } from '../run/trust.ts';
import { problems, readerOf, runOf, runParams } from './access.ts';

/** What this node can show of the ledger: evidence, its own log of reads, what it trusts, and its export. */
export const ledgerRoutes = (app: HttpServer, node: NodeService): void => {
  const config = { roles: [node.member] };
  app.get(
    '/runs/:run/evidence',
    {
      config,
      schema: {
        summary: 'What proves a fault of the hub, the log or a member; newest first',
        tags: ['ledger'],
        params: runParams,
        response: { 200: z.array(nodeEvidence) },
      },
    },
    async (request) => {
      const { core } = runOf(node, request.params.run);
      const { database, schema } = core;
      await logRead(core, readerOf(request), 'read', 'evidence');
      return (await listEvidence(database, schema, 200)).map(
        ({ n, code, says, seq, times, details, firstAt, lastAt }) =>
          nodeEvidence.parse({
            ...{ n, code, says, seq, times, details },
            firstAt: new Date(firstAt).toISOString(),
            lastAt: new Date(lastAt).toISOString(),
          }),
      );
    },
  );
  app.get(
    '/runs/:run/reads',
    {
      config,
      schema: {
        summary: 'Who read and searched what, for what; hash-chained',
        tags: ['ledger'],
        params: runParams,
        querystring: z.object({
          from: z.coerce.number().int().min(1).default(1),
          limit: z.coerce.number().int().min(1).max(1000).default(200),
        }),
        response: { 200: nodeReadLog },
      },
    },
    async (request) => {
      const { core } = runOf(node, request.params.run);
      const lines = await readLog(core, request.query.from, request.query.limit);
      return nodeReadLog.parse({ brokenAt: brokenLine(core, lines), lines });
    },
  );
  app.get(
    '/runs/:run/trust',
    {
      config,
      schema: {
        summary: 'Which log this node trusts',
        tags: ['ledger'],
        params: runParams,
        response: { 200: nodeTrust },
      },
    },
    async (request) => {
      const state = runOf(node, request.params.run).state();
      if (!state) throw problems.error('not-found', 'This run has no genesis yet.');
      const { origin, genesis, genesisHash } = state;
      const file = formatTrust({ origin, genesisHash });
      return nodeTrust.parse({ origin, genesisHash, short: shortTrust({ origin, genesisHash }), file, genesis });
    },
  );
  app.get(
    '/runs/:run/export',
    {
      config: { ...config, rateLimit: false },
      schema: {
        summary: 'This member’s view of the ledger: one file a line (ExportLine), the signed manifest last',
        tags: ['ledger'],
        params: runParams,
      },
    },
    async (request, reply) => {
      const run = runOf(node, request.params.run);
      await logRead(run.core, readerOf(request), 'read', 'export');
      const files = await exportRun(run);
      if (!files) throw problems.error('not-found', 'There is no checkpoint yet that covers what this node holds.');
      const lines = files;
      async function* ndjson() {
        for await (const file of lines) yield `${JSON.stringify(file)}\n`;
      }
      return reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(ndjson()));
    },
  );
};
