import type { Person } from '@eads/protocol';
import type { CountryCode } from './country.ts';
import { addDays } from './days.ts';
import type { Random } from './random.ts';

export type Born = Person['born'];

const THAI_MONTHS = [
  'มกราคม',
  'กุมภาพันธ์',
  'มีนาคม',
  'เมษายน',
  'พฤษภาคม',
  'มิถุนายน',
  'กรกฎาคม',
  'สิงหาคม',
  'กันยายน',
  'ตุลาคม',
  'พฤศจิกายน',
  'ธันวาคม',
];

const inDigits = (text: string, zero: number): string =>
  text.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/**
 * The date in the Buddhist era, as documents of the country have it; null where the country writes none, or where the
 * year is not sure: in Cambodia it changes at Visakha Bochea, in April or May.
 */
function buddhistEra(value: string, country: CountryCode): string | null {
  const [year, month, day] = value.split('-').map(Number) as [number, number | undefined, number | undefined];
  switch (country) {
    case 'TH': {
      const era = year + 543;
      if (month === undefined) return `พ.ศ. ${era}`;
      const name = THAI_MONTHS[month - 1] ?? '';
      return day === undefined ? `${name} ${era}` : `${day} ${name} ${era}`;
    }
    case 'LA':
      return [day, month, year + 543]
        .filter((part) => part !== undefined)
        .join('/')
        .concat(' ພ.ສ.');
    case 'KH':
      if (month === undefined || month === 4 || month === 5) return null;
      return inDigits(
        [day, month, year + (month < 4 ? 543 : 544)].filter((part) => part !== undefined).join('/'),
        0x17e0,
      ).concat(' ព.ស.');
    default:
      return null;
  }
}

const BUDDHIST_SHARE: Partial<Record<CountryCode, number>> = { TH: 0.55, LA: 0.15, KH: 0.2 };

/** A date of birth of somebody of this age on that day, known to the day, the month, the year, or not at all. */
export function birthOf(random: Random, age: number, on: string, country: CountryCode): Born {
  const whole = addDays(on, -Math.floor(age * 365.25 + random.int(1, 364)));
  const length = random.weighted([
    [74, 10],
    [7, 7],
    [15, 4],
    [4, 0],
  ]);
  if (length === 0) return null;
  const value = whole.slice(0, length);
  return {
    value,
    approximate: length === 4 ? random.chance(0.5) : random.chance(0.03),
    asWritten: random.chance(BUDDHIST_SHARE[country] ?? 0) ? buddhistEra(value, country) : null,
  };
}
