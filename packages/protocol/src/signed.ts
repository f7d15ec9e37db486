import * as z from 'zod';
import { memberCode } from './members.ts';
import { base64Of, instant, originName, seqNumber, sha256Text } from './text.ts';

/** The `typ` of a protected header. A signature made for one purpose never holds for another. */
export const SIGNED_TYPES = [
  'eads+jws',
  'eads-inner+jws',
  'eads-session+jws',
  'eads-enrol+jws',
  'eads-approval+jws',
  'eads-receipt+jws',
  'eads-head+jws',
  'eads-manifest+jws',
] as const;

export const signedType = z.enum(SIGNED_TYPES);
export type SignedType = z.infer<typeof signedType>;

/** The protected header, exactly these three, in this order. */
export const protectedHeader = z.strictObject({
  alg: z.literal('Ed25519'),
  kid: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  typ: signedType,
});

/** 16 random bytes, base64. */
export const salt = base64Of(16);

/** What was decided for one member: delivered, returned by a rule, or not addressed at all. */
export const decision = z.union([z.enum(['deliver', 'none']), z.string().regex(/^returned:[a-z-]{1,60}$/)]);

/** A recipient's own opening: [decision, salt, salt2, rseq]. */
export const recipientOpening = z.tuple([decision, salt, salt, seqNumber]);
export type RecipientOpening = z.infer<typeof recipientOpening>;

/** What the sender may open of each member on the roster: [member, decision, salt, r]. */
export const senderOpening = z.tuple([memberCode, decision, salt, sha256Text]);
export type SenderOpening = z.infer<typeof senderOpening>;

/** What evaluators and auditors may open: [member, decision, salt, salt2, rseq]. */
export const fullOpening = z.tuple([memberCode, decision, salt, salt, seqNumber]);
export type FullOpening = z.infer<typeof fullOpening>;

/** A ledger record's text: eight lines. */
export const recordText = z.string().min(120).max(400);

/** `eads-session+jws`: proves who opens this session, over the hub's nonce. */
export const sessionClaims = z.strictObject({
  origin: originName,
  hub: z.string().max(64),
  member: memberCode,
  nonce: base64Of(32),
});

/** `eads-receipt+jws`, signed by the hub key: these envelopes are durable and sequenced. A refusal has a record too. */
export const receiptClaims = z
  .strictObject({
    origin: originName,
    member: memberCode,
    items: z
      .array(z.tuple([recordText, z.array(senderOpening).max(64)]))
      .min(1)
      .max(1024),
  })
  .meta({ id: 'Receipt' });

/** `eads-head+jws`, signed by the hub key: how far the log stands, and how many entries were this member's. */
export const headClaims = z
  .strictObject({ origin: originName, member: memberCode, size: seqNumber, rseq: seqNumber, time: instant })
  .meta({ id: 'Head' });

/** `eads-approval+jws`: one approval of a recovery. */
export const approvalClaims = z.strictObject({ origin: originName, event: sha256Text });

/** `eads-manifest+jws`: every file of an export, sorted by path; nothing else lies there. */
export const manifestClaims = z
  .strictObject({
    format: z.literal('eads-export/v1'),
    origin: originName,
    /** Whose view it is: an auditor's holds everything, a member's its own and leaf hashes for the rest. */
    viewer: z.union([z.literal('auditor'), memberCode]),
    size: seqNumber,
    /** [path, bytes, SHA-256 in base64] */
    files: z.array(z.tuple([z.string().max(200), z.int().min(0), sha256Text])).max(100_000),
  })
  .meta({ id: 'Manifest' });

export type SessionClaims = z.infer<typeof sessionClaims>;
export type ReceiptClaims = z.infer<typeof receiptClaims>;
export type HeadClaims = z.infer<typeof headClaims>;
export type ApprovalClaims = z.infer<typeof approvalClaims>;
export type ManifestClaims = z.infer<typeof manifestClaims>;
