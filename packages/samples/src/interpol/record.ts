import { ENVELOPE_BYTES, notice, type Person } from '@eads/protocol';
import { asExercise } from '../circumstances.ts';
import { bornOf } from './born.ts';
import { SEX } from './codes.ts';
import { coloursOf } from './colour.ts';
import type { NoticeDraft, ReadResult } from './draft.ts';
import { eventLines } from './event-lines.ts';
import { COUNTRY, codesOf, countryField, heightOf, textOf, weightOf } from './fields.ts';
import { type InterpolKind, isListItem, KNOWN_FIELDS, kindOfRecord } from './kind.ts';
import { legalBasisOf } from './legal-basis.ts';
import { namesOf } from './person-name.ts';
import { isObject, type JsonObject, kindOf, quoted, type Sheet, sheetAt } from './sheet.ts';
import { toNotice } from './to-notice.ts';

/** What is left for a notice in an envelope: base64 makes three bytes four, and headers and handling need room. */
const NOTICE_BYTES = Math.floor((ENVELOPE_BYTES * 3) / 4) - 4096;

/** Reads one record of the file. Never throws; every fault is told with its place and how to mend it. */
export function readRecord(value: unknown, path: string, listed: InterpolKind | undefined): ReadResult {
  const sheet = sheetAt(path);
  const draft = isObject(value) ? draftOf(sheet, value, listed) : notARecord(sheet, value);
  if (draft !== undefined && sheet.faults.length === 0) checkDraft(sheet, draft);
  const [first] = sheet.faults;
  if (first !== undefined || draft === undefined) {
    const { at, text } = first ?? { at: path, text: 'The record cannot be read.' };
    return { ok: false, reason: text, at, faults: sheet.faults };
  }
  return { ok: true, draft, remarks: sheet.remarks };
}

function notARecord(sheet: Sheet, value: unknown): undefined {
  sheet.fault(
    '',
    `A record must be an object with entity_id and name; this is ${kindOf(value)}. Correct it or take it out.`,
  );
  return undefined;
}

function draftOf(sheet: Sheet, record: JsonObject, listed: InterpolKind | undefined): NoticeDraft | undefined {
  const embedded = record._embedded;
  if (isObject(embedded) && Object.hasOwn(embedded, 'notices')) {
    sheet.fault('_embedded.notices', 'This is a list inside a list. Put its records beside the others.');
    return undefined;
  }
  const kind = kindOfRecord(record, listed);
  if (kind === 'un') {
    sheet.fault('', 'A special notice of INTERPOL and the United Nations is not taken over here. Take it out.');
    return undefined;
  }
  const entityId = entityIdOf(sheet, record);
  if (kind === undefined) {
    const text =
      'Nothing tells whether this is a red or a yellow notice. Add _links.self.href (with /notices/v1/red/ or /notices/v1/yellow/) or arrest_warrants.';
    sheet.fault('', text);
  }
  const type = kind === 'yellow' ? 'missing' : 'wanted';
  const legalBasis = legalBasisOf(sheet, record, entityId);
  const lines = eventLines(sheet, record);
  const subject = subjectOf(sheet, record, type === 'missing' ? 'missing' : statusOf(legalBasis.charges.length));
  for (const key of Object.keys(record)) {
    if (!KNOWN_FIELDS.has(key)) sheet.remark(key, 'The field is not known here; it was left out.');
  }
  if (isListItem(record)) sheet.remark('', 'This is an entry of a list; the detail record has more.');
  else if (type === 'wanted' && legalBasis.charges.length === 0) {
    sheet.remark('arrest_warrants', 'The record names no charge; add one before it is published.');
  }
  const origin = `Taken over from INTERPOL's public notices: ${kind ?? ''} notice ${entityId}.`;
  return { entityId, type, subject, legalBasis, circumstances: asExercise([origin, ...lines]) };
}

const statusOf = (charges: number): Person['status'] => (charges > 0 ? 'suspect' : 'unknown');

/** `2026/10847`; the form with a dash stands in links and is accepted. */
function entityIdOf(sheet: Sheet, record: JsonObject): string {
  const value = record.entity_id;
  if (typeof value !== 'string' || value.trim() === '') {
    const text =
      typeof value === 'string' || value === null || value === undefined
        ? 'entity_id is missing. Every notice has one, like "2026/10847": add it.'
        : `entity_id is ${kindOf(value)}; it must be text, like "2026/10847". Correct it.`;
    sheet.fault('entity_id', text);
    return '';
  }
  const [, year, number] = /^(\d{4})[/-](\d{1,12})$/.exec(value.trim()) ?? [];
  if (year !== undefined && number !== undefined) return `${year}/${number}`;
  sheet.fault('entity_id', `${quoted(value)} is not year/number, like "2026/10847". Correct it.`);
  return '';
}

function sexOf(sheet: Sheet, record: JsonObject): Person['sex'] {
  const code = textOf(sheet, record, 'sex_id', 40)?.toUpperCase() ?? 'U';
  if (code === 'M' || code === 'F' || code === 'U') return SEX[code];
  sheet.remark('sex_id', `${quoted(code)} is not M, F or U; it was read as unknown.`);
  return 'unknown';
}

function birthPlaceOf(sheet: Sheet, record: JsonObject): Person['birthPlace'] {
  const text = textOf(sheet, record, 'place_of_birth', 120);
  const country = countryField(sheet, record, 'country_of_birth_id');
  return text === null && country === null ? null : { text: text ?? '', country };
}

function subjectOf(sheet: Sheet, record: JsonObject, status: Person['status']): Person {
  return {
    type: 'person',
    names: namesOf(sheet, record),
    born: bornOf(sheet, record),
    birthPlace: birthPlaceOf(sheet, record),
    sex: sexOf(sheet, record),
    nationalities: codesOf(sheet, record, 'nationalities', COUNTRY, 8),
    documents: [],
    heightCm: heightOf(sheet, record),
    weightKg: weightOf(sheet, record),
    eyes: coloursOf(sheet, record, 'eyes_colors_id', 'eyes'),
    hair: coloursOf(sheet, record, 'hairs_id', 'hair'),
    languages: codesOf(sheet, record, 'languages_spoken_ids', /^[A-Z]{3}$/, 12),
    marks: textOf(sheet, record, 'distinguishing_marks', 1000),
    status,
    portrait: null,
  };
}

/** The last word is the schema's, so that whatever imports can be published. */
function checkDraft(sheet: Sheet, draft: NoticeDraft): void {
  const made = toNotice(draft, { force: 'ID', year: 2026, serial: 999_999, on: '2026-12-31' });
  const parsed = notice.safeParse(made);
  const issue = parsed.error?.issues[0];
  if (issue !== undefined) {
    sheet.fault(
      '',
      `The notice made of it does not hold at ${issue.path.join('.')}: ${issue.message}. Correct the record.`,
    );
  }
  const bytes = new TextEncoder().encode(JSON.stringify(made)).length;
  if (bytes > NOTICE_BYTES) {
    sheet.fault(
      '',
      `The notice made of it has ${bytes} bytes; a message carries ${NOTICE_BYTES}. Shorten the charges.`,
    );
  }
}
