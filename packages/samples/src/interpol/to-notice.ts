import type { Notice } from '@eads/protocol';
import { addDays, addYears } from '../days.ts';
import { noticeNumberOf } from '../notices.ts';
import type { NoticeDraft } from './draft.ts';

export interface TakingOver {
  /** The force that issues it here. */
  force: string;
  year: number;
  serial: number;
  /** Valid from this day, YYYY-MM-DD. */
  on: string;
}

/** INTERPOL keeps a notice for five years before its need must be shown anew (Rules on the Processing of Data, article 50). */
const YEARS_KEPT = 5;

/**
 * The notice of a draft. Graded X4, for nobody here has judged the source or the facts: that is the officer's to change,
 * as is the action, which a public record does not tell apart.
 */
export function toNotice(draft: NoticeDraft, { force, year, serial, on }: TakingOver): Notice {
  const { type, subject, legalBasis, circumstances, entityId } = draft;
  return {
    number: noticeNumberOf(force, year, serial),
    type,
    subject,
    action: type === 'wanted' ? 'arrest-provisionally' : 'bring-to-safety',
    legalBasis,
    circumstances,
    grading: { source: 'X', information: '4' },
    validity: { from: on, until: addDays(addYears(on, YEARS_KEPT), -1) },
    attachments: [],
    source: { format: 'interpol-public', reference: entityId },
  };
}
