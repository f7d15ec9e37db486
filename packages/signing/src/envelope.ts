import { hash } from 'node:crypto';
import {
  type Claims,
  claims as claimsSchema,
  ENVELOPE_BYTES,
  HUB,
  type ItemCode,
  type JweGeneral,
  KINDS,
  type Kind,
  kindOf,
  messageId,
  SECRETARIAT,
} from '@eads/protocol';
import * as z from 'zod';
import { isBase64url } from './base64url.ts';
import { type JsonObject, readPayload } from './canonical.ts';
import { SigningError } from './errors.ts';
import { type ParsedJws, parseCompact, signCompact } from './jws.ts';
import type { SigningKey } from './keys.ts';

/** What keeps a well-formed envelope out, once its signature was found to hold. */
export interface Objection {
  readonly code: Extract<ItemCode, 'kind-unknown' | 'not-allowed'>;
  readonly why: string;
}

/** An envelope, read and checked against its schemas; its signature is not yet checked. */
export interface Envelope {
  /** The bytes as received. */
  readonly jws: string;
  /** SHA-256 of those bytes. */
  readonly hash: Uint8Array;
  readonly parsed: ParsedJws;
  readonly claims: Claims;
  /** Null where this version of the exchange does not know the kind: the body is unchecked then. */
  readonly kind: Kind | null;
  /** Answer with it only after the signature held: `not-allowed` claims the id. */
  readonly objection: Objection | null;
}

/** An envelope that cannot be taken, whoever signed it. */
export interface EnvelopeRefusal {
  readonly code: Extract<ItemCode, 'bad-form' | 'bad-signature' | 'too-large'>;
  /** For a person: what and where. */
  readonly why: string;
  /** SHA-256 of the bytes as received. */
  readonly hash: Uint8Array;
  /** The id, where a well-formed one could be read. */
  readonly id: string | null;
}

export type Opened = { ok: true; envelope: Envelope } | { ok: false; refusal: EnvelopeRefusal };

// zod's compiled form answers the same, two to three times as fast on what is valid: this is the hub's hot path.
const compiledClaims = z.compile(claimsSchema);
const compiledBodies = new WeakMap<Kind, z.ZodType>();
const compiledBody = (kind: Kind): z.ZodType => {
  let schema = compiledBodies.get(kind);
  if (!schema) {
    schema = z.compile(kind.body);
    compiledBodies.set(kind, schema);
  }
  return schema;
};

const where = (issue: z.core.$ZodIssue | undefined): string =>
  issue ? `${issue.path.join('.') || 'the top'}: ${issue.message}` : 'an unknown place';

const mayAuthor = ({ authors }: Kind, from: string): boolean => {
  if (authors === 'hub') return from === HUB;
  if (authors === 'secretariat') return from === SECRETARIAT;
  if (authors === 'forces') return from !== HUB && from !== SECRETARIAT;
  return from !== HUB;
};

const ADDRESSES: Record<Kind['addresses'], { fits: (to: Claims['to']) => boolean; says: string }> = {
  all: { fits: (to) => to === 'all', says: 'is for all' },
  nobody: { fits: (to) => to !== 'all' && to.length === 0, says: 'is for nobody ([])' },
  named: { fits: (to) => to !== 'all' && to.length > 0, says: 'names its addressees' },
  anyone: { fits: (to) => to === 'all' || to.length > 0, says: 'is for all or names its addressees' },
};

const addressFault = (kind: Kind, { to, from, body }: Claims): string | undefined => {
  if (!ADDRESSES[kind.addresses].fits(to)) return `A ${kind.kind} ${ADDRESSES[kind.addresses].says}.`;
  if (to !== 'all' && to.includes(from)) return 'An envelope is not addressed to its own sender.';
  return kind.inner === null ? undefined : blockFault(body as JweGeneral, to.length);
};

