import { Readable } from 'node:stream';
import { parseCheckpoint, parseNote, writeExport } from '@eads/ledger';
import { type AuditorLine, runName } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { signStatement } from '@eads/signing';
import { latestWitnessed, readHead } from '@eads/store';
import * as z from 'zod';
import type { FeedItem } from '../delivery/feed.ts';
import type { Hub } from '../hub.ts';
import { problems, runOf } from './access.ts';

const auditorLine = (item: FeedItem): AuditorLine => ({
  seq: item.seq,
  record: item.record,
  commitments: item.commitments,
  ...(item.envelope === null ? {} : { envelope: item.envelope }),
  ...(item.erasedBy === null ? {} : { erasedBy: item.erasedBy }),
  openings: [...item.openings],
});

/** `GET /runs/:run/export`: everything, for an auditor, as NDJSON of files. Signed by the hub key. */
export const exportRoutes = (app: HttpServer, hub: Hub): void => {
  app.get(
    '/runs/:run/export',
    {
      config: { roles: ['auditor', 'trainer'] },
      schema: {
        summary: 'The whole ledger for an auditor: one file a line (ExportLine), the signed manifest last',
        tags: ['ledger'],
        params: z.object({ run: runName }),
      },
    },
    async (request, reply) => {
      const run = runOf(hub, request.params.run);
      const head = await readHead(hub.database, run.schema);
      const genesis = (await run.live.read(0, 1))[0]?.envelope;
      if (!head?.checkpoint || !genesis) throw problems.error('not-found', 'This run has no entries yet.');
      const round = await latestWitnessed(hub.database, run.schema, run.epoch.epoch);
      const covered = round?.witnessed && parseCheckpoint(parseNote(round.witnessed).text).size <= head.size;
      const files = writeExport({
        origin: run.epoch.origin,
        viewer: 'auditor',
        size: head.size,
        genesis,
        checkpoint: head.checkpoint,
        witnessed: covered ? round.witnessed : null,
        lines: async (from, limit) => (await run.live.read(from, Math.min(limit, 256))).map(auditorLine),
        sign: (claims) => signStatement('eads-manifest+jws', claims, run.epoch.hubKey),
      });
      async function* ndjson() {
        for await (const file of files) yield `${JSON.stringify(file)}\n`;
      }
      return reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(ndjson()));
    },
  );
};
