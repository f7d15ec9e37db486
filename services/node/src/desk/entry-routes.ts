import { Readable } from 'node:stream';
import { type DeskEntry, deskEntry, originName, seqNumber } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { openEnvelope } from '@eads/signing';
import { type DeskRow, listNodeEpochs, type NodeEpoch, readableEntries } from '@eads/store';
import * as z from 'zod';
import type { NodeService } from '../node.ts';
import { logRead } from '../reads/read-log.ts';
import type { NodeRun } from '../run/node-run.ts';
import { problems, readerOf, runOf, runParams } from './access.ts';

const PAGE = 200;
/** A reader that went away is noticed by writing to it: an empty line now and then. */
const HEARTBEAT_MS = 15_000;

const toDeskEntry = (origin: string, row: DeskRow): DeskEntry => {
  const opened = row.envelope === null ? null : openEnvelope(row.envelope);
  return {
    origin,
    seq: row.seq,
    time: new Date(row.timeMs).toISOString(),
    rseq: row.rseq,
    state: row.state,
    envelope: row.envelope,
    erasedBy: row.erasedBy,
    claims: opened?.ok ? opened.envelope.claims : null,
    inner: row.inner,
  };
};

type EpochName = Pick<NodeEpoch, 'epoch' | 'origin'>;

/** The epoch that is meant: the present one unless another origin is named. */
const epochOf = async ({ core, state }: NodeRun, origin: string | undefined): Promise<EpochName> => {
  const now = state();
  if (now === null) throw problems.error('conflict', `The run ${core.run} has no genesis yet.`);
  if (origin === undefined || origin === now.origin) return now;
  const named = (await listNodeEpochs(core.database, core.schema)).find((epoch) => epoch.origin === origin);
  if (!named) throw problems.error('not-found', `This node took no part in ${origin}.`);
  return named;
};

const page = async (
  { core }: NodeRun,
  { epoch, origin }: EpochName,
  from: number,
  limit: number,
): Promise<DeskEntry[]> =>
  (await readableEntries(core.database, core.schema, epoch, from, limit)).map((row) => toDeskEntry(origin, row));

const changed = (run: NodeRun, closing: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      off();
      timer.cancel();
      closing.removeEventListener('abort', done);
      resolve();
    };
    const off = run.core.entriesChanged.listen(done);
    const timer = run.core.clock.setTimeout(done, HEARTBEAT_MS);
    closing.addEventListener('abort', done, { once: true });
  });

/** What is held, then what comes, each once it was handled; for as long as the reader stays. */
async function* followed(run: NodeRun, epoch: EpochName, from: number, closing: AbortSignal): AsyncGenerator<string> {
  let next = from;
  // The answer begins at once, also where nothing is there yet.
  yield '\n';
  while (!closing.aborted) {
    // Listened for before it is looked: what comes in between is not missed.
    const more = changed(run, closing);
    const entries = await page(run, epoch, next, PAGE);
    const pending = entries.findIndex(({ state }) => state === 'pending');
    const ready = pending < 0 ? entries : entries.slice(0, pending);
    for (const entry of ready) yield `${JSON.stringify(entry)}\n`;
    next = (ready.at(-1)?.seq ?? next - 1) + 1;
    if (ready.length > 0) continue;
    await more;
    if ((await page(run, epoch, next, 1)).length === 0) yield '\n';
  }
}

/** The node's own feed: what this member may read, in the ledger's order. */
export const entryRoutes = (app: HttpServer, node: NodeService): void => {
  app.get(
    '/runs/:run/entries',
    {
      config: { roles: [node.member], rateLimit: false },
      schema: {
        summary: 'What came in, in order; with follow as NDJSON (one DeskEntry a line; empty lines keep the line open)',
        tags: ['entries'],
        params: runParams,
        querystring: z.object({
          /** Entries of an epoch that ended; the present one unless told. */
          origin: originName.optional(),
          from: z.coerce.number().pipe(seqNumber).default(0),
          limit: z.coerce.number().int().min(1).max(500).default(100),
          follow: z.enum(['true', 'false']).default('false'),
        }),
        response: { 200: z.array(deskEntry).or(z.any()) },
      },
    },
    async (request, reply) => {
      const run = runOf(node, request.params.run);
      const { from, limit, follow, origin } = request.query;
      const epoch = await epochOf(run, origin);
      await logRead(run.core, readerOf(request), 'read', `entries from ${from}`);
      if (follow === 'false') return page(run, epoch, from, limit);
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .send(Readable.from(followed(run, epoch, from, app.closing)));
    },
  );
};
