import {
  type AuditorLine,
  EXPORT_FILE_ENTRIES,
  EXPORT_FILES,
  type ExportLine,
  exportEntriesPath,
  type ManifestClaims,
  type MemberLine,
} from '@eads/protocol';
import { sha256Base64 } from '../hash.ts';

/** What an export is made of. */
export interface ExportSource {
  readonly origin: string;
  readonly viewer: ManifestClaims['viewer'];
  /** Entries that it holds: all before this one. */
  readonly size: number;
  readonly genesis: string;
  /** The log-signed note of exactly `size`. */
  readonly checkpoint: string;
  /** The largest witnessed note of at most `size`, or null. */
  readonly witnessed: string | null;
  /** Lines from a seq on, in order; at least one while there are more. */
  readonly lines: (from: number, limit: number) => Promise<readonly (AuditorLine | MemberLine)[]>;
  /** Signs the manifest (`eads-manifest+jws`). */
  readonly sign: (claims: ManifestClaims) => string;
}

/** The files of an export one after the other, the manifest last: what a reader writes to a folder as it comes. */
export async function* writeExport(source: ExportSource): AsyncGenerator<ExportLine> {
  const files: ManifestClaims['files'] = [];
  const file = (path: string, text: string): ExportLine => {
    files.push([path, Buffer.byteLength(text), sha256Base64(text)]);
    return { path, text };
  };
  yield file(EXPORT_FILES.checkpoint, source.checkpoint);
  for (let from = 0; from < source.size; from += EXPORT_FILE_ENTRIES) {
    const to = Math.min(from + EXPORT_FILE_ENTRIES, source.size);
    let text = '';
    for (let next = from; next < to; ) {
      const lines = await source.lines(next, to - next);
      if (lines.length === 0) throw new Error(`Entry ${next} is missing, and the checkpoint covers ${source.size}.`);
      for (const line of lines) text += `${JSON.stringify(line)}\n`;
      next += lines.length;
    }
    yield file(exportEntriesPath(from / EXPORT_FILE_ENTRIES), text);
  }
  yield file(EXPORT_FILES.genesis, source.genesis);
  if (source.witnessed !== null) yield file(EXPORT_FILES.witnessed, source.witnessed);
  files.sort(([a], [b]) => (a < b ? -1 : 1));
  const { origin, viewer, size } = source;
  yield {
    path: EXPORT_FILES.manifest,
    text: source.sign({ format: 'eads-export/v1', origin, viewer, size, files }),
  };
}
