import * as z from 'zod';
import { claims } from './claims.ts';
import { recordCode } from './codes.ts';
import { authorCode, memberCode } from './members.ts';
import { decision, fullOpening } from './signed.ts';
import { instant, messageId, originName, runName, seqNumber, sha256Text } from './text.ts';

interface ProblemRow {
  readonly status: number;
  readonly title: string;
  readonly retry: boolean;
}

/** Every problem that an HTTP route answers with (RFC 9457). Closed. */
export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request is not of the form this route takes', retry: false },
  unauthenticated: { status: 401, title: 'A token is needed', retry: false },
  forbidden: { status: 403, title: 'This token does not open this', retry: false },
  'not-found': { status: 404, title: 'There is nothing here under this name', retry: false },
  conflict: { status: 409, title: 'As things stand this cannot be done', retry: false },
  'too-large': { status: 413, title: 'More than this route takes', retry: false },
  returned: { status: 422, title: 'Returned: a rule does not allow this', retry: false },
  'too-many': { status: 429, title: 'Too many requests', retry: true },
  internal: { status: 500, title: 'A fault on our side', retry: true },
  unavailable: { status: 503, title: 'Not available at the moment', retry: true },
} as const satisfies Record<string, ProblemRow>;
export type ProblemCode = keyof typeof PROBLEMS;

/** `application/problem+json` (RFC 9457). */
export const problem = z
  .strictObject({
    type: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    title: z.string(),
    status: z.int(),
    /** What, where and how to mend it. */
    detail: z.string(),
    retry: z.boolean(),
    /** Where in the input, when that is the matter. */
    at: z.array(z.strictObject({ path: z.string(), says: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;

/** `GET /health`, the one open route. */
export const health = z
  .strictObject({
    status: z.enum(['starting', 'ok', 'degraded', 'frozen']),
    version: z.string(),
    run: runName.nullable(),
    nodes: z.strictObject({ online: z.int(), expected: z.int() }),
    ledger: z.strictObject({ size: z.int(), witnessed: z.int() }),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof health>;

/** One line of the evaluators' feed: everything of an entry. */
export const feedEntry = z
  .strictObject({
    origin: originName,
    seq: seqNumber,
    time: instant,
    from: authorCode,
    id: messageId.nullable(),
    code: recordCode,
    kind: z.string().nullable(),
    record: z.string(),
    leaf: sha256Text,
    envelope: z.string().nullable(),
    erasedBy: z.string().nullable(),
    openings: z.array(fullOpening),
    /** The envelope's claims, parsed; null where it was refused unread or erased. */
    claims: claims.nullable(),
  })
  .meta({ id: 'FeedEntry' });
export type FeedEntry = z.infer<typeof feedEntry>;

/** One line of a node's own feed. */
export const deskEntry = z
  .strictObject({
    origin: originName,
    seq: seqNumber,
    time: instant,
    rseq: seqNumber.nullable(),
    state: z.enum(['pending', 'done', 'failed', 'not-understood']),
    envelope: z.string().nullable(),
    erasedBy: z.string().nullable(),
    claims: claims.nullable(),
    /** The opened body of a confidential message. */
    inner: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'DeskEntry' });
export type DeskEntry = z.infer<typeof deskEntry>;

/** What a desk hands in to be sent. The node adds origin, id, sender, time and nonce, and signs. */
export const submission = z
  .strictObject({
    kind: z.string(),
    to: claims.shape.to,
    actor: claims.shape.actor.optional(),
    handling: claims.shape.handling,
    inReplyTo: claims.shape.inReplyTo.optional(),
    body: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Submission' });
export type Submission = z.infer<typeof submission>;

export const outboxState = z.enum(['queued', 'sent', 'receipted', 'witnessed', 'returned', 'held']);

/** How far a sent message got. */
export const sentMessage = z
  .strictObject({
    id: messageId,
    kind: z.string(),
    to: claims.shape.to,
    state: outboxState,
    createdAt: instant,
    seq: seqNumber.nullable(),
    code: recordCode.nullable(),
    says: z.string().nullable(),
    decisions: z.array(z.tuple([memberCode, decision])),
  })
  .meta({ id: 'SentMessage' });
export type SentMessage = z.infer<typeof sentMessage>;
