import { sha256Base64 } from '@eads/ledger';
import { buildLedger, exportOf, type Files } from './build.ts';
import type { Base } from './case.ts';
import { ORIGIN } from './cast.ts';
import { checkStory, type Draft, seqOf, story } from './story.ts';

/** The true history of the vectors' run. */
export const drafts = story();
checkStory(drafts);
export const ledger = buildLedger(drafts);
export const at = (name: string): number => seqOf(drafts, name);

/** ID took part from the start; BN joined late. */
export const bases: Readonly<Record<Base, Files>> = {
  auditor: await exportOf(ledger, { viewer: 'auditor' }),
  member: await exportOf(ledger, { viewer: 'ID' }),
  'late-member': await exportOf(ledger, { viewer: 'BN' }),
};

export const trustText = `${ORIGIN}\n${sha256Base64((drafts[0] as Draft).text)}\n`;
