import {
  encodeBundle,
  formatTlogProof,
  hashTile,
  inclusionProof,
  LedgerError,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
} from '@eads/ledger';
import { runName, seqNumber } from '@eads/protocol';
import { type HttpServer, roleOf } from '@eads/runtime';
import { hashReader, latestWitnessed, onlineSessions, readHead } from '@eads/store';
import * as z from 'zod';
import type { Hub } from '../hub.ts';
import type { ReadableRun } from '../run/export-source.ts';
import { anyoneWithToken, problems, readableOf, runOf, WHO_SEE_ALL } from './access.ts';

const params = z.object({ run: runName });

const TILE_FORM = 'See C2SP tlog-tiles for the form: tile/0/000, tile/entries/000.p/5.';

/** Tiles are served as far as the head reaches: a partial tile that is larger than the log has is not there. */
const readTile = async (run: ReadableRun, hub: Hub, path: string, seesAll: boolean): Promise<Uint8Array> => {
  let tile: Tile;
  try {
    tile = parseTilePath(`tile/${path}`);
  } catch (error) {
    if (error instanceof LedgerError) throw problems.error('bad-request', `${error.message} ${TILE_FORM}`);
    throw error;
  }
  const head = await readHead(hub.database, run.schema);
  const level = tile.level === 'entries' ? 0 : tile.level;
  const there = Math.floor((head?.size ?? 0) / TILE_WIDTH ** level);
  if (tile.index * TILE_WIDTH + tile.width > there) {
    throw problems.error('not-found', 'The log does not reach as far as this tile. Read the checkpoint first.');
  }
  if (tile.level !== 'entries')
    return hashTile(hashReader(hub.database, run.schema, run.epoch.epoch), { ...tile, level });
  // Records show authors and refusals: members get the hashes, the rest is for those who see all.
  if (!seesAll)
    throw problems.error('forbidden', 'Entry bundles are for evaluators and auditors. Hash tiles are open to you.');
  const records: string[] = [];
  for (let next = tile.index * TILE_WIDTH; records.length < tile.width; ) {
    const items = await run.read(next, tile.width - records.length);
    if (items.length === 0) throw problems.error('unavailable', 'The entries of this bundle are not there yet.');
    records.push(...items.map((item) => item.record));
    next += items.length;
  }
  return encodeBundle(records);
};

/** The log as C2SP tlog-tiles has it, and offline proofs. */
export const ledgerRoutes = (app: HttpServer, hub: Hub): void => {
  app.get(
    '/runs/:run/checkpoint',
    {
      config: { roles: anyoneWithToken },
      schema: {
        summary: 'The newest checkpoint (C2SP tlog-checkpoint); with witnessed=true the newest that a quorum cosigned',
        tags: ['ledger'],
        params,
        querystring: z.object({ witnessed: z.enum(['true', 'false']).default('false') }),
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const run = readableOf(hub, request.params.run);
      const note =
        request.query.witnessed === 'true'
          ? (await latestWitnessed(hub.database, run.schema, run.epoch.epoch))?.witnessed
          : (await readHead(hub.database, run.schema))?.checkpoint;
      if (!note) throw problems.error('not-found', 'There is no such checkpoint yet.');
      return reply.type('text/plain; charset=utf-8').send(note);
    },
  );
  app.get(
    '/runs/:run/tile/*',
    {
      config: { roles: anyoneWithToken },
      schema: {
        summary: 'A hash tile or an entry bundle (C2SP tlog-tiles); bundles for evaluators and auditors only',
        tags: ['ledger'],
        params: z.object({ run: runName, '*': z.string().max(80) }),
      },
    },
    async (request, reply) => {
      const run = readableOf(hub, request.params.run);
      const bytes = await readTile(run, hub, request.params['*'], WHO_SEE_ALL.includes(roleOf(request)));
      return reply.type('application/octet-stream').send(Buffer.from(bytes));
    },
  );
  app.get(
    '/runs/:run/proof/:seq',
    {
      config: { roles: anyoneWithToken },
      schema: {
        summary: 'An offline proof that an entry is in the witnessed log (C2SP tlog-proof)',
        tags: ['ledger'],
        params: z.object({ run: runName, seq: z.coerce.number().pipe(seqNumber) }),
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const run = readableOf(hub, request.params.run);
      const { seq } = request.params;
      const note = (await latestWitnessed(hub.database, run.schema, run.epoch.epoch))?.witnessed;
      const size = note ? parseCheckpoint(parseNote(note).text).size : 0;
      if (!note || seq >= size) {
        throw problems.error('not-found', `No witnessed checkpoint covers entry ${seq} yet. Try again in a moment.`);
      }
      const proof = await inclusionProof(hashReader(hub.database, run.schema, run.epoch.epoch), seq, size);
      return reply.type('text/plain; charset=utf-8').send(formatTlogProof({ index: seq, proof, checkpoint: note }));
    },
  );
  app.get(
    '/runs/:run/sessions',
    {
      config: { roles: [...WHO_SEE_ALL, 'operator', 'SEC'] },
      schema: {
        summary: 'Who is linked, and how far each has acknowledged (the hub’s word)',
        tags: ['runs'],
        params,
        response: { 200: z.array(z.object({ member: z.string(), replica: z.string(), acked: z.int() })) },
      },
    },
    async (request) => onlineSessions(hub.database, runOf(hub, request.params.run).schema),
  );
};
