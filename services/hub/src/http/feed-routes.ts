import { Readable } from 'node:stream';
import { type FeedEntry, runName, seqNumber } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { openEnvelope } from '@eads/signing';
import * as z from 'zod';
import type { FeedItem } from '../delivery/feed.ts';
import type { Hub } from '../hub.ts';
import type { ReadableRun } from '../run/export-source.ts';
import type { Run } from '../run/run.ts';
import { readableOf, WHO_SEE_ALL } from './access.ts';

const PAGE = 256;

/** Everything of an entry, as evaluators see it. */
const toFeedEntry = (origin: string, item: FeedItem): FeedEntry => {
  const opened = item.envelope === null ? null : openEnvelope(item.envelope);
  return {
    origin,
    seq: item.seq,
    time: new Date(item.timeMs).toISOString(),
    from: item.sender,
    id: item.id,
    code: item.code as FeedEntry['code'],
    kind: item.kind,
    record: item.record,
    leaf: item.leaf,
    envelope: item.envelope,
    erasedBy: item.erasedBy,
    openings: [...item.openings],
    claims: opened?.ok ? opened.envelope.claims : null,
  };
};

/** Lines of the feed from `from` on; with a live feed, for as long as the reader stays and the epoch lasts. */
async function* feedLines(
  run: ReadableRun,
  live: Run['live'] | undefined,
  from: number,
  closing: AbortSignal,
): AsyncGenerator<string> {
  let next = from;
  while (!closing.aborted) {
    const items = await run.read(next, PAGE);
    for (const item of items) yield `${JSON.stringify(toFeedEntry(run.epoch.origin, item))}\n`;
    next += items.length;
    if (items.length > 0) continue;
    if (!live) return;
    await new Promise<void>((resolve) => {
      const off = live.feed.onSize(done);
      // A reader that went away is noticed by writing to it: an empty line now and then.
      const timer = setTimeout(done, 15_000);
      closing.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        off();
        closing.removeEventListener('abort', done);
        resolve();
      }
      if (live.feed.size() > next) done();
    });
    if (live.feed.size() <= next) yield '\n';
  }
}

/** The live feed: NDJSON of everything, for trainers, evaluators and auditors. */
export const feedRoutes = (app: HttpServer, hub: Hub): void => {
  app.get(
    '/runs/:run/feed',
    {
      config: { roles: WHO_SEE_ALL, rateLimit: false },
      schema: {
        summary: 'The live feed, as NDJSON (one FeedEntry a line; empty lines keep the line open)',
        tags: ['feed'],
        params: z.object({ run: runName }),
        querystring: z.object({
          from: z.coerce.number().pipe(seqNumber).default(0),
          follow: z.enum(['true', 'false']).default('false'),
        }),
      },
    },
    (request, reply) => {
      const { from, follow } = request.query;
      const run = readableOf(hub, request.params.run);
      const open = hub.run(request.params.run);
      const closing = open ? AbortSignal.any([app.closing, open.closing]) : app.closing;
      const lines = feedLines(run, follow === 'true' ? open?.live : undefined, from, closing);
      return reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(lines));
    },
  );
};
