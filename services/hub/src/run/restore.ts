import {
  append,
  auditExport,
  emptyFrontier,
  encodeFrontier,
  type Frontier,
  leafHash,
  parseCheckpoint,
  parseNote,
  parseRecord,
} from '@eads/ledger';
import { type AuditorLine, EXPORT_FILE_ENTRIES, EXPORT_FILES, exportEntriesPath } from '@eads/protocol';
import { openEnvelope } from '@eads/signing';
import { type Database, type NewEntry, type NewSubtree, restoreRun } from '@eads/store';

/** Why an export is not restored. For a person. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}

export type ExportFilesMap = ReadonlyMap<string, Uint8Array>;
type Row = NewEntry & { readonly erasedBy: string | null };

const text = (files: ExportFilesMap, path: string): string => Buffer.from(files.get(path) ?? []).toString('utf8');

const toRow = (line: AuditorLine, leaf: Uint8Array): Row => {
  const record = parseRecord(line.record);
  const opened = line.envelope === undefined ? null : openEnvelope(line.envelope);
  return {
    seq: record.seq,
    timeMs: record.time,
    sender: record.from,
    id: record.id,
    code: record.code,
    kind: opened?.ok ? opened.envelope.claims.kind : null,
    envelopeHash: Buffer.from(record.envelopeHash).toString('base64'),
    recipientsHash: Buffer.from(record.recipientsHash).toString('base64'),
    leaf: Buffer.from(leaf).toString('base64'),
    commitments: line.commitments,
    openings: JSON.stringify(line.openings),
    envelope: line.envelope ?? null,
    claims: false,
    erasedBy: line.erasedBy ?? null,
  };
};

/**
 * Lays an auditor's export down as an archived run under its own name. It is audited first, and nothing that does not hold
 * is taken. @throws RestoreError
 */
export const restoreExport = async (database: Database, files: ExportFilesMap, trust?: string): Promise<string> => {
  const report = await auditExport({ files, ...(trust === undefined ? {} : { trust }) });
  if (!report.ok) {
    const first = report.findings[0];
    const says = `The export does not hold: ${first?.code ?? 'unknown'}. ${first?.what ?? ''} ${first?.remedy ?? ''}`;
    throw new RestoreError(says.trim());
  }
  if (report.viewer !== 'auditor') {
    throw new RestoreError('Only an auditor’s export holds the whole run. Take one with "eads ledger export".');
  }
  const [, run = '', epochName = ''] = (report.origin ?? '').split('/');
  if (!/^[1-9]\d{0,8}$/.test(epochName)) throw new RestoreError(`"${epochName}" is no epoch of a hub of this kind.`);
  const checkpoint = text(files, EXPORT_FILES.checkpoint);
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  const witnessedNote = text(files, EXPORT_FILES.witnessed);
  const subtrees: NewSubtree[] = [];
  const members = new Set<string>();
  let frontier: Frontier = emptyFrontier;
  let lastTime = 0;

  const readBatch = (index: number): Row[] => {
    const lines = text(files, exportEntriesPath(index))
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((each) => {
      const line = JSON.parse(each) as AuditorLine;
      const leaf = leafHash(Buffer.from(line.record, 'latin1'));
      frontier = append(frontier, [leaf], (level, at, hash) => {
        if (level > 0 && level % 8 === 0) subtrees.push({ level: level / 8, index: at, hash });
      });
      for (const [member] of line.openings) members.add(member);
      const row = toRow(line, leaf);
      lastTime = row.timeMs;
      return row;
    });
  };
  const batches: Row[][] = [];
  for (let i = 0; i * EXPORT_FILE_ENTRIES < size; i++) batches.push(readBatch(i));

  const done = await restoreRun(database, {
    run,
    called: [...members].sort(),
    epoch: Number(epochName),
    origin: report.origin as string,
    manifest: text(files, EXPORT_FILES.manifest),
    witnessed:
      witnessedNote === '' ? null : { size: parseCheckpoint(parseNote(witnessedNote).text).size, note: witnessedNote },
    head: { size, timeMs: lastTime, frontier: encodeFrontier(frontier), checkpoint, rseqs: {}, stateVersion: 0 },
    subtrees,
    batches: async function* () {
      yield* batches;
    },
  });
  if (!done) throw new RestoreError(`There is a run "${run}" already. Delete it first.`);
  return run;
};
