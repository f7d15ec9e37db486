import * as z from 'zod';
import { itemCode } from './codes.ts';
import { recipientOpening, recordText } from './signed.ts';
import { base64Of, compactJws, messageId, messageRef, originName, plainText, seqNumber, sha256Text } from './text.ts';

/** A C2SP signed note. */
const note = z.string().max(16_384);
const generation = z.int().min(1);

export const challenge = z.strictObject({
  t: z.literal('challenge'),
  versions: z.array(z.int().min(1)).min(1).max(8),
  origin: originName,
  /** Which replica speaks. */
  hub: z.string().max(64),
  nonce: base64Of(32),
});

export const hello = z.strictObject({
  t: z.literal('hello'),
  version: z.int().min(1),
  session: compactJws,
  /** The first seq not held; 0 at start. */
  next: seqNumber,
  rseq: seqNumber,
  /** The largest log-signed checkpoint held. */
  checkpoint: z.union([note, z.null()]),
});

export const sessionLimits = z.strictObject({
  frameBytes: z.int().min(1024),
  envelopeBytes: z.int().min(1024),
  publishItems: z.int().min(1),
  pingMs: z.int().min(10),
  pongMs: z.int().min(10),
});

export const welcome = z.strictObject({
  t: z.literal('welcome'),
  version: z.int().min(1),
  generation,
  size: seqNumber,
  limits: sessionLimits,
});

/** Adds to what the other end may have under way: bytes and messages (envelopes or delivered entries). */
export const credit = z.strictObject({
  t: z.literal('credit'),
  bytes: z
    .int()
    .min(0)
    .max(1 << 30),
  count: z
    .int()
    .min(0)
    .max(1 << 20),
});

export const publish = z.strictObject({
  t: z.literal('publish'),
  envelopes: z.array(z.string().max(70_000)).min(1).max(256),
});

export const receipts = z.strictObject({ t: z.literal('receipts'), receipt: z.string().max(1024 * 1024) });

/** Not accepted and not logged: [id, or base64 SHA-256 of the bytes where no id could be read; code]. */
export const retry = z.strictObject({
  t: z.literal('retry'),
  items: z
    .array(z.tuple([z.union([messageId, sha256Text]), itemCode]))
    .min(1)
    .max(1024),
  afterMs: z.int().min(0).max(3_600_000),
});

/** An entry that this member may read. */
export const readableEntry = z.strictObject({
  record: recordText,
  /** The commitments of the roster, concatenated, 32 bytes each, base64; '' for an empty roster. */
  commitments: z.string().max(4096),
  envelope: z.string().max(70_000).optional(),
  /** `<from>/<id>` of the `erase` that took the bytes away, in place of the envelope. */
  erasedBy: messageRef.optional(),
});

/** Dense: every seq from `first` on stands in `items`, what is not this member's as a leaf hash. */
export const deliver = z.strictObject({
  t: z.literal('deliver'),
  first: seqNumber,
  items: z
    .array(z.union([sha256Text, readableEntry]))
    .min(1)
    .max(4096),
  /** One for each readable entry, in their order; null for an entry from before this member joined. */
  openings: z.array(z.union([recipientOpening, z.null()])).max(4096),
});

export const ack = z.strictObject({ t: z.literal('ack'), generation, next: seqNumber });

export const head = z.strictObject({ t: z.literal('head'), head: compactJws });

/** `body` is the request body of C2SP tlog-witness add-checkpoint. */
export const cosign = z.strictObject({ t: z.literal('cosign'), round: seqNumber, body: z.string().max(32_768) });
export const cosigned = z.strictObject({
  t: z.literal('cosigned'),
  round: seqNumber,
  status: z.union([
    z.literal(200),
    z.literal(400),
    z.literal(403),
    z.literal(404),
    z.literal(409),
    z.literal(422),
    z.literal(503),
  ]),
  body: z.string().max(8192),
});

/** A checkpoint with k or more cosignatures. */
export const witnessed = z.strictObject({ t: z.literal('witnessed'), checkpoint: note });

export const errorFrame = z.strictObject({
  t: z.literal('error'),
  code: z.string().regex(/^[a-z-]{1,40}$/),
  what: plainText(500),
  remedy: plainText(500),
});

export const hubFrame = z.discriminatedUnion('t', [
  challenge,
  welcome,
  credit,
  receipts,
  retry,
  deliver,
  head,
  cosign,
  witnessed,
  errorFrame,
]);
export const nodeFrame = z.discriminatedUnion('t', [hello, credit, publish, ack, cosigned, errorFrame]);

export type HubFrame = z.infer<typeof hubFrame>;
export type NodeFrame = z.infer<typeof nodeFrame>;
export type Hello = z.infer<typeof hello>;
export type Welcome = z.infer<typeof welcome>;
export type Deliver = z.infer<typeof deliver>;
export type ReadableEntry = z.infer<typeof readableEntry>;
export type SessionLimits = z.infer<typeof sessionLimits>;
