import type { Person } from '@eads/protocol';
import { isDay } from '../days.ts';
import { textOf } from './fields.ts';
import { type JsonObject, quoted, type Sheet } from './sheet.ts';

const FORM = /^(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?$/;
const EARLIEST = 1850;
const LATEST = 2199;

/** The Buddhist era runs 543 years ahead. */
const advice = (year: number): string =>
  year > LATEST && year - 543 <= LATEST
    ? `If it is of the Buddhist era, write ${year - 543}.`
    : 'Correct it, or put null for unknown.';

/**
 * YYYY/MM/DD, YYYY/MM, YYYY or null, with as much precision as is there. A month or day of 00 is not known; the date
 * as written is kept beside the value then.
 */
export function bornOf(sheet: Sheet, record: JsonObject): Person['born'] {
  const written = textOf(sheet, record, 'date_of_birth', 80);
  if (written === null) return null;
  const [, year, month, day] = FORM.exec(written) ?? [];
  if (year === undefined) {
    sheet.fault(
      'date_of_birth',
      `${quoted(written)} is not YYYY/MM/DD, YYYY/MM or YYYY. Correct it, or put null for unknown.`,
    );
    return null;
  }
  if (Number(year) === 0) {
    sheet.remark('date_of_birth', `${quoted(written)} was read as unknown.`);
    return null;
  }
  if (Number(year) < EARLIEST || Number(year) > LATEST) {
    sheet.fault('date_of_birth', `${year} cannot be the year of birth. ${advice(Number(year))}`);
    return null;
  }
  const known = [year, month, day].map((part) => (part === undefined ? 0 : Number(part)));
  const length = known[1] === 0 ? 1 : known[2] === 0 ? 2 : 3;
  const value = known
    .slice(0, length)
    .map((part, index) => String(part).padStart(index === 0 ? 4 : 2, '0'))
    .join('-');
  if (!isDay(`${value}-01-01`.slice(0, 10))) {
    sheet.fault('date_of_birth', `${quoted(written)}: there is no such day. Correct it, or leave the day out.`);
    return null;
  }
  const plain = value.replaceAll('-', '/');
  return { value, approximate: false, asWritten: plain === written ? null : written };
}
