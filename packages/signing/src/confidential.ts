import { isDeepStrictEqual } from 'node:util';
import {
  type Claims,
  claims as claimsSchema,
  INNER_BODY_BYTES,
  type JweGeneral,
  type Kind,
  kindOf,
} from '@eads/protocol';
import { readPayload } from './canonical.ts';
import type { Directory } from './directory/directory.ts';
import { signerAt } from './directory/queries.ts';
import { claimsFrom, type Envelope, type EnvelopeInput, makeEnvelope } from './envelope.ts';
import { SigningError } from './errors.ts';
import { decryptWith, encryptFor } from './jwe.ts';
import { parseCompact, signCompact, verifyCompact } from './jws.ts';
import type { OpeningKey, SigningKey } from './keys.ts';
import type { SealKey } from './public-key.ts';

/** A confidential message as its sender keeps it. */
export interface Sealed {
  /** What is sent. */
  readonly envelope: Envelope;
  /** The inner JWS: the sender's node cannot open what it sealed, so it keeps this. */
  readonly inner: string;
}

/** Why a confidential body was not opened. All but `not-ours` mean that the sender did wrong or the bytes are damaged. */
export type SealFault =
  /** No block is for one of our keys. */
  | 'not-ours'
  /** Not encrypted or written as the protocol says. */
  | 'bad-form'
  /** The inner JWS is not signed by a key that may sign for the sender at this position. */
  | 'bad-signature'
  /** Inside and outside say different things: somebody else's words in a new envelope. */
  | 'claims-differ';

export type Unsealed =
  | { readonly ok: true; readonly body: Record<string, unknown>; readonly inner: string }
  | { readonly ok: false; readonly code: SealFault; readonly why: string };

const MAX_INNER_CHARS = 40 * 1024;

/** Why this is no inner body of the kind, or undefined. */
const bodyFault = (kind: Kind | undefined, name: string, body: unknown): string | undefined => {
  if (!kind?.inner) return `${name} is no confidential kind.`;
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > INNER_BODY_BYTES) {
    return `The confidential body has ${bytes} bytes; at most ${INNER_BODY_BYTES} are allowed. Shorten it.`;
  }
  const read = kind.inner.safeParse(body);
  if (read.success) return undefined;
  const issue = read.error.issues[0];
  return `The confidential body is malformed at ${issue?.path.join('.') || 'the top'}: ${issue?.message}.`;
};

/**
 * Makes a confidential envelope: the inner JWS (`eads-inner+jws`) says the same as the outer claims but for `body`, and
 * is encrypted for every member in `to` with the key in `keys` (see `sealKeys`). Rejects with `bad-form` for a body that
 * nobody would take or an addressee without a key.
 */
export const sealEnvelope = async (
  input: EnvelopeInput,
  key: SigningKey,
  keys: ReadonlyMap<string, SealKey>,
): Promise<Sealed> => {
  const claims = claimsFrom(input);
  const fault = bodyFault(kindOf(claims.kind, claims.v), claims.kind, claims.body);
  if (fault !== undefined) throw new SigningError('bad-form', fault);
  if (claims.to === 'all' || claims.to.length === 0) {
    throw new SigningError('bad-form', 'A confidential message names its addressees.');
  }
  const recipients = claims.to.map((member) => {
    const sealKey = keys.get(member);
    if (!sealKey) throw new SigningError('bad-form', `${member} has no encryption key now. Take it out of "to".`);
    return sealKey;
  });
  const inner = signCompact('eads-inner+jws', claims, key);
  const jwe = await encryptFor(Buffer.from(inner), recipients);
  return { envelope: makeEnvelope({ ...claims, body: jwe }, key), inner };
};

const fail = (code: SealFault, why: string): Unsealed => ({ ok: false, code, why });

const readInner = (inner: string): { claims: Claims; parsed: ReturnType<typeof parseCompact> } => {
  const parsed = parseCompact(inner, 'eads-inner+jws', MAX_INNER_CHARS);
  const { value } = readPayload(parsed.payloadBytes, MAX_INNER_CHARS);
  if (!claimsSchema.safeParse(value).success) throw new SigningError('bad-form', 'The inner claims are malformed.');
  return { claims: value as Claims, parsed };
};

/**
 * Opens the confidential body of an envelope that stands at `seq` and whose own signature held. `keys` are our current
 * decryption key and those of before. Checks that it is for us, that the inner JWS is signed by a key that could sign
 * for the sender at `seq`, that inner and outer claims are equal but for `body`, and the inner body by its kind.
 */
export const openConfidential = async (
  { claims: outer, kind }: Envelope,
  seq: number,
  directory: Directory,
  keys: readonly OpeningKey[],
): Promise<Unsealed> => {
  if (!kind?.inner) return fail('bad-form', `${outer.kind} is no confidential kind.`);
  try {
    const plaintext = await decryptWith(outer.body as JweGeneral, keys);
    if (!plaintext) return fail('not-ours', 'It is encrypted for none of our keys.');
    const inner = Buffer.from(plaintext).toString('latin1');
    const { claims, parsed } = readInner(inner);
    const { key, status } = signerAt(directory, outer.from, parsed.header.kid, seq);
    if (status !== 'current' || key === null || !(await verifyCompact(parsed, key))) {
      return fail('bad-signature', `The inner message is not signed with a key of ${outer.from} at this position.`);
    }
    if (!isDeepStrictEqual({ ...claims, body: null }, { ...outer, body: null })) {
      return fail('claims-differ', 'The inner message was made for another envelope than this.');
    }
    const fault = bodyFault(kind, claims.kind, claims.body);
    return fault === undefined ? { ok: true, body: claims.body, inner } : fail('bad-form', fault);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    return fail(error.code === 'wrong-type' ? 'bad-signature' : 'bad-form', error.message);
  }
};
