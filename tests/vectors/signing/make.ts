import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keyVectors } from './key-vectors.ts';
import { payloadVectors } from './payload-vectors.ts';
import { signatureVectors } from './signature-vectors.ts';
import { validVectors } from './valid-vectors.ts';

/** Where the vectors lie: `<area>/<what was tampered with>.json`. */
const CASES = join(import.meta.dirname, 'cases');

/** Every vector's file as it must be, by its path under `cases`; made from fixed keys, so always the same. */
export const makeVectors = (): Map<string, string> =>
  new Map(
    [...validVectors(), ...signatureVectors(), ...payloadVectors(), ...keyVectors()].map(([path, vector]) => [
      `${path}.json`,
      `${JSON.stringify(vector, null, 2)}\n`,
    ]),
  );

/** The vectors' files as they are. */
export const readVectors = (): Map<string, string> =>
  new Map(
    readdirSync(CASES, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(CASES, name), 'utf8')]),
  );

// `node tests/vectors/signing/make.ts` writes them anew.
if (import.meta.main) {
  rmSync(CASES, { recursive: true, force: true });
  for (const [path, content] of makeVectors()) {
    mkdirSync(dirname(join(CASES, path)), { recursive: true });
    writeFileSync(join(CASES, path), content);
  }
}
