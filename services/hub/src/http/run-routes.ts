import { type RunInfo, runInfo, runName, runRequest } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import {
  findRun,
  latestWitnessed,
  listRuns,
  onlineSessions,
  type RunRow,
  readHead,
  runSchema,
  setStartNow,
} from '@eads/store';
import * as z from 'zod';
import type { Hub } from '../hub.ts';
import { anyoneWithToken, problems } from './access.ts';

const params = z.object({ run: runName });

const infoOf = async (hub: Hub, row: RunRow): Promise<RunInfo> => {
  const schema = runSchema(row.run);
  const head = await readHead(hub.database, schema);
  const online = await onlineSessions(hub.database, schema);
  return {
    run: row.run,
    origin: head?.origin ?? `${hub.instance}/${row.run}/1`,
    state: head?.frozen && row.state !== 'archived' ? 'frozen' : row.state,
    why: row.state === 'archived' ? null : (head?.frozen ?? hub.faultOf(row.run)),
    createdAt: row.createdAt.toISOString(),
    size: head?.size ?? 0,
    witnessed: head ? ((await latestWitnessed(hub.database, schema, head.epoch))?.size ?? 0) : 0,
    called: [...row.called] as RunInfo['called'],
    online: online.map((session) => session.member) as RunInfo['online'],
  };
};

/** Runs: list, look, create, start without those who are missing, archive, delete. */
export const runRoutes = (app: HttpServer, hub: Hub): void => {
  const found = async (name: string): Promise<RunRow> => {
    const row = await findRun(hub.database, name);
    if (!row) throw problems.error('not-found', `There is no run "${name}". GET /hub/runs lists those there are.`);
    return row;
  };

  app.get(
    '/runs',
    {
      config: { roles: anyoneWithToken },
      schema: { summary: 'The runs of this installation', tags: ['runs'], response: { 200: z.array(runInfo) } },
    },
    async () => Promise.all((await listRuns(hub.database)).map((row) => infoOf(hub, row))),
  );
  app.get(
    '/runs/:run',
    {
      config: { roles: anyoneWithToken },
      schema: { summary: 'One run', tags: ['runs'], params, response: { 200: runInfo } },
    },
    async (request) => infoOf(hub, await found(request.params.run)),
  );
  app.post(
    '/runs',
    {
      config: { roles: ['trainer', 'operator'] },
      schema: { summary: 'Create a run', tags: ['runs'], body: runRequest, response: { 201: runInfo } },
    },
    async (request, reply) => {
      const { run, called } = request.body;
      const twice = (called ?? []).filter((member, i, all) => all.indexOf(member) !== i);
      const inCalled = (says: string) => problems.error('bad-request', says, { at: [{ path: 'body/called', says }] });
      if (twice.length > 0) throw inCalled(`${twice.join(', ')} is called twice. Name each member once.`);
      if (called && !called.includes('SEC')) {
        throw inCalled('The Secretariat (SEC) founds the run. Name it among those who are called.');
      }
      if (!(await hub.create(run, called))) {
        throw problems.error('conflict', `The run "${run}" exists already. Take another name, or delete it first.`);
      }
      reply.code(201);
      return infoOf(hub, await found(run));
    },
  );
  app.post(
    '/runs/:run/start',
    {
      config: { roles: ['trainer', 'operator'] },
      schema: {
        summary: 'Start without those who have not enrolled',
        tags: ['runs'],
        params,
        response: { 200: runInfo },
      },
    },
    async (request) => {
      await found(request.params.run);
      await setStartNow(hub.database, request.params.run);
      return infoOf(hub, await found(request.params.run));
    },
  );
  app.post(
    '/runs/:run/archive',
    {
      config: { roles: ['trainer', 'operator'] },
      schema: { summary: 'Close a run: it stays readable', tags: ['runs'], params, response: { 200: runInfo } },
    },
    async (request) => {
      const row = await found(request.params.run);
      if (row.state !== 'archived' && !(await hub.archive(request.params.run))) {
        throw problems.error('conflict', 'This run has no entries to keep. Delete it instead.');
      }
      return infoOf(hub, await found(request.params.run));
    },
  );
  app.delete(
    '/runs/:run',
    {
      config: { roles: ['trainer', 'operator'] },
      schema: { summary: 'Delete a run and everything in it', tags: ['runs'], params, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await found(request.params.run);
      await hub.remove(request.params.run);
      reply.code(204);
      return null;
    },
  );
};
