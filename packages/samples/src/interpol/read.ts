import type { InterpolFile, ReadRecord, Remark } from './draft.ts';
import { type InterpolKind, linkedKind } from './kind.ts';
import { readRecord } from './record.ts';
import { isObject, type JsonObject } from './sheet.ts';

/**
 * The mark of synthetic data: `"_exercise": true` on a record, or once at the top of a list, where it stands for all
 * records that do not say `false` themselves.
 */
export const EXERCISE_MARK = '_exercise';

/** Records of one query, at most: past it the API silently begins again with the first page. */
const QUERY_CAP = 160;

interface Listing {
  entries: readonly unknown[];
  /** How the path to an entry begins. */
  path: string;
  kind: InterpolKind | undefined;
  marked: boolean;
  remarks: Remark[];
}

function listingOf(json: unknown): Listing {
  const plain = { kind: undefined, marked: false, remarks: [] };
  if (Array.isArray(json)) return { ...plain, entries: Array.from(json as unknown[]), path: '' };
  const embedded = isObject(json) ? json._embedded : undefined;
  if (isObject(json) && isObject(embedded) && Array.isArray(embedded.notices)) {
    const entries = Array.from(embedded.notices as unknown[]);
    return {
      entries,
      path: '_embedded.notices',
      kind: linkedKind(json),
      marked: json[EXERCISE_MARK] === true,
      remarks: aboutTotal(json, entries.length),
    };
  }
  return { ...plain, entries: [json], path: '' };
}

function aboutTotal({ total }: JsonObject, held: number): Remark[] {
  if (typeof total !== 'number' || total <= held) return [];
  const text = `The file holds ${held} of ${total} notices. The API gives at most ${QUERY_CAP} for one query: ask for parts, by nationality or age, and join them.`;
  return [{ at: 'total', text }];
}

const shownId = (value: unknown): string | null =>
  isObject(value) && typeof value.entity_id === 'string' ? value.entity_id.slice(0, 60) : null;

const isMarked = (value: unknown, listMarked: boolean): boolean =>
  isObject(value) && (value[EXERCISE_MARK] === true || (listMarked && value[EXERCISE_MARK] !== false));

/** Of two records with one id the first counts: else one notice would be published twice. */
function refuseRepeats(records: ReadRecord[], pathOf: (index: number) => string): void {
  const first = new Map<string, number>();
  for (const record of records) {
    if (!record.result.ok) continue;
    const { entityId } = record.result.draft;
    const earlier = first.get(entityId);
    if (earlier === undefined) {
      first.set(entityId, record.index);
      continue;
    }
    const reason = `Record ${earlier} has the same entity_id ${entityId}. Take one of them out.`;
    const at = `${pathOf(record.index)}.entity_id`;
    record.result = { ok: false, reason, at, faults: [{ at, text: reason }] };
  }
}

/**
 * Reads the JSON of INTERPOL's public notices: one notice, an array of them, or a list as the API gives it
 * (`_embedded.notices`). Every record comes out as a draft or with the reason why not. Never throws, whatever it is given.
 */
export function readInterpol(json: unknown): InterpolFile {
  const { entries, path, kind, marked, remarks } = listingOf(json);
  const single = path === '' && !Array.isArray(json);
  const pathOf = (index: number) => (single ? '' : `${path}[${index}]`);
  const records = entries.map(
    (entry, index): ReadRecord => ({
      index,
      entityId: shownId(entry),
      synthetic: isMarked(entry, marked),
      result: readRecord(entry, pathOf(index), kind),
    }),
  );
  refuseRepeats(records, pathOf);
  const synthetic = records.length > 0 && records.every((record) => record.synthetic);
  return { records, synthetic, remarks };
}
