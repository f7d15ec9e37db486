import type { Notice } from '@eads/protocol';
import { type LocalCharge, localCharge } from './charges-local.ts';
import { type CountryCode, countryOf } from './country.ts';
import { addDays } from './days.ts';
import { lawOf, type Theme } from './laws.ts';
import type { Random } from './random.ts';

export type Charge = Notice['legalBasis']['charges'][number];
export type Warrant = Notice['legalBasis']['warrants'][number];

/** Exercise values, in years: no penalty is taken from a law. All are above the two years that a wanted notice asks for. */
const PENALTIES: Record<Theme, readonly number[]> = {
  'trafficking-in-persons': [10, 15, 20],
  'scam-compound': [10, 12, 20],
  'migrant-smuggling': [5, 10, 15],
  'drug-trafficking': [15, 20, 30],
  wildlife: [3, 5, 8],
  'maritime-robbery': [10, 15, 20],
  'cyber-fraud': [5, 7, 10],
  'money-laundering': [7, 10, 15],
  'document-fraud': [4, 7, 10],
  'vehicle-theft': [5, 7, 10],
};

const MORE_COUNTS = [
  'Taking part in an organised criminal group',
  'Attempt to commit the same offence on a later occasion',
  'Criminal conspiracy with persons who are charged separately',
  'Using a false name towards the authorities',
];

const section = (random: Random): string => `section EX-${random.int(2, 390)}`;

function wording(random: Random, offence: string, law: string, local: LocalCharge | undefined) {
  const first = section(random);
  if (local !== undefined) {
    return { text: `${local.text} (EX-${first.slice(11)})`, translation: `${local.english} (${law}, ${first})` };
  }
  const count = `${offence} (${law}, ${first})`;
  if (!random.chance(0.25)) return { text: count, translation: null };
  const counts = random.several(MORE_COUNTS, random.int(1, 2)).map((more) => `${more} (${law}, ${section(random)})`);
  return { text: [count, ...counts].map((line, index) => `${index + 1}) ${line}`).join('\n'), translation: null };
}

/** The charge for an offence: in English, or in the country's language with a translation; sometimes of several counts. */
export function sampleCharge(random: Random, theme: Theme, offence: string, country: CountryCode): Charge {
  const local = random.chance(0.3) ? localCharge(theme, country) : undefined;
  return {
    ...wording(random, offence, lawOf(theme, country), local),
    country,
    maxPenaltyYears: random.pick(PENALTIES[theme]),
  };
}

/** A warrant of that country's, issued some time before `on`. Its reference begins EX. */
export function sampleWarrant(random: Random, country: CountryCode, on: string): Warrant {
  const { court, cities } = countryOf(country);
  const issuedOn = addDays(on, -random.int(3, 900));
  return {
    reference: `EX-WA-${country}-${issuedOn.slice(0, 4)}-${random.digits(5)}`,
    issuedBy: `${court.replace('%', random.pick(cities))} (exercise)`,
    issuedOn: random.chance(0.93) ? issuedOn : null,
    country,
  };
}
