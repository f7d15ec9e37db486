import { type ColourOf, wordOf } from './codes.ts';
import { codesOf } from './fields.ts';
import type { JsonObject, Sheet } from './sheet.ts';

/** Words for the codes of a list; a code that is not known stays as it is, for the set is open. */
export function coloursOf(sheet: Sheet, record: JsonObject, key: string, of: ColourOf): string[] {
  return codesOf(sheet, record, key, /^[A-Z0-9]{1,24}$/, 4).map((code) => {
    const word = wordOf(of, code);
    if (word === undefined) sheet.remark(key, `The code ${code} is not known here; it was kept as it is.`);
    return word ?? code;
  });
}
