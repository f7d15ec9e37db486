import * as z from 'zod';
import { handling } from './handling.ts';
import { outboxState } from './http.ts';
import { memberCode } from './members.ts';
import { notice, noticeType } from './notice/notice.ts';
import { compactJws, instant, messageId, messageRef, originName, runName, seqNumber, sha256Text } from './text.ts';

// What a node's desk API answers, beside what http.ts says of both services.

/** green: all is well; amber: it goes on, and somebody should look; red: evidence of a fault. */
export const nodeColour = z.enum(['green', 'amber', 'red']);
/** Why a run is amber or red. */
export const nodeReason = z.strictObject({ code: z.string(), says: z.string() });

const linkState = z.strictObject({
  status: z.enum(['connecting', 'linked', 'waiting', 'stopped']),
  since: z.number(),
  lastHeadAt: z.number().nullable(),
  attempts: z.int(),
  lastClose: z.int().nullable(),
  retryAt: z.number().nullable(),
});

/** How one run stands at this node. */
export const nodeRunStatus = z
  .strictObject({
    run: runName,
    origin: originName.nullable(),
    phase: z.enum(['gathering', 'open', 'left']),
    colour: nodeColour,
    red: z.array(nodeReason),
    amber: z.array(nodeReason),
    link: linkState.nullable(),
    size: seqNumber,
    rseq: seqNumber,
    witnessed: seqNumber,
    trust: z.string().nullable(),
    members: z.array(memberCode),
    outbox: z.record(z.string(), z.int()),
    handling: z.strictObject({ pending: z.int(), failed: z.int(), notUnderstood: z.int() }),
  })
  .meta({ id: 'NodeRunStatus' });

export const nodeStatus = z
  .strictObject({
    member: memberCode,
    hub: z.enum(['answers', 'silent', 'refuses']),
    why: z.string().nullable(),
    colour: nodeColour,
    runs: z.array(nodeRunStatus),
  })
  .meta({ id: 'NodeStatus' });

/** The answer to a `Submission`. */
export const submitted = z.strictObject({ id: messageId, state: outboxState }).meta({ id: 'Submitted' });

/** One version of a notice, as this node holds it. */
export const noticeVersion = z
  .strictObject({
    ref: messageRef,
    version: z.int(),
    seq: seqNumber,
    time: instant,
    owner: memberCode,
    envelopeId: messageId,
    /** The withdrawal: the last version, without a notice. */
    cancels: z.boolean(),
    type: noticeType.nullable(),
    number: z.string().nullable(),
    notice: notice.nullable(),
    reason: z.string().nullable(),
    handling,
    erasedBy: messageRef.nullable(),
    /** The key that signed it was revoked since, as from before this entry, and its owner has not vouched for it. */
    suspect: z.boolean(),
  })
  .meta({ id: 'NoticeVersion' });

/** One holder of a notice on its owner's recall board. */
export const recallHolder = z.strictObject({
  member: memberCode,
  /** The withdrawal was delivered to it. */
  told: z.boolean(),
  /** Ledger time of its acknowledgement. */
  acknowledged: instant.nullable(),
  /** Whether it held a copy, by its own word. */
  held: z.boolean().nullable(),
});

/** Who was sent a withdrawn notice, and who said that it is out of use there. */
export const recallBoard = z
  .strictObject({
    ref: messageRef,
    cancelled: z.boolean(),
    holders: z.array(recallHolder),
  })
  .meta({ id: 'RecallBoard' });

/** What proves a fault, as a node keeps it. */
export const nodeEvidence = z
  .strictObject({
    n: z.int(),
    code: z.string(),
    says: z.string(),
    seq: seqNumber.nullable(),
    times: z.int(),
    firstAt: instant,
    lastAt: instant,
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Evidence' });

/** A node's log of searches and reads, hash-chained. */
export const nodeReadLog = z
  .strictObject({
    /** The number of the first line that does not hang together with the one before; null: all do. */
    brokenAt: z.int().nullable(),
    lines: z.array(
      z.strictObject({
        n: z.int(),
        at: instant,
        seat: z.string(),
        purpose: z.string(),
        // Words of the table, unchecked: a line that somebody changed is shown, whatever it says now.
        action: z.string(),
        what: z.string(),
        previous: z.string(),
        hash: z.string(),
      }),
    ),
  })
  .meta({ id: 'ReadLog' });

/** What a node pinned on first contact. */
export const nodeTrust = z
  .strictObject({
    origin: originName,
    genesisHash: sha256Text,
    /** What people read to each other to compare. */
    short: z.string(),
    /** The trust file, for `eads verify --trust`. */
    file: z.string(),
    genesis: compactJws,
  })
  .meta({ id: 'NodeTrust' });

/** The keys that a node signs, opens and co-signs with now. */
export const nodeKeys = z
  .strictObject({
    signing: z.string(),
    encryption: z.string(),
    witness: z.string(),
    rotating: z.boolean(),
    /** The enrolment block of these keys: what a recovery names. */
    block: compactJws,
  })
  .meta({ id: 'NodeKeys' });
