import { createHash } from 'node:crypto';
import { EXPORT_FILES, exportEntriesPath, type ManifestClaims } from '@eads/protocol';
import { readStatement } from '@eads/signing';
import { type Files, manifestSigner } from './build.ts';

export const ENTRIES = exportEntriesPath(0);

const textOf = (files: Files, path: string): string => {
  const text = files.get(path);
  if (text === undefined) throw new Error(`the export has no ${path}`);
  return text;
};

/** The export with one file changed; `undefined` takes it away. */
export const withFile = (files: Files, path: string, change: (text: string) => string | undefined): Files => {
  const out = new Map(files);
  const text = change(files.get(path) ?? '');
  if (text === undefined) out.delete(path);
  else out.set(path, text);
  return out;
};

/** The export with the lines of its entries changed. */
export const withLines = (files: Files, change: (lines: string[]) => readonly string[]): Files =>
  withFile(files, ENTRIES, (text) => {
    const lines = text.split('\n').slice(0, -1);
    return change(lines)
      .map((line) => `${line}\n`)
      .join('');
  });

/** The export with the line of one entry changed, as JSON. */
export const withEntry = <Line = Record<string, unknown>>(
  files: Files,
  seq: number,
  change: (line: Line) => object,
): Files =>
  withLines(files, (lines) =>
    lines.map((line, i) => (i === seq ? JSON.stringify(change(JSON.parse(line) as Line)) : line)),
  );

/** Changes the character at a place into another of the base64 alphabets. */
export const bent = (text: string, at: number): string => {
  const place = at < 0 ? text.length + at : at;
  return text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1);
};

export const claimsOf = (files: Files): ManifestClaims =>
  readStatement('eads-manifest+jws', textOf(files, EXPORT_FILES.manifest)).claims;

/** Makes the manifest fit the files again and signs it with the key that may. */
export const resealed = (
  files: Files,
  over: Partial<ManifestClaims> = {},
  sign = manifestSigner(claimsOf(files).viewer),
): Files => {
  const listed: ManifestClaims['files'] = [...files.keys()]
    .filter((path) => path !== EXPORT_FILES.manifest)
    .sort()
    .map((path) => {
      const bytes = Buffer.from(textOf(files, path), 'latin1');
      return [path, bytes.length, createHash('sha256').update(bytes).digest('base64')];
    });
  const claims = { ...claimsOf(files), files: listed, ...over };
  return withFile(files, EXPORT_FILES.manifest, () => sign(claims));
};
