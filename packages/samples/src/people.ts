import type { Person } from '@eads/protocol';
import { appearanceOf } from './appearance.ts';
import { birthOf } from './birth.ts';
import { COUNTRY_CODES, type CountryCode, countryOf } from './country.ts';
import type { NameWish } from './names/name.ts';
import { namesOf } from './names/of-country.ts';
import type { Random } from './random.ts';

type Document = Person['documents'][number];
type Name = Person['names'][number];

export interface PersonWish {
  /** Whose names, language and papers: the first nationality. */
  country: CountryCode;
  /** The day on which the age counts, YYYY-MM-DD. */
  on: string;
  status: Person['status'];
  /** In years. */
  age: number;
}

const LETTERS = 'ABCEHKLPRSTVX';

/** Invalid by construction: no state issues a number that begins EX and looks like this. */
function documentOf(random: Random, type: Document['type'], country: CountryCode): Document {
  const digits = (count: number) => random.digits(count);
  const letter = () => random.pick([...LETTERS]);
  const number = {
    passport: () => `EX${letter()}${digits(7)}`,
    'identity-card': () => `EX${digits(6)}-${digits(2)}-${digits(4)}`,
    'seaman-book': () => `EXS${digits(6)}`,
    'driving-licence': () => `EX-DL${digits(8)}`,
    other: () => `EX-${letter()}${letter()}-${digits(5)}`,
  }[type]();
  return { type, number, country };
}

function documentsOf(random: Random, country: CountryCode, age: number): Document[] {
  const kinds = random.weighted<readonly Document['type'][]>([
    [30, []],
    [30, ['passport']],
    [18, ['identity-card']],
    [10, ['passport', 'identity-card']],
    [5, ['passport', 'passport']],
    [4, ['driving-licence']],
    [2, ['seaman-book', 'passport']],
    [1, ['other']],
  ]);
  const allowed = age < 17 ? kinds.filter((type) => type === 'passport') : kinds;
  return allowed.map((type, index) => {
    // The second passport of one holder is often another country's.
    const other = index > 0 && type === 'passport' && allowed[0] === 'passport';
    return documentOf(random, type, other ? random.pick(COUNTRY_CODES) : country);
  });
}

/** Where a country's people have languages of their own, the name tells which; the others' are then less likely. */
const COMMUNITY: readonly (readonly [test: (name: Name) => boolean, language: string])[] = [
  [({ script }) => script === 'Hans' || script === 'Hant', 'CHI'],
  [({ script }) => script === 'Taml', 'TAM'],
  [({ parts }) => parts.some(({ type, text }) => type === 'connector' && /^b/.test(text)), 'MAY'],
];

function languagesOf(random: Random, country: CountryCode, names: readonly Name[]): string[] {
  const [all, some] = countryOf(country).languages;
  const own = COMMUNITY.find(([test]) => names.some(test))?.[1];
  const others = COMMUNITY.map(([, language]) => language).filter((language) => own !== undefined && language !== own);
  const open = some.filter((language) => language !== own && !others.includes(language));
  const first = own === undefined ? all : [own, ...all.filter((language) => language !== own)];
  return [...first, ...random.several(open, random.int(0, 2))];
}

function birthPlaceOf(random: Random, country: CountryCode): Person['birthPlace'] {
  return random.weighted<() => Person['birthPlace']>([
    [12, () => null],
    [10, () => ({ text: '', country })],
    [78, () => ({ text: random.pick(countryOf(country).cities), country })],
  ])();
}

/** A synthetic person with names as the country writes them; most of what could be known may also be missing. */
export function samplePerson(random: Random, { country, on, status, age }: PersonWish): Person {
  const wish: NameWish = { sex: random.chance(0.72) ? 'male' : 'female', age };
  const nationalities: CountryCode[] = [country];
  if (random.chance(0.04))
    nationalities.push(
      ...random.several(
        COUNTRY_CODES.filter((code) => code !== country),
        1,
      ),
    );
  const looks = appearanceOf(random.fork('looks'), wish);
  const names = namesOf(random.fork('names'), country, wish);
  return {
    type: 'person',
    names,
    born: birthOf(random, age, on, country),
    birthPlace: birthPlaceOf(random, country),
    sex: wish.sex,
    nationalities: random.chance(0.03) ? [] : nationalities,
    documents: documentsOf(random, country, age),
    languages: languagesOf(random, country, names),
    status,
    ...looks,
  };
}

/** Somebody whose name nobody knows: what the doctor could tell, and no more. */
export function sampleUnknownBody(random: Random, on: string): Person {
  const wish: NameWish = { sex: random.chance(0.75) ? 'male' : 'female', age: random.int(18, 65) };
  const year = String(Number(on.slice(0, 4)) - wish.age);
  const { heightCm, weightKg, eyes, hair, marks, portrait } = appearanceOf(random.fork('looks'), wish);
  return {
    type: 'person',
    names: [],
    born: random.chance(0.7) ? { value: year, approximate: true, asWritten: null } : null,
    birthPlace: null,
    sex: random.chance(0.08) ? 'unknown' : wish.sex,
    nationalities: [],
    documents: [],
    heightCm,
    weightKg,
    eyes,
    hair,
    languages: [],
    marks,
    status: 'unknown',
    portrait,
  };
}