/** What the hub can check of a body that it cannot read. */
const blockFault = (jwe: JweGeneral, addressees: number): string | undefined => {
  const kids = new Set(jwe.recipients.map(({ header }) => header.kid));
  if (kids.size !== jwe.recipients.length || kids.size !== addressees) {
    return 'A confidential body has one recipient block for each addressee.';
  }
  const blocks = jwe.recipients.flatMap(({ header, encrypted_key }) => [header.kid, header.epk.x, encrypted_key]);
  const spoilt = [jwe.protected, jwe.iv, jwe.ciphertext, jwe.tag, ...blocks].some((text) => !isBase64url(text));
  return spoilt ? 'A part of the confidential body is not canonical base64url.' : undefined;
};

const readId = (value: JsonObject | undefined): string | null => {
  const read = messageId.safeParse(value?.id);
  return read.success ? read.data : null;
};

/**
 * Reads an envelope as received: its form, canonical bytes, claims, and the body by its kind's schema. Pure, and says
 * nothing of the signature: verify `parsed` with the key that the directory gives. `bad-signature` here means a JWS
 * that was signed for another purpose. Bounded at 48 KiB.
 */
export const openEnvelope = (jws: string): Opened => {
  const digest = hash('sha256', jws, 'buffer');
  let value: JsonObject | undefined;
  const refuse = (code: EnvelopeRefusal['code'], why: string): Opened => ({
    ok: false,
    refusal: { code, why, hash: digest, id: readId(value) },
  });
  if (jws.length > ENVELOPE_BYTES) return refuse('too-large', `It has over ${ENVELOPE_BYTES} bytes.`);
  let parsed: ParsedJws;
  try {
    parsed = parseCompact(jws, 'eads+jws', ENVELOPE_BYTES);
    value = readPayload(parsed.payloadBytes, ENVELOPE_BYTES).value;
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    return refuse(error.code === 'wrong-type' ? 'bad-signature' : 'bad-form', error.message);
  }
  const read = compiledClaims.safeParse(value);
  if (!read.success) return refuse('bad-form', `The claims are malformed at ${where(read.error.issues[0])}.`);
  // The value itself, not zod's copy: it keeps the order of members that was signed.
  const claims = value as Claims;
  const kind = kindOf(claims.kind, claims.v) ?? null;
  if (kind === null) {
    const why = `The kind ${claims.kind} version ${claims.v} is not known here yet.`;
    const envelope = { jws, hash: digest, parsed, claims, kind, objection: { code: 'kind-unknown' as const, why } };
    return { ok: true, envelope };
  }
  const body = compiledBody(kind).safeParse(claims.body);
  if (!body.success) return refuse('bad-form', `The body is malformed at ${where(body.error.issues[0])}.`);
  const fault = addressFault(kind, claims);
  if (fault !== undefined) return refuse('bad-form', fault);
  const objection = mayAuthor(kind, claims.from)
    ? null
    : { code: 'not-allowed' as const, why: `${claims.from} may not send a ${claims.kind}.` };
  return { ok: true, envelope: { jws, hash: digest, parsed, claims, kind, objection } };
};

/** The version of a kind that this code writes. Throws `bad-form` for a kind that it does not know. */
const latestVersion = (name: string): number => {
  const known = KINDS.find(({ kind }) => kind === name);
  if (!known) throw new SigningError('bad-form', `The kind ${name} is not known here.`);
  return known.v;
};

/** Everything of an envelope that its maker decides. `v` is that of the kind in the register where it is left out. */
export type EnvelopeInput = Omit<Claims, 'v'> & { v?: number };

/** The claims in the order in which they are written. */
export const claimsFrom = (input: EnvelopeInput): Claims => ({
  origin: input.origin,
  id: input.id,
  kind: input.kind,
  v: input.v ?? latestVersion(input.kind),
  from: input.from,
  actor: input.actor,
  to: input.to,
  sentAt: input.sentAt,
  inReplyTo: input.inReplyTo,
  handling: input.handling,
  nonce: input.nonce,
  body: input.body,
});

/**
 * Makes and signs an envelope. Time, id and nonce come from the caller. Throws `bad-form` for one that nobody would
 * take: what was made here opens.
 */
export const makeEnvelope = (input: EnvelopeInput, key: SigningKey): Envelope => {
  const opened = openEnvelope(signCompact('eads+jws', claimsFrom(input), key));
  if (!opened.ok) throw new SigningError('bad-form', opened.refusal.why);
  return opened.envelope;
};
