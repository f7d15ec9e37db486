import type { PersonName } from '@eads/protocol';
import { connector, family, given, type NamePart, nameOf, patronymic, type Script } from '../names/name.ts';
import { textOf } from './fields.ts';
import type { JsonObject, Sheet } from './sheet.ts';

/** Between a person's own name and the father's: whoever reads the name knows from it who is whose child. */
const CONNECTORS = new Set(['BIN', 'BINTI', 'BINTE', 'BTE', 'BT', 'BINT', 'ANAK', 'AK', 'A/L', 'A/P', 'S/O', 'D/O']);

const SCRIPTS: readonly (readonly [Script, RegExp])[] = [
  ['Thai', /\p{Script=Thai}/u],
  ['Khmr', /\p{Script=Khmer}/u],
  ['Laoo', /\p{Script=Lao}/u],
  ['Mymr', /\p{Script=Myanmar}/u],
  ['Taml', /\p{Script=Tamil}/u],
  ['Arab', /\p{Script=Arabic}/u],
  ['Hans', /\p{Script=Han}/u],
];

const scriptOf = (text: string): Script => SCRIPTS.find(([, letters]) => letters.test(text))?.[0] ?? 'Latn';

/** The parts that the record and the connectors in it tell of; none where one is longer than a part may be. */
function partsOf(forename: string | null, name: string | null): NamePart[] {
  const words = [forename, name]
    .filter((text) => text !== null)
    .join(' ')
    .split(/\s+/);
  const at = words.findIndex((word, index) => index > 0 && CONNECTORS.has(word.toUpperCase()));
  const parts =
    at !== -1 && at < words.length - 1
      ? [given(words.slice(0, at).join(' ')), connector(words[at] ?? ''), patronymic(words.slice(at + 1).join(' '))]
      : forename !== null && name !== null
        ? [given(forename), family(name)]
        : [given(words.join(' '))];
  return parts.some(({ text }) => text.length > 80) ? [] : parts;
}

const oneLine = (text: string | null): string | null => text?.replaceAll(/\s+/g, ' ') ?? null;
/** The API has null where there is no forename, and sometimes a dash. */
const orNull = (text: string | null): string | null => (text === null || /^[-–—.]+$/.test(text) ? null : text);

/** The names of a record, the main one first; a name that stands alone stays one part. */
export function namesOf(sheet: Sheet, record: JsonObject): PersonName[] {
  const field = (key: string) => orNull(oneLine(textOf(sheet, record, key, 160)));
  const before = sheet.faults.length;
  const forename = field('forename');
  const name = field('name');
  const names: PersonName[] = [];
  const full = [forename, name].filter((text) => text !== null).join(' ');
  if (full === '') {
    if (sheet.faults.length === before) {
      sheet.fault('name', 'Neither name nor forename is given. A person needs one of them at least: add it.');
    }
  } else if (full.length > 200)
    sheet.fault('name', `The name has ${full.length} characters; a notice holds 200. Shorten it.`);
  else names.push({ use: 'main', full, script: scriptOf(full), parts: partsOf(forename, name) });
  const atBirth = field('birth_name');
  if (atBirth !== null) {
    const parts = atBirth.length > 80 ? [] : [family(atBirth)];
    names.push({ ...nameOf('birth', scriptOf(atBirth), parts), full: atBirth });
  }
  return names;
}
