import type { SentMessage } from '@eads/protocol';
import type { Remark } from '@eads/samples';
import type { InputFile } from '../input-file.ts';
import type { Published } from '../send-all.ts';
import { type PlannedRecord, pathOf } from './plan.ts';

/** What became of one record. */
export interface RecordOutcome {
  /** Position in the file, from 0. */
  readonly index: number;
  /** `notices.json:12:5` */
  readonly at: string;
  readonly entityId: string | null;
  readonly outcome: 'imported' | 'would-import' | 'already-there' | 'not-imported' | 'on-its-way' | 'unknown';
  readonly ref: string | null;
  readonly number: string | null;
  /** Why it was not imported, or what else is to be said; each with its place. */
  readonly reasons: readonly string[];
  /** What was dropped, changed or assumed. */
  readonly remarks: readonly string[];
}

const placed = (file: InputFile, { at, text }: Remark, fallback: string): string =>
  `${at === '' ? fallback : file.at(pathOf(at))}: ${text}`;

const ofPublished = (
  member: string,
  published: Published | undefined,
  sent: SentMessage | undefined,
  waited: boolean,
): Pick<RecordOutcome, 'outcome' | 'ref'> & { readonly why: string | null } => {
  if (published === undefined) return { outcome: 'would-import', ref: null, why: null };
  if (published.result === 'returned') return { outcome: 'not-imported', ref: null, why: `Returned: ${published.why}` };
  if (published.result === 'unknown')
    return {
      outcome: 'unknown',
      ref: null,
      why: `${published.why} Import the file again: what is there is recognised.`,
    };
  if (published.result === 'not-tried') return { outcome: 'not-imported', ref: null, why: published.why };
  const ref = `${member}/${published.id}`;
  const state = sent?.state;
  if (state === 'returned' || state === 'held') {
    return {
      outcome: 'not-imported',
      ref,
      why: `${state === 'held' ? 'Held' : 'Returned'}: ${sent?.says ?? sent?.code ?? ''}`,
    };
  }
  if (waited && state !== 'receipted' && state !== 'witnessed') {
    return {
      outcome: 'on-its-way',
      ref,
      why: 'The hub has not receipted it yet. The node keeps it and sends it by itself.',
    };
  }
  return { outcome: 'imported', ref, why: null };
};

/** The outcome of one record, whatever it was. */
export const outcomeOf = (
  file: InputFile,
  member: string,
  { record, remarks, planned }: PlannedRecord,
  published?: Published,
  sent?: SentMessage,
  waited = false,
): RecordOutcome => {
  const first = record.result.ok ? [] : [record.result.at];
  const base = basePath(file.value, record.index);
  const at = file.at(base);
  const common = {
    index: record.index,
    at,
    entityId: record.entityId,
    remarks: remarks.map((remark) => placed(file, remark, at)),
  };
  if (planned.step === 'refuse') {
    const reasons = planned.faults.map((fault) => placed(file, fault, at));
    return {
      ...common,
      outcome: 'not-imported',
      ref: null,
      number: null,
      reasons: reasons.length > 0 ? reasons : first,
    };
  }
  if (planned.step === 'there') {
    const reasons = planned.withdrawn
      ? [`${at}: It was imported before and withdrawn since. Publish it anew if it is wanted again.`]
      : [];
    return { ...common, outcome: 'already-there', ref: planned.ref, number: null, reasons };
  }
  const { why, ...result } = ofPublished(member, published, sent, waited);
  return { ...common, ...result, number: planned.notice.number, reasons: why === null ? [] : [`${at}: ${why}`] };
};

/** Where the records stand in the three forms that are read. */
const basePath = (value: unknown, index: number): PropertyKey[] => {
  if (Array.isArray(value)) return [index];
  const embedded = typeof value === 'object' && value !== null ? Reflect.get(value, '_embedded') : undefined;
  const isList = typeof embedded === 'object' && embedded !== null && Array.isArray(Reflect.get(embedded, 'notices'));
  return isList ? ['_embedded', 'notices', index] : [];
};

export type Tally = Readonly<Record<RecordOutcome['outcome'], number>>;

export const tallyOf = (outcomes: readonly RecordOutcome[]): Tally => {
  const tally = { imported: 0, 'would-import': 0, 'already-there': 0, 'not-imported': 0, 'on-its-way': 0, unknown: 0 };
  for (const { outcome } of outcomes) tally[outcome] += 1;
  return tally;
};

const WORDS: Readonly<Record<RecordOutcome['outcome'], string>> = {
  imported: 'imported',
  'would-import': 'would be imported',
  'already-there': 'there already',
  'on-its-way': 'on their way',
  unknown: 'uncertain',
  'not-imported': 'not imported',
};

/** `500 records: 480 imported, 20 not imported.` */
export const tallyText = (outcomes: readonly RecordOutcome[]): string => {
  const tally = tallyOf(outcomes);
  const parts = Object.entries(WORDS).flatMap(([outcome, words]) => {
    const count = tally[outcome as RecordOutcome['outcome']];
    return count > 0 ? [`${count} ${words}`] : [];
  });
  const remarks = outcomes.reduce((sum, outcome) => sum + outcome.remarks.length, 0);
  const more = remarks > 0 ? ` ${remarks} remarks on what was dropped or assumed: see them with --remarks.` : '';
  return `${outcomes.length} record${outcomes.length === 1 ? '' : 's'}: ${parts.join(', ')}.${more}`;
};
