import { textOf } from './fields.ts';
import type { JsonObject, Sheet } from './sheet.ts';

/**
 * What a yellow notice tells of the disappearance and the parents. A notice has no fields for it, so it stands in the
 * circumstances, a line each, in words that can be read back.
 */
const LABELS = {
  date_of_event: 'Date of event',
  place: 'Place of event',
  country: 'Country of event',
  father_forename: "Father's forename",
  father_name: "Father's name",
  mother_forename: "Mother's forename",
  mother_name: "Mother's name",
} as const;

export type EventField = keyof typeof LABELS;
export const EVENT_FIELDS = Object.keys(LABELS) as EventField[];

/** A line for each field that the record fills. */
export function eventLines(sheet: Sheet, record: JsonObject): string[] {
  return EVENT_FIELDS.flatMap((key) => {
    const text = textOf(sheet, record, key, 200);
    return text === null ? [] : [`${LABELS[key]}: ${text.replaceAll(/\s+/g, ' ')}`];
  });
}

/** The fields again, null where there is no line. */
export function eventFields(circumstances: string): Record<EventField, string | null> {
  const lines = circumstances.split('\n');
  const read = (key: EventField): string | null => {
    const start = `${LABELS[key]}: `;
    return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? null;
  };
  return Object.fromEntries(EVENT_FIELDS.map((key) => [key, read(key)])) as Record<EventField, string | null>;
}
