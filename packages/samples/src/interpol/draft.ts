import type { Notice, Person } from '@eads/protocol';

/** What is read of one record: all of a notice but its number and its time, which the force gives that takes it over. */
export interface NoticeDraft {
  /** INTERPOL's own id, year/number. */
  entityId: string;
  /** Red gives wanted, yellow gives missing. */
  type: 'wanted' | 'missing';
  subject: Person;
  legalBasis: Notice['legalBasis'];
  circumstances: string;
}

/** Something to tell about a place in the file, like `_embedded.notices[3].height`; '' is the file's one record itself. */
export interface Remark {
  at: string;
  text: string;
}

export type ReadResult =
  | { ok: true; draft: NoticeDraft /** What was dropped, changed or assumed. */; remarks: Remark[] }
  | {
      ok: false;
      /** The first fault: what is wrong, and how to mend it. */
      reason: string;
      at: string;
      /** Every fault that was found, the first one too. */
      faults: Remark[];
    };

export interface ReadRecord {
  /** Position in the file, from 0. */
  index: number;
  /** As written, where there is one that can be shown. */
  entityId: string | null;
  /** Whether the record carries the mark of synthetic data, or the whole file does. */
  synthetic: boolean;
  result: ReadResult;
}

export interface InterpolFile {
  records: ReadRecord[];
  /** True only if there is at least one record and every one is marked. Otherwise a person has to confirm. */
  synthetic: boolean;
  /** About the file as a whole. */
  remarks: Remark[];
}
