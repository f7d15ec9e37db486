export { type AuditInput, auditExport } from './audit/audit-export.ts';
export { AUDIT_CODES, type AuditCode } from './audit/codes.ts';
export type { ExportFiles, ExportReader } from './audit/files.ts';
export type { Finding, Place } from './audit/findings.ts';
export { type AuditCounts, type AuditReport, auditReportText, type Suspect } from './audit/report.ts';
export { type ExportSource, writeExport } from './audit/write-export.ts';
export * from './checkpoint.ts';
export * from './commitment.ts';
export * from './cosignature.ts';
export * from './errors.ts';
export * from './frontier.ts';
export * from './hash.ts';
export {
  consistencyProof,
  frontierAt,
  type HashReader,
  inclusionProof,
  rootAt,
  TILE_WIDTH,
} from './hash-reader.ts';
export * from './note.ts';
export * from './note-key.ts';
export * from './proof.ts';
export * from './quorum.ts';
export * from './record.ts';
export { type NoteSignature, parseSignatureLine, signatureLine } from './signature-line.ts';
export * from './tile.ts';
export * from './tlog-proof.ts';
export * from './witness.ts';
