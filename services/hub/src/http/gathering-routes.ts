import { enrolmentRequest, gathering, genesisEnvelope, runName } from '@eads/protocol';
import { type HttpServer, roleOf } from '@eads/runtime';
import * as z from 'zod';
import type { Hub } from '../hub.ts';
import { GatheringError, gatheringOf, takeEnrolment, takeGenesis } from '../run/genesis.ts';
import { anyMember, anyoneWithToken, problems, readableOf, runOf } from './access.ts';

const params = z.object({ run: runName });

const orConflict = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof GatheringError) throw problems.error('conflict', error.message);
    throw error;
  }
};

/** How a run comes to its genesis: members enrol, the Secretariat signs. */
export const gatheringRoutes = (app: HttpServer, hub: Hub): void => {
  app.post(
    '/runs/:run/enrolments',
    {
      config: { roles: anyMember },
      schema: {
        summary: 'Enrol with fresh keys',
        tags: ['genesis'],
        params,
        body: enrolmentRequest,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await orConflict(takeEnrolment(hub, runOf(hub, request.params.run), roleOf(request), request.body.block));
      reply.code(204);
      return null;
    },
  );
  app.get(
    '/runs/:run/enrolments',
    {
      config: { roles: ['SEC', 'trainer'] },
      schema: { summary: 'Who has enrolled', tags: ['genesis'], params, response: { 200: gathering } },
    },
    async (request) => gatheringOf(hub, runOf(hub, request.params.run)),
  );
  app.post(
    '/runs/:run/genesis',
    {
      config: { roles: ['SEC'] },
      schema: {
        summary: 'Found the epoch',
        tags: ['genesis'],
        params,
        body: genesisEnvelope,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await orConflict(takeGenesis(hub, runOf(hub, request.params.run), request.body.envelope));
      reply.code(204);
      return null;
    },
  );
  app.get(
    '/runs/:run/genesis',
    {
      config: { roles: anyoneWithToken },
      schema: {
        summary: 'The genesis of the current epoch',
        tags: ['genesis'],
        params,
        response: { 200: genesisEnvelope },
      },
    },
    async (request) => {
      const run = readableOf(hub, request.params.run);
      const envelope = (await run.read(0, 1))[0]?.envelope;
      if (!envelope) throw problems.error('not-found', 'This run has no genesis yet: it waits for members to enrol.');
      return { origin: run.epoch.origin, envelope };
    },
  );
};
