import { EVENT_FIELDS } from './event-lines.ts';
import { isObject, type JsonObject } from './sheet.ts';

export type InterpolKind = 'red' | 'yellow' | 'un';

const LIST_FIELDS = ['_exercise', '_links', 'date_of_birth', 'entity_id', 'forename', 'name', 'nationalities'] as const;
const DETAIL_FIELDS = [
  '_embedded',
  'country_of_birth_id',
  'distinguishing_marks',
  'eyes_colors_id',
  'hairs_id',
  'height',
  'languages_spoken_ids',
  'place_of_birth',
  'sex_id',
  'weight',
] as const;
const RED_FIELDS = ['arrest_warrants'] as const;
const YELLOW_FIELDS = ['birth_name', ...EVENT_FIELDS] as const;

/** Every field that is read, or knowingly left: links and pictures. */
export const KNOWN_FIELDS: ReadonlySet<string> = new Set<string>([
  ...LIST_FIELDS,
  ...DETAIL_FIELDS,
  ...RED_FIELDS,
  ...YELLOW_FIELDS,
]);

/** The kind that a record's or a list's link to itself tells. */
export function linkedKind(holder: JsonObject): InterpolKind | undefined {
  const links = holder._links;
  const self = isObject(links) ? links.self : undefined;
  const href = isObject(self) ? self.href : undefined;
  const found = typeof href === 'string' ? /\/notices\/v\d+\/(red|yellow|un)(?=[/?]|$)/.exec(href) : null;
  return found?.[1] as InterpolKind | undefined;
}

/** By its link, else by the fields that only one kind has, else by the list that it stands in. */
export function kindOfRecord(record: JsonObject, listed: InterpolKind | undefined): InterpolKind | undefined {
  const has = (key: string) => Object.hasOwn(record, key);
  const linked = linkedKind(record);
  if (linked !== undefined) return linked;
  if (has('un_reference') || has('un_resolution')) return 'un';
  if (RED_FIELDS.some(has)) return 'red';
  if (YELLOW_FIELDS.some(has)) return 'yellow';
  return listed;
}

/** Whether the record holds no more than the API's lists do. */
export const isListItem = (record: JsonObject): boolean =>
  ![...DETAIL_FIELDS, ...RED_FIELDS, ...YELLOW_FIELDS].some((key) => key !== '_embedded' && Object.hasOwn(record, key));
