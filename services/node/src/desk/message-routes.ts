import { messageId, outboxState, type SentMessage, sentMessage, submission, submitted } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { findOutbox, listOutbox, type OutboxRow, type ReturnedRow, returnsOf } from '@eads/store';
import * as z from 'zod';
import type { NodeService } from '../node.ts';
import { messageParams, orProblem, problems, runOf, runParams } from './access.ts';

/** A row of the outbox as a desk sees it; `returns` are the answers of receiving nodes that did not let it in. */
const toSentMessage = (row: OutboxRow, returns: readonly ReturnedRow[] = []): SentMessage => {
  const given = returns.map(({ member, why }) => `Returned by ${member}: ${why}`).join(' ');
  return sentMessage.parse({
    id: row.id,
    kind: row.kind,
    to: row.to,
    state: row.state,
    createdAt: new Date(row.createdAt).toISOString(),
    seq: row.seq,
    code: row.code,
    says: [row.says, given].filter((text) => text !== null && text !== '').join(' ') || null,
    decisions: (row.openings ?? []).flatMap(([member, decision]) => (decision === 'none' ? [] : [[member, decision]])),
  });
};

/** What a desk sends, and how far it got. */
export const messageRoutes = (app: HttpServer, node: NodeService): void => {
  const config = { roles: [node.member] };
  const rowOf = async (run: string, id: string): Promise<OutboxRow> => {
    const { database, schema } = runOf(node, run).core;
    const row = await findOutbox(database, schema, id);
    if (!row) throw problems.error('not-found', `No message ${id} was sent from here. GET /messages lists what was.`);
    return row;
  };

  app.post(
    '/runs/:run/messages',
    {
      config,
      schema: {
        summary: 'Send a message: rules, signature, outbox',
        tags: ['messages'],
        params: runParams,
        body: submission,
        response: { 201: submitted },
      },
    },
    async (request, reply) => {
      const run = runOf(node, request.params.run);
      const id = await orProblem(() => run.submit(request.body));
      reply.code(201);
      return submitted.parse({ id, state: outboxState.enum.queued });
    },
  );
  app.get(
    '/runs/:run/messages',
    {
      config,
      schema: {
        summary: 'What was sent from here, newest first',
        tags: ['messages'],
        params: runParams,
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(500).default(100),
          /** Only what was sent before this message. */
          before: messageId.optional(),
        }),
        response: { 200: z.array(sentMessage) },
      },
    },
    async (request) => {
      const { run } = request.params;
      const { limit, before } = request.query;
      const { database, schema } = runOf(node, run).core;
      const n = before === undefined ? null : (await rowOf(run, before)).n;
      return (await listOutbox(database, schema, limit, n)).map((row) => toSentMessage(row));
    },
  );
  app.get(
    '/runs/:run/messages/:id',
    {
      config,
      schema: {
        summary: 'How far a message got, recipient by recipient',
        tags: ['messages'],
        params: messageParams,
        response: { 200: sentMessage },
      },
    },
    async (request) => {
      const { run, id } = request.params;
      const { database, schema, member } = runOf(node, run).core;
      return toSentMessage(await rowOf(run, id), await returnsOf(database, schema, `${member}/${id}`));
    },
  );
  app.post(
    '/runs/:run/messages/:id/confirm',
    {
      config,
      schema: {
        summary: 'Send a held message after all: under a new id where it was made for another epoch',
        tags: ['messages'],
        params: messageParams,
        response: { 200: submitted },
      },
    },
    async (request) => {
      const run = runOf(node, request.params.run);
      const id = await orProblem(() => run.confirmResend(request.params.id));
      return submitted.parse({ id, state: outboxState.enum.queued });
    },
  );
};
