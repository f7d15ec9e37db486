import type { NoticeVersion } from '@eads/client';
import type { Notice } from '@eads/protocol';
import { type InterpolFile, type ReadRecord, type Remark, toNotice } from '@eads/samples';

/** What the force's node holds already. */
export interface Known {
  /** Sources that were taken over, and the notice made of each; `withdrawn` where it was cancelled since. */
  readonly sources: ReadonlyMap<string, { readonly ref: string; readonly withdrawn: boolean }>;
  /** The serial numbers in use, by year. */
  readonly serials: ReadonlyMap<number, ReadonlySet<number>>;
}

export const NOTHING_KNOWN: Known = { sources: new Map(), serials: new Map() };

export type Planned =
  | { readonly step: 'publish'; readonly notice: Notice }
  | { readonly step: 'there'; readonly ref: string; readonly withdrawn: boolean }
  | { readonly step: 'refuse'; readonly faults: readonly Remark[] };

export interface PlannedRecord {
  readonly record: ReadRecord;
  readonly remarks: readonly Remark[];
  readonly planned: Planned;
}

export interface Terms {
  readonly force: string;
  /** Today, YYYY-MM-DD. */
  readonly on: string;
  /** A person says that the data is synthetic although it does not say so itself. */
  readonly confirmed: boolean;
}

const NUMBER = /^EX-([A-Z]{2,3})-(\d{4})-(\d{6})$/;
const LAST_SERIAL = 999_999;

/** What all versions of the force's own notices tell. */
export const knownFrom = (force: string, versions: Iterable<NoticeVersion>): Known => {
  const sources = new Map<string, { ref: string; withdrawn: boolean }>();
  const serials = new Map<number, Set<number>>();
  const withdrawn = new Set<string>();
  for (const { ref, notice, number, cancels } of versions) {
    if (cancels) withdrawn.add(ref);
    if (notice?.source?.format === 'interpol-public') sources.set(notice.source.reference, { ref, withdrawn: false });
    const [, of, year, serial] = NUMBER.exec(number ?? notice?.number ?? '') ?? [];
    if (of !== force) continue;
    const used = serials.get(Number(year)) ?? new Set<number>();
    serials.set(Number(year), used.add(Number(serial)));
  }
  for (const [reference, { ref }] of sources) if (withdrawn.has(ref)) sources.set(reference, { ref, withdrawn: true });
  return { sources, serials };
};

const UNMARKED =
  'Nothing says that the record is synthetic ("_exercise": true). If nobody in it is real, import with --confirm-synthetic.';

/** On from the highest number in use; where those end, the lowest that is free. */
function* freeSerials(used: ReadonlySet<number>): Generator<number, undefined, undefined> {
  let highest = 0;
  for (const serial of used) highest = Math.max(highest, serial);
  for (let serial = highest + 1; serial <= LAST_SERIAL; serial++) yield serial;
  for (let serial = 1; serial < highest; serial++) if (!used.has(serial)) yield serial;
}

/** What is to be done with each record. Numbers go on from those that the node has. */
export const planImport = (file: InterpolFile, known: Known, { force, on, confirmed }: Terms): PlannedRecord[] => {
  const year = Number(on.slice(0, 4));
  const free = freeSerials(known.serials.get(year) ?? new Set());
  return file.records.map((record): PlannedRecord => {
    const { result, synthetic } = record;
    const refuse = (faults: readonly Remark[]): PlannedRecord => ({
      record,
      remarks: [],
      planned: { step: 'refuse', faults },
    });
    if (!result.ok) return refuse(result.faults);
    const { draft, remarks } = result;
    const there = known.sources.get(draft.entityId);
    if (there) return { record, remarks, planned: { step: 'there', ...there } };
    if (!synthetic && !confirmed) return refuse([{ at: '', text: UNMARKED }]);
    const serial = free.next().value;
    if (serial === undefined) return refuse([{ at: '', text: `The numbers of ${force} for ${year} are used up.` }]);
    return { record, remarks, planned: { step: 'publish', notice: toNotice(draft, { force, year, serial, on }) } };
  });
};

/** The steps of a path as the reader of records writes it: `_embedded.notices[3].height`. */
export const pathOf = (at: string): PropertyKey[] =>
  [...at.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name as string) : Number(index),
  );
