import { ledgerOpen, originName, runName } from '@eads/protocol';
import { type HttpServer, roleOf } from '@eads/runtime';
import { beginEpoch, latestWitnessed } from '@eads/store';
import * as z from 'zod';
import type { Hub } from '../hub.ts';
import { newEpochKeys } from '../run/epoch.ts';
import { hubEnvelope } from '../sequencer/hub-envelope.ts';
import { problems, runOf } from './access.ts';

const params = z.object({ run: runName });
const reasonBody = ledgerOpen.body;

/** What a person does when a ledger stands still: let it go on as it is, or begin anew on top of what was witnessed. */
export const operatorRoutes = (app: HttpServer, hub: Hub): void => {
  app.post(
    '/runs/:run/ledger/open',
    {
      config: { roles: ['operator', 'trainer'] },
      schema: {
        summary: 'Open a ledger that waits for the nodes to vouch, or that is frozen; becomes an entry',
        tags: ['ledger'],
        params,
        body: reasonBody,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const run = runOf(hub, request.params.run);
      const { reason } = request.body;
      const { outcome } = await run.sequence(
        hubEnvelope(run.epoch, hub.clock.now(), ledgerOpen.kind, 'all', { reason }),
      );
      if (outcome.type === 'retry') {
        const what = `The ledger was not opened (${outcome.code}).`;
        throw problems.error('unavailable', `${what} Before its genesis there is nothing to open; else try again.`);
      }
      hub.logger.warn({ run: run.run, by: roleOf(request) }, 'ledger opened by a person');
      reply.code(204);
      return null;
    },
  );
  app.post(
    '/runs/:run/ledger/new-epoch',
    {
      config: { roles: ['operator', 'trainer'] },
      schema: {
        summary:
          'Begin a new epoch: an empty log under a new origin, whose genesis names the last witnessed checkpoint',
        tags: ['ledger'],
        params,
        body: reasonBody,
        response: { 200: z.object({ origin: originName }) },
      },
    },
    async (request) => {
      const run = runOf(hub, request.params.run);
      const predecessor = (await latestWitnessed(hub.database, run.schema, run.epoch.epoch))?.witnessed ?? null;
      const origin = `${hub.instance}/${run.run}/${run.epoch.epoch + 1}`;
      if (!(await beginEpoch(hub.database, run.schema, run.epoch.epoch, newEpochKeys(origin, predecessor)))) {
        throw problems.error(
          'conflict',
          'A new epoch was begun a moment ago. Look at the run before you begin another.',
        );
      }
      hub.logger.warn({ run: run.run, by: roleOf(request), origin, reason: request.body.reason }, 'new epoch');
      await hub.reopen(run.run);
      return { origin };
    },
  );
};
