import * as protocol from '@eads/protocol';
import * as z from 'zod';

// What a node answers, read loosely: a newer node may say more, and an older one need not say what came since.

const reasons = z.array(protocol.nodeReason.loose());

/** How one run stands at a node. */
export const nodeRunStatus = protocol.nodeRunStatus
  .pick({ run: true, origin: true, colour: true, size: true, rseq: true, witnessed: true, members: true })
  .extend({ phase: z.string(), red: reasons, amber: reasons })
  .loose();
export type NodeRunStatus = z.output<typeof nodeRunStatus>;

export const submitted = protocol.submitted.loose();
export type Submitted = z.output<typeof submitted>;

/** One version of a notice, as a node holds it; a withdrawal is the last one, without a notice. */
export const noticeVersion = protocol.noticeVersion.partial({ suspect: true }).loose();
export type NoticeVersion = z.output<typeof noticeVersion>;

/** Who was sent an own notice, and who said that it is out of use there. */
export const recallBoard = protocol.recallBoard.extend({ holders: z.array(protocol.recallHolder.loose()) }).loose();
export type RecallBoard = z.output<typeof recallBoard>;

export const evidence = protocol.nodeEvidence.omit({ details: true }).loose();
export type Evidence = z.output<typeof evidence>;

export const nodeTrust = protocol.nodeTrust.loose();
export type NodeTrust = z.output<typeof nodeTrust>;
