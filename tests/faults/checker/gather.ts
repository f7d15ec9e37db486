import { type AuditReport, auditExport } from '@eads/ledger';
import { type AuditorLine, EXPORT_FILES, type ExportLine, exportEntriesPath, exportLine, kindOf } from '@eads/protocol';
import { openEnvelope } from '@eads/signing';
import type { LedgerLine } from './evidence.ts';

/** An auditor's export as it came, and what it holds. */
export interface GatheredLedger {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly lines: readonly LedgerLine[];
}

const lineOf = ({ seq, record, envelope, openings }: AuditorLine): LedgerLine => {
  const opened = envelope === undefined ? null : openEnvelope(envelope);
  const claims = opened?.ok ? opened.envelope.claims : null;
  return {
    seq,
    record,
    claims: claims && { to: claims.to, state: kindOf(claims.kind, claims.v)?.state === true },
    openings: openings.map(([member, decision, , , rseq]) => [member, decision, rseq] as const),
  };
};

/** Reads the NDJSON of `GET /runs/:run/export`. */
export const readLedger = (ndjson: string): GatheredLedger => {
  const files = new Map<string, Uint8Array>();
  const lines: LedgerLine[] = [];
  for (const text of ndjson.split('\n')) {
    if (text === '') continue;
    const file: ExportLine = exportLine.parse(JSON.parse(text));
    files.set(file.path, Buffer.from(file.text));
    if (!file.path.startsWith('entries/')) continue;
    for (const line of file.text.split('\n')) if (line !== '') lines.push(lineOf(JSON.parse(line)));
  }
  if (!files.has(EXPORT_FILES.manifest)) throw new Error(`The export has no manifest: ${ndjson.slice(0, 300)}`);
  if (lines.length > 0 && !files.has(exportEntriesPath(0))) throw new Error('The export has no first file of entries.');
  return { files, lines };
};

/** Audits it as `eads verify` does, against the trusted genesis, and against a checkpoint that was seen before. */
export const auditLedger = (
  { files }: GatheredLedger,
  trust: string,
  expect: string | null | undefined,
): Promise<AuditReport> => auditExport({ files, trust, expect: expect ?? undefined });
