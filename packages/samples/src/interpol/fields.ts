import type { JsonObject, Sheet } from './sheet.ts';
import { kindOf, quoted } from './sheet.ts';

/** Fields of a record, read leniently where the API is known to vary and strictly where data would be lost. */

const NOT_PLAIN = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text or null. Line ends become LF; control and direction-override characters go, with a remark. Empty is null. */
export function textOf(sheet: Sheet, record: JsonObject, key: string, max: number): string | null {
  const value = record[key];
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') {
    sheet.fault(key, `${key} is ${kindOf(value)}; it must be text or null. Correct it.`);
    return null;
  }
  const withLines = value.replaceAll(/\r\n?/g, '\n').toWellFormed();
  const plain = withLines.replaceAll(NOT_PLAIN, '');
  if (plain !== withLines) sheet.remark(key, 'Control characters were taken out.');
  const text = plain.trim();
  if (text.length > max) {
    sheet.fault(key, `${key} has ${text.length} characters; a notice holds at most ${max}. Shorten it.`);
    return null;
  }
  return text === '' ? null : text;
}

/** A list of texts; null and a missing field are the empty list. */
function textsOf(sheet: Sheet, record: JsonObject, key: string): string[] {
  const value = record[key];
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    sheet.fault(key, `${key} is ${kindOf(value)}; it must be a list of codes or null. Put it in brackets.`);
    return [];
  }
  return Array.from(value as unknown[]).flatMap((entry, index) => {
    if (typeof entry === 'string') return [entry.trim()];
    sheet.fault(`${key}[${index}]`, `The entry is ${kindOf(entry)}; it must be a code in quotes. Correct it.`);
    return [];
  });
}

/** Codes that fit the pattern, none twice; what does not fit, or is too many, is dropped with a remark. */
export function codesOf(sheet: Sheet, record: JsonObject, key: string, form: RegExp, most: number): string[] {
  const codes = textsOf(sheet, record, key).map((code) => code.toUpperCase());
  const fitting = [...new Set(codes)].filter((code) => {
    if (form.test(code)) return true;
    sheet.remark(key, `${quoted(code)} is no code that a notice can hold; it was left out.`);
    return false;
  });
  if (fitting.length > most) sheet.remark(key, `Only the first ${most} of ${fitting.length} were taken over.`);
  return fitting.slice(0, most);
}

export const COUNTRY = /^[A-Z]{2}$/;

/** A country's two letters, or null. */
export function countryField(sheet: Sheet, record: JsonObject, key: string): string | null {
  const code = textOf(sheet, record, key, 80)?.toUpperCase() ?? null;
  if (code === null || COUNTRY.test(code)) return code;
  sheet.remark(key, `${quoted(code)} is not the two letters of a country; it was left out.`);
  return null;
}

function numberOf(sheet: Sheet, record: JsonObject, key: string, unit: string): number | null {
  const value = record[key];
  // 0 is how the API says that a measure is not known.
  if (value === null || value === undefined || value === 0) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  sheet.fault(key, `${key} is ${kindOf(value)}; it must be a number in ${unit}, 0 if unknown. Correct it.`);
  return null;
}

/** Metres in the file, whole centimetres in a notice. */
export function heightOf(sheet: Sheet, record: JsonObject): number | null {
  const value = numberOf(sheet, record, 'height', 'metres');
  if (value === null) return null;
  if (value >= 0.2 && value <= 2.6) return Math.round(Math.round(value * 1000) / 10);
  if (value >= 20 && value <= 260) {
    sheet.remark('height', `${value} was read as centimetres; the API gives metres.`);
    return Math.round(value);
  }
  sheet.fault('height', `${value} is no height in metres. Correct it, or put 0 for unknown.`);
  return null;
}

/** Kilograms; a notice holds whole ones. */
export function weightOf(sheet: Sheet, record: JsonObject): number | null {
  const value = numberOf(sheet, record, 'weight', 'kilograms');
  if (value === null) return null;
  const whole = Math.round(value);
  if (whole >= 1 && whole <= 400) return whole;
  sheet.fault('weight', `${value} is no weight in kilograms. Correct it, or put 0 for unknown.`);
  return null;
}
