import { writeExport } from '@eads/ledger';
import { signStatement } from '@eads/signing';
import { archiveRun, type Database, freeze, readArchivedEpoch, readEntries, readHead, runSchema } from '@eads/store';
import { feedItem } from '../delivery/item.ts';
import { auditorSource, type ReadableRun } from './export-source.ts';
import type { Run } from './run.ts';

/** Of envelopes in one read. */
const READ_BYTES = 4 * 1024 * 1024;

/** An archived run: read-only, without a key that could sign for it. */
export interface ArchivedRun extends ReadableRun {
  /** The manifest that was signed when it was closed. */
  readonly manifest: string;
}

/**
 * Closes a run: nothing more is sequenced anywhere, its export is signed a last time, and its private keys are deleted.
 * @returns whether there was anything to archive
 */
export const closeForGood = async (database: Database, run: Run): Promise<boolean> => {
  if (((await readHead(database, run.schema))?.size ?? 0) === 0) return false;
  for (;;) {
    await freeze(database, run.schema, 'The run was archived.', '');
    const source = await auditorSource(database, run, (claims) =>
      signStatement('eads-manifest+jws', claims, run.epoch.hubKey),
    );
    if (!source) return false;
    let manifest = '';
    for await (const { text } of writeExport(source)) manifest = text;
    // A person may have opened the ledger meanwhile: then what was signed is not all that there is.
    if (await archiveRun(database, run.run, { manifest, size: source.size })) return true;
  }
};

/** Opens an archived run for reading; null where it was not archived to its end. */
export const openArchive = async (database: Database, run: string): Promise<ArchivedRun | null> => {
  const schema = runSchema(run);
  const epoch = await readArchivedEpoch(database, schema);
  if (!epoch?.manifest) return null;
  return {
    run,
    schema,
    epoch,
    manifest: epoch.manifest,
    read: async (from, limit) =>
      (await readEntries(database, schema, epoch.epoch, from, limit, READ_BYTES)).map((entry) => feedItem(entry)),
  };
};
