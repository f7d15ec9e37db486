import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noteVectors } from './note-vectors.ts';
import { proofVectors } from './proof-vectors.ts';
import { recordVectors } from './record-vectors.ts';
import type { Vector } from './vector.ts';

/** Where the vectors lie: `<area>/<what was tampered with>.json`. */
const CASES = join(import.meta.dirname, 'cases');

const LINE_WIDTH = 120;

// As the project's formatter writes JSON: an array on one line where it fits.
const jsonText = (value: unknown, indent: string, used: number): string => {
  if (!Array.isArray(value)) return JSON.stringify(value);
  const inline = `[${value.map((part) => jsonText(part, '', 0)).join(', ')}]`;
  if (used + inline.length + 1 <= LINE_WIDTH) return inline;
  const inner = `${indent}  `;
  return `[\n${value.map((part) => `${inner}${jsonText(part, inner, inner.length)}`).join(',\n')}\n${indent}]`;
};

const fileText = (vector: Vector): string => {
  const lines = Object.entries(vector).map(([key, value]) => {
    const start = `  ${JSON.stringify(key)}: `;
    return start + jsonText(value, '  ', start.length);
  });
  return `{\n${lines.join(',\n')}\n}\n`;
};

/** Every vector's file as it must be, by its path under `cases`; made from fixed keys, so always the same. */
export const makeVectors = async (): Promise<Map<string, string>> => {
  const all: [string, Vector][] = [...recordVectors(), ...noteVectors(), ...(await proofVectors())];
  return new Map(all.map(([path, vector]) => [path, fileText(vector)]));
};

/** The vectors' files as they are. */
export const readVectors = (): Map<string, string> =>
  new Map(
    readdirSync(CASES, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(CASES, name), 'utf8')]),
  );

// `node tests/vectors/ledger/make.ts` writes them anew.
if (import.meta.main) {
  rmSync(CASES, { recursive: true, force: true });
  for (const [path, content] of await makeVectors()) {
    mkdirSync(dirname(join(CASES, path)), { recursive: true });
    writeFileSync(join(CASES, path), content);
  }
}
