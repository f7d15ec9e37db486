import { hash } from 'node:crypto';
import { EXPORT_FILE_ENTRIES, EXPORT_FILES, exportEntriesPath, type ManifestClaims } from '@eads/protocol';
import { readStatement, SigningError, type Statement } from '@eads/signing';
import { asBuffer } from '../bytes.ts';
import type { Findings } from './findings.ts';

/** Hands out the files of an export. Paths are relative, with `/`, and name files only. */
export interface ExportReader {
  list(): readonly string[] | Promise<readonly string[]>;
  /** Called once a file, in order; what it gave may be forgotten afterwards. */
  read(path: string): Uint8Array | Promise<Uint8Array>;
}

export type ExportFiles = ReadonlyMap<string, Uint8Array> | ExportReader;

const isReader = (files: ExportFiles): files is ExportReader => 'list' in files;

export const readerOf = (files: ExportFiles): ExportReader =>
  isReader(files) ? files : { list: () => [...files.keys()], read: (path) => files.get(path) ?? new Uint8Array(0) };

/** The text of ASCII files. Another byte becomes a character that no field of theirs allows. */
export const asciiText = (bytes: Uint8Array): string => asBuffer(bytes).toString('latin1');

/** Reads the manifest; its signature is checked once the keys are known. */
export const readManifest = async (
  reader: ExportReader,
  present: ReadonlySet<string>,
  findings: Findings,
): Promise<Statement<'eads-manifest+jws'> | undefined> => {
  const where = { path: EXPORT_FILES.manifest };
  if (!present.has(where.path)) {
    findings.add('files', 'manifest-missing', where, 'Nothing says which files belong to the export.');
    return undefined;
  }
  try {
    return readStatement('eads-manifest+jws', asciiText(await reader.read(where.path)));
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    findings.add('files', 'manifest-form', where, error.message);
    return undefined;
  }
};

/** Files of entries that an export of `size` has. */
export const entryFiles = (size: number): number => Math.ceil(size / EXPORT_FILE_ENTRIES);

const isEntriesPath = (path: string): boolean => /^entries\/\d{6,}\.ndjson$/.test(path);

/** Holds the files that are there against those listed, and those against what an export has. */
export const checkListing = (
  { files, size }: ManifestClaims,
  present: ReadonlySet<string>,
  findings: Findings,
): Map<string, ManifestClaims['files'][number]> => {
  const listed = new Map(files.map((file) => [file[0], file]));
  const sorted = files.every(([path], i) => i === 0 || (files[i - 1] as [string, number, string])[0] < path);
  if (!sorted) {
    findings.add('files', 'manifest-form', { path: EXPORT_FILES.manifest }, 'Its paths are not sorted, each once.');
  }
  // A size out of a hostile manifest must not decide how long this takes.
  const count = Math.min(entryFiles(size), files.length);
  const due = new Set<string>([EXPORT_FILES.genesis, EXPORT_FILES.checkpoint]);
  for (let index = 0; index < count; index++) due.add(exportEntriesPath(index));
  const strange = files
    .map(([path]) => path)
    .find((path) => !due.has(path) && path !== EXPORT_FILES.witnessed && !isEntriesPath(path));
  if (strange !== undefined) {
    const what = `It names ${JSON.stringify(strange)}, which no export has.`;
    findings.add('files', 'manifest-form', { path: EXPORT_FILES.manifest }, what);
  }
  for (const path of listed.keys()) {
    if (!present.has(path)) findings.add('files', 'missing-file', { path }, 'The manifest lists it.');
    else if (isEntriesPath(path) && !due.has(path)) {
      findings.add(
        'files',
        'surplus',
        { path },
        `An export of ${size} entries has ${entryFiles(size)} files of entries.`,
      );
    }
  }
  for (const path of due) {
    if (listed.has(path)) continue;
    const code = isEntriesPath(path) ? 'truncated' : 'missing-file';
    findings.add('files', code, { path }, `The manifest does not list it, and the export has ${size} entries.`);
  }
  for (const path of present) {
    if (path === EXPORT_FILES.manifest || listed.has(path)) continue;
    findings.add('files', 'unlisted-file', { path }, 'The manifest does not list it, so nobody signed for it.');
  }
  return listed;
};

/** Reads a listed file and holds it against the manifest. Undefined where it is not there. */
export const readListed = async (
  reader: ExportReader,
  present: ReadonlySet<string>,
  listed: ReadonlyMap<string, ManifestClaims['files'][number]>,
  path: string,
  findings: Findings,
): Promise<Uint8Array | undefined> => {
  const entry = listed.get(path);
  if (!entry || !present.has(path)) return undefined;
  const [, length, digest] = entry;
  const bytes = await reader.read(path);
  if (bytes.length !== length) {
    findings.add('files', 'file-altered', { path }, `It has ${bytes.length} bytes; exported were ${length}.`);
  } else if (hash('sha256', bytes, 'base64') !== digest) {
    findings.add('files', 'file-altered', { path }, 'Its SHA-256 is not the one that was exported.');
  }
  return bytes;
};
