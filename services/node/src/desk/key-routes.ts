import { keyRevoke, type MemberCode, nodeKeys, plainText, recoveryEvent, submitted } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { recoveryEventHash, signEnrolment, signStatement } from '@eads/signing';
import * as z from 'zod';
import { NODE_HANDLING } from '../handling/effects.ts';
import type { NodeService } from '../node.ts';
import type { NodeRun } from '../run/node-run.ts';
import { orProblem, problems, readerOf, runOf, runParams } from './access.ts';

const openState = (run: NodeRun) => {
  const state = run.state();
  if (state === null) throw problems.error('conflict', `The run ${run.core.run} has no genesis yet.`);
  return state;
};

/** The member's keys: rotate, revoke, and approve the recovery of another's. */
export const keyRoutes = (app: HttpServer, node: NodeService): void => {
  const config = { roles: [node.member] };
  app.get(
    '/runs/:run/keys',
    {
      config,
      schema: {
        summary: 'The public halves of the keys',
        tags: ['keys'],
        params: runParams,
        response: { 200: nodeKeys },
      },
    },
    async (request) => {
      const run = runOf(node, request.params.run);
      const { origin, rotating } = openState(run);
      const keys = run.core.keys.keysFor(origin);
      return nodeKeys.parse({
        signing: keys.signing.kid,
        encryption: keys.encryption.kid,
        witness: keys.witness.kid,
        rotating,
        block: signEnrolment(origin, node.member, keys),
      });
    },
  );
  app.post(
    '/runs/:run/keys/rotate',
    {
      config,
      schema: { summary: 'Take new keys into use', tags: ['keys'], params: runParams, response: { 201: submitted } },
    },
    async (request, reply) => {
      const run = runOf(node, request.params.run);
      const id = await orProblem(() => run.rotateKeys(readerOf(request).seat));
      reply.code(201);
      return submitted.parse({ id, state: 'queued' });
    },
  );
  app.post(
    '/runs/:run/keys/revoke',
    {
      config,
      schema: {
        summary: 'Revoke a key of before: "in other hands since"',
        tags: ['keys'],
        params: runParams,
        body: keyRevoke.body.extend({ reason: plainText(500) }),
        response: { 201: submitted },
      },
    },
    async (request, reply) => {
      const run = runOf(node, request.params.run);
      const body = { ...request.body };
      const id = await orProblem(() => run.submit({ kind: 'key.revoke', to: 'all', handling: NODE_HANDLING, body }));
      reply.code(201);
      return submitted.parse({ id, state: 'queued' });
    },
  );
  app.post(
    '/runs/:run/keys/approvals',
    {
      config,
      schema: {
        summary: 'Approve the recovery of another member’s keys; the Secretariat collects the approvals',
        tags: ['keys'],
        params: runParams,
        body: recoveryEvent,
        response: { 200: z.strictObject({ approval: z.string() }) },
      },
    },
    async (request) => {
      const run = runOf(node, request.params.run);
      const { origin } = openState(run);
      if (request.body.member === (node.member as MemberCode)) {
        throw problems.error(
          'conflict',
          'A member does not approve its own recovery. Ask the Secretariat and three other members.',
        );
      }
      const event = recoveryEventHash(request.body);
      return { approval: signStatement('eads-approval+jws', { origin, event }, run.core.keys.keysFor(origin).signing) };
    },
  );
};
