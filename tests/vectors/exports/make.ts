import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bases, trustText } from './bases.ts';
import type { Files } from './build.ts';
import { BASES, type Base, type Case, editsBetween, type Vector } from './case.ts';
import { entryCases } from './entry-cases.ts';
import { fileCases } from './file-cases.ts';
import { hubCases } from './hub-cases.ts';
import { memberCases } from './member-cases.ts';
import { noteCases } from './note-cases.ts';

/** Whole exports as folders, and what was tampered with as files: `<area>/<the tampering>.json`. */
const BASES_FOLDER = join(import.meta.dirname, 'bases');
const CASES_FOLDER = join(import.meta.dirname, 'cases');

const vectorOf = ({ says, base, files, codes, trust = trustText, expect = null }: Case): Vector => ({
  says,
  base,
  edits: editsBetween(bases[base], files),
  trust,
  expect,
  codes: codes.toSorted(),
});

/** Every file of the vectors as it must be, by its path below this folder. Made from fixed keys: always the same. */
export const makeVectors = async (): Promise<Map<string, string>> => {
  const made = new Map<string, string>();
  for (const base of BASES) for (const [path, text] of bases[base]) made.set(`bases/${base}/${path}`, text);
  const cases = {
    ...fileCases(),
    ...entryCases(),
    ...(await hubCases()),
    ...(await noteCases()),
    ...(await memberCases()),
  };
  for (const [name, each] of Object.entries(cases)) {
    made.set(`cases/${name}.json`, Buffer.from(`${JSON.stringify(vectorOf(each), null, 1)}\n`).toString('latin1'));
  }
  return made;
};

const filesBelow = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'latin1')]),
  );

/** The vectors as they lie here. */
export const readVectors = (): { bases: Record<Base, Files>; cases: Map<string, string> } => ({
  bases: Object.fromEntries(BASES.map((base) => [base, filesBelow(join(BASES_FOLDER, base))])) as Record<Base, Files>,
  cases: filesBelow(CASES_FOLDER),
});

// `node tests/vectors/exports/make.ts` writes them anew.
if (import.meta.main) {
  for (const folder of [BASES_FOLDER, CASES_FOLDER]) rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of await makeVectors()) {
    const file = join(import.meta.dirname, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, 'latin1');
  }
}
