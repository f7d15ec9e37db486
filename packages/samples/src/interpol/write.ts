import type { Notice, Person, PersonName } from '@eads/protocol';
import { type NamePart, withoutDiacritics } from '../names/name.ts';
import { codeOf } from './codes.ts';
import { type EventField, eventFields } from './event-lines.ts';

/** Links of written records lead nowhere: the name is reserved (RFC 2606), and no real notice can be behind it. */
const BASE = 'https://ws-public.example/notices/v1';

export interface InterpolWarrant {
  charge: string;
  issuing_country_id: string | null;
  charge_translation: string | null;
}

/** A detail record, red or yellow, with our mark. */
export interface InterpolRecord extends Partial<Record<EventField, string | null>> {
  _exercise: true;
  arrest_warrants?: InterpolWarrant[];
  birth_name?: string | null;
  weight: number;
  forename: string | null;
  date_of_birth: string | null;
  entity_id: string;
  languages_spoken_ids: string[] | null;
  nationalities: string[] | null;
  height: number;
  sex_id: 'M' | 'F' | 'U';
  country_of_birth_id: string | null;
  name: string | null;
  distinguishing_marks: string | null;
  eyes_colors_id: string[] | null;
  hairs_id: string[] | null;
  place_of_birth: string | null;
  _embedded: { links: never[] };
  _links: Record<string, { href: string }>;
}

export type WriteResult =
  | { ok: true; record: InterpolRecord /** Paths in the notice of what the format cannot carry. */; lost: string[] }
  | { ok: false; reason: string };

/** One number for each force and serial, so that two forces' notices never share an id. */
function entityIdOf({ number, source }: Notice): string {
  if (source !== null) return source.reference;
  const [, force = '', year = '', serial = ''] = number.split('-');
  const letters = [...force].reduce((sum, letter) => sum * 26 + (letter.charCodeAt(0) - 64), 0);
  return `${year}/${letters}${serial}`;
}

export const linksOf = (kind: 'red' | 'yellow', entityId: string): Record<string, { href: string }> => {
  const self = `${BASE}/${kind}/${entityId.replace('/', '-')}`;
  return { self: { href: self }, images: { href: `${self}/images` }, thumbnail: { href: `${self}/images/1` } };
};

const FAMILY_SIDE = new Set(['family', 'patronymic']);
/** Where these follow the surname or the connector they go with it: particles, a father's honorific. */
const GOES_ALONG = new Set(['connector', 'title']);

/** What goes under `name`: the surname with its particles, or the connector and the father's name. */
function splitName({ full, parts }: PersonName): { name: string; forename: string | null } {
  const first = parts.findIndex(({ type }) => FAMILY_SIDE.has(type));
  if (first === -1) return { name: full, forename: null };
  const connected = parts.findLastIndex(({ type }, index) => type === 'connector' && index < first);
  const lead = connected === -1 ? first : connected;
  const isName = ({ type }: NamePart, index: number) =>
    FAMILY_SIDE.has(type) || type === 'generation' || (index >= lead && GOES_ALONG.has(type));
  const join = (chosen: NamePart[]) => chosen.map(({ text }) => text).join(' ');
  return {
    name: join(parts.filter(isName)),
    forename: join(parts.filter((part, index) => !isName(part, index))) || null,
  };
}

function bornText({ born }: Person): string | null {
  if (born === null) return null;
  const kept = born.asWritten !== null && /^\d{4}(?:[/-]\d{1,2}){0,2}$/.test(born.asWritten);
  return kept ? born.asWritten : born.value.replaceAll('-', '/');
}

const SEX = { male: 'M', female: 'F', unknown: 'U' } as const;
const orNull = <T>(list: T[]): T[] | null => (list.length === 0 ? null : list);

function lostOf(notice: Notice, subject: Person): string[] {
  const imported = notice.source !== null;
  const others = subject.names.slice(1).filter(({ use }) => notice.type !== 'missing' || use !== 'birth');
  const uncoded = (of: 'eyes' | 'hair') => subject[of].some((word) => codeOf(of, word) === undefined);
  const { born } = subject;
  const rows: readonly (readonly [path: string, lost: boolean])[] = [
    ['number', true],
    ['action', true],
    ['grading', true],
    ['validity', true],
    ['circumstances', !imported],
    ['attachments', notice.attachments.length > 0],
    ['legalBasis.warrants', !imported && notice.legalBasis.warrants.length > 0],
    ['legalBasis.charges.maxPenaltyYears', notice.legalBasis.charges.some((charge) => charge.maxPenaltyYears !== null)],
    ['subject.names', others.length > 0],
    ['subject.names.parts', !imported],
    ['subject.born.approximate', born?.approximate === true],
    ['subject.born.asWritten', born?.asWritten != null && bornText(subject) !== born.asWritten],
    ['subject.documents', subject.documents.length > 0],
    ['subject.eyes', uncoded('eyes')],
    ['subject.hair', uncoded('hair')],
    ['subject.status', !imported],
    ['subject.portrait', subject.portrait !== null],
  ];
  return rows.filter(([, lost]) => lost).map(([path]) => path);
}

/**
 * The notice as a record of INTERPOL's public API: wanted as red, missing as yellow. Other types have no public form.
 * A notice of our own is written in capitals without diacritics, as INTERPOL does; one that was taken over as it came.
 */
export function writeInterpol(notice: Notice): WriteResult {
  const { subject, type } = notice;
  if (subject.type !== 'person' || (type !== 'wanted' && type !== 'missing')) {
    return {
      ok: false,
      reason: `INTERPOL publishes red and yellow notices only; a notice of type ${type} has no such form.`,
    };
  }
  const [main] = subject.names;
  const imported = notice.source !== null;
  const styled = (text: string | null) => (text === null || imported ? text : withoutDiacritics(text).toUpperCase());
  const { name, forename } = main === undefined ? { name: null, forename: null } : splitName(main);
  const codes = (of: 'eyes' | 'hair') => subject[of].flatMap((word) => codeOf(of, word) ?? []);
  const kind = type === 'wanted' ? 'red' : 'yellow';
  const entityId = entityIdOf(notice);
  const atBirth = subject.names.find(({ use }) => use === 'birth');
  const warrants = notice.legalBasis.charges.map(({ text, translation, country }) => ({
    charge: text.replaceAll('\n', '\r\n'),
    issuing_country_id: country,
    charge_translation: translation?.replaceAll('\n', '\r\n') ?? null,
  }));
  const record: InterpolRecord = {
    _exercise: true,
    ...(kind === 'red'
      ? { arrest_warrants: warrants }
      : { birth_name: styled(atBirth?.full ?? null), ...eventFields(notice.circumstances) }),
    weight: subject.weightKg ?? 0,
    forename: styled(forename),
    date_of_birth: bornText(subject),
    entity_id: entityId,
    languages_spoken_ids: orNull(subject.languages),
    nationalities: orNull(subject.nationalities),
    height: (subject.heightCm ?? 0) / 100,
    sex_id: SEX[subject.sex],
    country_of_birth_id: subject.birthPlace?.country ?? null,
    name: styled(name),
    distinguishing_marks: subject.marks,
    eyes_colors_id: orNull(codes('eyes')),
    hairs_id: orNull(codes('hair')),
    place_of_birth: styled(subject.birthPlace?.text || null),
    _embedded: { links: [] },
    _links: linksOf(kind, entityId),
  };
  return { ok: true, record, lost: lostOf(notice, subject) };
}
