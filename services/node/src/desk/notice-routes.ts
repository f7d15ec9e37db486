import { memberCode, noticeType, noticeVersion, recallBoard } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { isSuspect, openEnvelope } from '@eads/signing';
import { type NoticeVersionRow, noticeVersions, outboxAbout, recallAcks, searchNotices } from '@eads/store';
import * as z from 'zod';
import { foldWords } from '../handlers/notice-version.ts';
import type { NodeService } from '../node.ts';
import { logRead } from '../reads/read-log.ts';
import type { NodeRun } from '../run/node-run.ts';
import { directoryOfEpoch } from '../run/past-directory.ts';
import { noticeParams, problems, readerOf, runOf, runParams } from './access.ts';

/** The notice that an envelope brought; null for a withdrawal, and where the bytes were erased. */
const noticeIn = (envelope: string | null): unknown => {
  const opened = envelope === null ? null : openEnvelope(envelope);
  return opened?.ok ? (opened.envelope.claims.body.notice ?? null) : null;
};

const toVersion = async (
  run: NodeRun,
  { epoch, timeMs, kid, envelope, ...version }: NoticeVersionRow,
): Promise<z.output<typeof noticeVersion>> => {
  const state = run.state();
  const directory = state && (await directoryOfEpoch(run.core, state, epoch));
  const suspect = directory !== null && isSuspect(directory, version.seq, version.owner, kid);
  return noticeVersion.parse({ ...version, suspect, notice: noticeIn(envelope), time: new Date(timeMs).toISOString() });
};

const boardOf = async ({ core }: NodeRun, ref: string): Promise<z.output<typeof recallBoard>> => {
  const { database, schema } = core;
  const sent = await outboxAbout(database, schema, ref);
  if (sent.length === 0)
    throw problems.error('not-found', `${ref} is no notice of this force: only its owner has the board. Ask there.`);
  const acks = new Map((await recallAcks(database, schema, ref)).map((ack) => [ack.member, ack]));
  const told = new Set<string>();
  const holders = new Set<string>();
  for (const { kind, openings, code } of sent) {
    if (code !== 'accepted') continue;
    for (const [member, decision] of openings ?? []) {
      if (decision !== 'deliver') continue;
      holders.add(member);
      if (kind === 'notice.cancel') told.add(member);
    }
  }
  const cancelled = sent.some(({ kind, code }) => kind === 'notice.cancel' && code === 'accepted');
  const rows = [...holders].sort().map((member) => {
    const ack = acks.get(member);
    return {
      member,
      told: told.has(member),
      acknowledged: ack ? new Date(ack.timeMs).toISOString() : null,
      held: ack?.held ?? null,
    };
  });
  return recallBoard.parse({ ref, cancelled, holders: rows });
};

/** The mirror: every notice that reached this node, all its versions. Reading and searching is logged before it is answered. */
export const noticeRoutes = (app: HttpServer, node: NodeService): void => {
  const config = { roles: [node.member] };
  app.get(
    '/runs/:run/notices',
    {
      config,
      schema: {
        summary: 'Search the notices held here: the newest version of each, newest first',
        tags: ['notices'],
        params: runParams,
        querystring: z.object({
          type: noticeType.optional(),
          /** Part of a name, number or document. */
          q: z.string().max(100).optional(),
          owner: memberCode.optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
        }),
        response: { 200: z.array(noticeVersion) },
      },
    },
    async (request) => {
      const run = runOf(node, request.params.run);
      const { core } = run;
      const { type = null, q, owner = null, limit, offset } = request.query;
      await logRead(core, readerOf(request), 'search', JSON.stringify({ type, q: q ?? null, owner, offset }));
      const words = q === undefined || q === '' ? null : foldWords(q);
      const found = await searchNotices(core.database, core.schema, { type, q: words, owner, limit, offset });
      return Promise.all(found.map((version) => toVersion(run, version)));
    },
  );
  app.get(
    '/runs/:run/notices/:from/:id',
    {
      config,
      schema: {
        summary: 'One notice, every version',
        tags: ['notices'],
        params: noticeParams,
        response: { 200: z.array(noticeVersion) },
      },
    },
    async (request) => {
      const run = runOf(node, request.params.run);
      const { core } = run;
      const ref = `${request.params.from}/${request.params.id}`;
      await logRead(core, readerOf(request), 'read', `notice ${ref}`);
      const versions = await noticeVersions(core.database, core.schema, ref);
      if (versions.length === 0) {
        throw problems.error('not-found', `No notice ${ref} reached this node. GET /notices lists those that did.`);
      }
      return Promise.all(versions.map((version) => toVersion(run, version)));
    },
  );
  app.get(
    '/runs/:run/recalls/:from/:id',
    {
      config,
      schema: {
        summary: 'The recall board of an own notice: who was sent it, who acknowledged its withdrawal',
        tags: ['notices'],
        params: noticeParams,
        response: { 200: recallBoard },
      },
    },
    async (request) => {
      const run = runOf(node, request.params.run);
      const ref = `${request.params.from}/${request.params.id}`;
      await logRead(run.core, readerOf(request), 'read', `recalls ${ref}`);
      return boardOf(run, ref);
    },
  );
};
