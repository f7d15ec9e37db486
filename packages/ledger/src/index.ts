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
