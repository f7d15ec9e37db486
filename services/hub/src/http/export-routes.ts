import { Readable } from 'node:stream';
import { writeExport } from '@eads/ledger';
import { exportLine, runName } from '@eads/protocol';
import type { HttpServer } from '@eads/runtime';
import { signStatement } from '@eads/signing';
import { openSnapshot } from '@eads/store';
import * as z from 'zod';
import type { Hub } from '../hub.ts';
import { auditorSource } from '../run/export-source.ts';
import { RestoreError, restoreExport } from '../run/restore.ts';
import { problems, readableOf } from './access.ts';

const NDJSON = 'application/x-ndjson';
/** Bytes of an export that is handed in to be restored, at most. */
const RESTORE_BYTES = 512 * 1024 * 1024;
/** Exports that are read at the same time. */
const EXPORTS_AT_ONCE = 2;
const LINE_CHARS = 64 * 1024 * 1024;

/** The files of an export, out of a stream of lines. */
const readFiles = async (stream: AsyncIterable<Buffer>): Promise<Map<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>();
  const take = (line: string): void => {
    if (line === '') return;
    const read = exportLine.safeParse(parse(line));
    if (!read.success)
      throw problems.error(
        'bad-request',
        `Line ${files.size + 1} is not {"path", "text"}. Send the lines of an export as they came.`,
      );
    files.set(read.data.path, Buffer.from(read.data.text));
  };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: string[] = [];
  let restChars = 0;
  let bytes = 0;
  const read = (text: string): void => {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      take(rest.join('') + text.slice(from, end));
      [rest, restChars] = [[], 0];
      from = end + 1;
    }
    rest.push(text.slice(from));
    restChars += text.length - from;
  };
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > RESTORE_BYTES || restChars > LINE_CHARS) {
      throw problems.error('too-large', `An export of over ${RESTORE_BYTES} bytes is not restored over HTTP.`);
    }
    read(decoder.decode(chunk, { stream: true }));
  }
  take(rest.join('') + decoder.decode());
  return files;
};

const isEncodingError = (error: unknown): boolean =>
  (error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Everything of a run for an auditor, as NDJSON of files; and the way back, into an archived run. */
export const exportRoutes = (app: HttpServer, hub: Hub): void => {
  let reading = 0;
  app.get(
    '/runs/:run/export',
    {
      config: { roles: ['auditor', 'trainer'], rateLimit: false },
      schema: {
        summary: 'The whole ledger for an auditor: one file a line (ExportLine), the signed manifest last',
        tags: ['ledger'],
        params: z.object({ run: runName }),
      },
    },
    async (request, reply) => {
      const { run, sign } = signingRun(hub, request.params.run);
      // Each holds a connection for as long as its reader takes: the sequencer must not run out of them.
      if (reading >= EXPORTS_AT_ONCE) {
        throw problems.error('unavailable', `${EXPORTS_AT_ONCE} exports are read already. Try again in a while.`);
      }
      reading += 1;
      const snapshot = await openSnapshot(hub.database).catch((error: unknown) => {
        reading -= 1;
        throw error;
      });
      const close = async (): Promise<void> => {
        reading -= 1;
        await snapshot.close();
      };
      const source = await auditorSource(snapshot.connection, run, sign).catch(async (error: unknown) => {
        await close();
        throw error;
      });
      if (!source) {
        await close();
        throw problems.error('not-found', 'This run has no entries yet.');
      }
      // Whether it was read to its end or the reader went away, which it may have done by now.
      if (reply.raw.closed) await close();
      else reply.raw.once('close', () => void close());
      async function* ndjson(files: ReturnType<typeof writeExport>) {
        for await (const file of files) yield `${JSON.stringify(file)}\n`;
      }
      return reply.type(`${NDJSON}; charset=utf-8`).send(Readable.from(ndjson(writeExport(source))));
    },
  );

  app.register(async (scope) => {
    scope.addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload));
    scope.post(
      '/runs/restore',
      {
        config: { roles: ['trainer', 'operator'] },
        bodyLimit: RESTORE_BYTES,
        schema: { summary: 'Lay an auditor’s export down as an archived, read-only run', tags: ['runs'] },
      },
      async (request, reply) => {
        try {
          const body = request.body as AsyncIterable<Buffer> | undefined;
          if (!body) throw problems.error('bad-request', `Send the export as ${NDJSON}, a file a line.`);
          const files = await readFiles(body);
          const run = await restoreExport(hub.database, files);
          await hub.watch();
          reply.code(201);
          return { run };
        } catch (error) {
          if (error instanceof RestoreError) throw problems.error('conflict', error.message);
          if (isEncodingError(error)) throw problems.error('bad-request', 'The export is not UTF-8.');
          throw error;
        }
      },
    );
  });
};

/** A run and how its manifest comes to be: signed now where it is open, the last one where it is archived. */
const signingRun = (hub: Hub, name: string) => {
  const open = hub.run(name);
  if (open) {
    return {
      run: readableOf(hub, name),
      sign: (claims: Parameters<typeof signStatement<'eads-manifest+jws'>>[1]) =>
        signStatement('eads-manifest+jws', claims, open.epoch.hubKey),
    };
  }
  const archived = hub.archived(name);
  if (!archived) throw problems.error('not-found', `There is no run "${name}" here.`);
  return { run: archived, sign: () => archived.manifest };
};
