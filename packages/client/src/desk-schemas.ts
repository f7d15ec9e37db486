import {
  compactJws,
  handling,
  instant,
  memberCode,
  messageId,
  messageRef,
  notice,
  noticeType,
  outboxState,
} from '@eads/protocol';
import * as z from 'zod';

// What a node answers beside what the protocol names. Loose: a newer node may say more.

const reason = z.object({ code: z.string(), says: z.string() });

/** How one run stands at a node. */
export const nodeRunStatus = z.looseObject({
  run: z.string(),
  origin: z.string().nullable(),
  phase: z.string(),
  colour: z.enum(['green', 'amber', 'red']),
  red: z.array(reason),
  amber: z.array(reason),
  size: z.int(),
  rseq: z.int(),
  witnessed: z.int(),
  members: z.array(memberCode),
});
export type NodeRunStatus = z.output<typeof nodeRunStatus>;

export const submitted = z.looseObject({ id: messageId, state: outboxState });
export type Submitted = z.output<typeof submitted>;

/** One version of a notice, as a node holds it; a withdrawal is the last one, without a notice. */
export const noticeVersion = z.looseObject({
  ref: messageRef,
  version: z.int(),
  seq: z.int(),
  time: instant,
  owner: memberCode,
  envelopeId: messageId,
  cancels: z.boolean(),
  type: noticeType.nullable(),
  number: z.string().nullable(),
  notice: notice.nullable(),
  reason: z.string().nullable(),
  handling,
  erasedBy: messageRef.nullable(),
});
export type NoticeVersion = z.output<typeof noticeVersion>;

/** Who was sent an own notice, and who said that it is out of use there. */
export const recallBoard = z.looseObject({
  ref: messageRef,
  cancelled: z.boolean(),
  holders: z.array(
    z.looseObject({
      member: memberCode,
      told: z.boolean(),
      acknowledged: instant.nullable(),
      held: z.boolean().nullable(),
    }),
  ),
});
export type RecallBoard = z.output<typeof recallBoard>;

export const evidence = z.looseObject({
  n: z.int(),
  code: z.string(),
  says: z.string(),
  seq: z.int().nullable(),
  times: z.int(),
  firstAt: instant,
  lastAt: instant,
});
export type Evidence = z.output<typeof evidence>;

export const nodeTrust = z.looseObject({
  origin: z.string(),
  genesisHash: z.string(),
  short: z.string(),
  file: z.string(),
  genesis: compactJws,
});
export type NodeTrust = z.output<typeof nodeTrust>;
