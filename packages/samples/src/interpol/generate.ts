import type { Person, PersonName } from '@eads/protocol';
import { COUNTRY_CODES, countryOf } from '../country.ts';
import { addDays } from '../days.ts';
import { type NamePart, withoutDiacritics } from '../names/name.ts';
import { namesOf } from '../names/of-country.ts';
import { sampleNotice } from '../notices.ts';
import { type Random, seeded } from '../random.ts';
import { EXERCISE_MARK } from './read.ts';
import { type InterpolRecord, linksOf, writeInterpol } from './write.ts';

/** A record of the API with everything that one may lack or have too much. */
type LooseRecord = Partial<InterpolRecord> & Record<string, unknown>;

export interface SampleWish {
  count: number;
  /** Today, as YYYY-MM-DD. */
  on: string;
}

/** The API writes a date in the precision that is known, and now and then zeros for the rest. */
function looseDate(random: Random, date: string | null): string | null {
  if (date === null || date.length < 10) return date;
  return random.weighted<() => string | null>([
    [80, () => date],
    [5, () => date.slice(0, 7)],
    [5, () => date.slice(0, 4)],
    [4, () => `${date.slice(0, 4)}/00/00`],
    [2, () => '1970/00/00'],
    [5, () => null],
  ])();
}

function looseLooks(random: Random, record: LooseRecord): void {
  const { height = 0 } = record;
  record.height =
    height === 0 || random.chance(0.08) ? 0 : random.chance(0.1) ? (Math.round(height * 1000) + 5) / 1000 : height;
  if (random.chance(0.25)) record.weight = 0;
  if (random.chance(0.06)) record.eyes_colors_id = ['OTHD'];
  if (random.chance(0.04)) record.hairs_id = ['BRO', 'BLA'];
  // Codes that nobody has seen yet: the set is open.
  if (random.chance(0.02)) record.eyes_colors_id = ['OTHX'];
  if (random.chance(0.02)) record.hairs_id = ['STRP'];
  if (random.chance(0.03)) record.sex_id = 'U';
  if (random.chance(0.1)) record.languages_spoken_ids = null;
  if (random.chance(0.05)) record.languages_spoken_ids = ['ENG', 'FRE', 'GER'];
}

/** The public API gives no translation, and breaks lines as Windows does. */
function looseWarrants(random: Random, record: LooseRecord): void {
  record.arrest_warrants = (record.arrest_warrants ?? []).map((warrant) => ({ ...warrant, charge_translation: null }));
  if (random.chance(0.06)) {
    const other = random.pick(COUNTRY_CODES);
    record.arrest_warrants.push({
      charge: `Use of false documents (section EX-${random.int(2, 390)})`,
      issuing_country_id: other,
      charge_translation: null,
    });
  }
}

const capitals = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : withoutDiacritics(text).toUpperCase();

const partOf = (name: PersonName | undefined, type: NamePart['type']): string | undefined =>
  name?.parts.find((part) => part.type === type)?.text;

/** The parents' names go with the child's: a patronymic is the father's given name. */
function fillEvent(random: Random, record: LooseRecord, child: Person, on: string): void {
  const home = COUNTRY_CODES.find((code) => code === child.nationalities[0]) ?? random.pick(COUNTRY_CODES);
  const place = random.pick([home, ...countryOf(home).near]);
  const [father] = namesOf(random, home, { sex: 'male', age: 55 });
  const [mother] = namesOf(random, home, { sex: 'female', age: 52 });
  Object.assign(record, {
    date_of_event: looseDate(random, addDays(on, -random.int(10, 2000)).replaceAll('-', '/')),
    place: random.chance(0.8) ? capitals(random.pick(countryOf(place).cities)) : null,
    country: place,
    birth_name: record.birth_name ?? (random.chance(0.12) ? capitals(partOf(mother, 'family')) : null),
    father_forename: random.chance(0.5)
      ? capitals(partOf(child.names[0], 'patronymic') ?? partOf(father, 'given'))
      : null,
    mother_forename: random.chance(0.5) ? capitals(partOf(mother, 'given')) : null,
    mother_name: random.chance(0.5) ? capitals(partOf(mother, 'family')) : null,
  });
}

const LIST_FIELDS = [EXERCISE_MARK, 'forename', 'date_of_birth', 'entity_id', 'nationalities', 'name', '_links'];

/** What a list gives of a notice. */
const listItem = (record: LooseRecord): LooseRecord =>
  Object.fromEntries(Object.entries(record).filter(([key]) => LIST_FIELDS.includes(key)));

function sampleRecord(random: Random, index: number, on: string): LooseRecord {
  const type = random.chance(0.8) ? 'wanted' : 'missing';
  const force = COUNTRY_CODES[index % COUNTRY_CODES.length] ?? 'ID';
  const notice = sampleNotice(`interpol/${index}`, { force, year: Number(on.slice(0, 4)), serial: index, on, type });
  const written = writeInterpol(notice);
  if (!written.ok) throw new Error(written.reason);
  const record: LooseRecord = { ...written.record };
  const kind = type === 'wanted' ? 'red' : 'yellow';
  record.entity_id = `${random.int(2001, Number(on.slice(0, 4)))}/${10_000 + index * 97 + random.int(0, 96)}`;
  record._links = linksOf(kind, record.entity_id);
  if (random.chance(0.15)) delete record._links.thumbnail;
  record.date_of_birth = looseDate(random, record.date_of_birth ?? null);
  if (record.forename === null && random.chance(0.4)) record.forename = '-';
  if (random.chance(0.04)) record.nationalities = null;
  if (random.chance(0.08)) return listItem(record);
  looseLooks(random, record);
  if (kind === 'red') looseWarrants(random, record);
  else if (notice.subject.type === 'person') fillEvent(random, record, notice.subject, on);
  if (random.chance(0.03)) record.publication_note = 'EXERCISE';
  return record;
}

/**
 * A list in the form of INTERPOL's public API, of synthetic records with all the quirks that the API is known for.
 * The query and the links say 160 a page, whatever the list holds, as those of joined pages do.
 */
export function sampleInterpol(seed: string | number, { count, on }: SampleWish): Record<string, unknown> {
  const random = seeded(`interpol/${seed}`);
  const page = (number: number) => ({
    href: `https://ws-public.example/notices/v1/red?resultPerPage=160&page=${number}`,
  });
  return {
    [EXERCISE_MARK]: true,
    total: count,
    query: { page: 1, resultPerPage: 160 },
    _embedded: {
      notices: Array.from({ length: count }, (_, index) => sampleRecord(random.fork(String(index)), index, on)),
    },
    _links: { self: page(1), first: page(1), next: page(2), last: page(Math.max(1, Math.ceil(count / 160))) },
  };
}
