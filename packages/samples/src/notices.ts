import type { Notice } from '@eads/protocol';
import { sampleCharge, sampleWarrant } from './charges.ts';
import { asExercise, sampleCase, samplePlainCircumstances } from './circumstances.ts';
import { COUNTRY_CODES, type CountryCode, isCountry } from './country.ts';
import { addDays, addYears } from './days.ts';
import { sampleMethod } from './methods.ts';
import { sampleObject } from './objects.ts';
import { samplePerson, sampleUnknownBody } from './people.ts';
import { type Random, seeded } from './random.ts';

export interface NoticeWish {
  /** Two or three capital letters, the issuing force. One outside the eleven gets people of any of them. */
  force: string;
  /** Year and serial number that the notice's number has. */
  year: number;
  /** 0 to 999999. */
  serial: number;
  /** Today, as YYYY-MM-DD: the notice is valid from then. */
  on: string;
  /** Only this type; without it, the mix of a working day. */
  type?: Notice['type'];
}

type Content = Pick<Notice, 'subject' | 'action' | 'circumstances' | 'legalBasis'>;

const MIX: readonly (readonly [number, Notice['type']])[] = [
  [54, 'wanted'],
  [10, 'locate'],
  [13, 'missing'],
  [8, 'warning'],
  [4, 'unidentified-body'],
  [5, 'modus-operandi'],
  [6, 'stolen-object'],
];

const NO_CHARGES = { charges: [], warrants: [] };

/** EX-<force>-<year>-<six digits>. */
export const noticeNumberOf = (force: string, year: number, serial: number): string =>
  `EX-${force}-${String(year).padStart(4, '0')}-${String(serial).padStart(6, '0')}`;

interface Setting {
  home: CountryCode;
  on: string;
}

const nationalityOf = (random: Random, home: CountryCode): CountryCode =>
  random.chance(0.68) ? home : random.pick(COUNTRY_CODES);

function wanted(random: Random, { home, on }: Setting): Content {
  const { theme, charge, circumstances } = sampleCase(random.fork('story'), home, on);
  const charges = [sampleCharge(random.fork('charge'), theme, charge, home)];
  const warrants = [sampleWarrant(random, home, on)];
  if (random.chance(0.08)) {
    const more = sampleCase(random.fork('more'), home, on);
    charges.push(sampleCharge(random.fork('more charge'), more.theme, more.charge, home));
    warrants.push(sampleWarrant(random, home, on));
  }
  return {
    subject: samplePerson(random, {
      country: nationalityOf(random, home),
      on,
      status: random.weighted([
        [45, 'suspect'],
        [38, 'accused'],
        [17, 'convicted'],
      ]),
      age: random.int(19, 68),
    }),
    action: random.weighted([
      [78, 'arrest-provisionally'],
      [16, 'locate'],
      [6, 'inform'],
    ]),
    legalBasis: { charges, warrants },
    circumstances,
  };
}

function locate(random: Random, { home, on }: Setting): Content {
  return {
    subject: samplePerson(random, {
      country: nationalityOf(random, home),
      on,
      status: random.pick(['witness', 'unknown', 'suspect']),
      age: random.int(18, 70),
    }),
    action: random.pick(['locate', 'inform', 'check-discreetly']),
    legalBasis: NO_CHARGES,
    circumstances: samplePlainCircumstances(random.fork('story'), 'locate', home, on),
  };
}

function missing(random: Random, { home, on }: Setting): Content {
  return {
    subject: samplePerson(random, {
      country: nationalityOf(random, home),
      on,
      status: 'missing',
      age: random.int(11, 79),
    }),
    action: random.pick(['bring-to-safety', 'locate', 'inform']),
    legalBasis: NO_CHARGES,
    circumstances: samplePlainCircumstances(random.fork('story'), 'missing', home, on),
  };
}

function warning(random: Random, { home, on }: Setting): Content {
  return {
    subject: samplePerson(random, {
      country: nationalityOf(random, home),
      on,
      status: 'convicted',
      age: random.int(24, 66),
    }),
    action: random.pick(['be-warned', 'check-discreetly', 'refuse-entry']),
    legalBasis: NO_CHARGES,
    circumstances: samplePlainCircumstances(random.fork('story'), 'warning', home, on),
  };
}

function unidentifiedBody(random: Random, { home, on }: Setting): Content {
  return {
    subject: sampleUnknownBody(random, on),
    action: 'identify',
    legalBasis: NO_CHARGES,
    circumstances: samplePlainCircumstances(random.fork('story'), 'unidentified-body', home, on),
  };
}

function modusOperandi(random: Random): Content {
  return {
    subject: sampleMethod(random),
    action: random.pick(['be-warned', 'inform']),
    legalBasis: NO_CHARGES,
    circumstances: asExercise(['Seen in several cases this year. Please tell of cases of your own that look like it.']),
  };
}

function stolenObject(random: Random, { home, on }: Setting): Content {
  const { subject, circumstances } = sampleObject(random, home, on);
  return { subject, action: 'seize', legalBasis: NO_CHARGES, circumstances: asExercise(circumstances) };
}

const CONTENT: Record<Notice['type'], (random: Random, setting: Setting) => Content> = {
  wanted,
  locate,
  missing,
  warning,
  'unidentified-body': unidentifiedBody,
  'modus-operandi': modusOperandi,
  'stolen-object': stolenObject,
};

function validityOf(random: Random, type: Notice['type'], on: string): Notice['validity'] {
  const until = type === 'wanted' || type === 'missing' ? addYears(on, 5) : addYears(on, random.int(1, 3));
  return { from: on, until: addDays(until, -1) };
}

/** A synthetic notice that is valid by the schema. The same arguments give the same notice, always. */
export function sampleNotice(seed: string | number, wish: NoticeWish): Notice {
  const random = seeded(`notice/${seed}`);
  const type = wish.type ?? random.weighted(MIX);
  const home = isCountry(wish.force) ? wish.force : random.pick(COUNTRY_CODES);
  return {
    number: noticeNumberOf(wish.force, wish.year, wish.serial),
    type,
    ...CONTENT[type](random, { home, on: wish.on }),
    grading: {
      source: random.weighted([
        [6, 'A'],
        [4, 'B'],
        [1, 'C'],
        [1, 'X'],
      ]),
      information: random.weighted([
        [3, '1'],
        [5, '2'],
        [3, '3'],
        [1, '4'],
      ]),
    },
    validity: validityOf(random, type, wish.on),
    attachments: [],
    source: null,
  };
}

/** One notice after another, numbered on from `serial`, without end unless `count` ends it. */
export function* sampleNotices(
  seed: string | number,
  { count = Number.POSITIVE_INFINITY, ...wish }: NoticeWish & { count?: number },
): Generator<Notice, void, undefined> {
  for (let index = 0; index < count; index++) {
    yield sampleNotice(`${seed}/${index}`, { ...wish, serial: wish.serial + index });
  }
}
