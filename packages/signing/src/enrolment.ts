import { type EnrolmentBlock, enrolmentBlock, SECRETARIAT } from '@eads/protocol';
import { readPayload } from './canonical.ts';
import { samePoint } from './curve.ts';
import { SigningError } from './errors.ts';
import { parseCompact, signCompact, verifyCompactSync } from './jws.ts';
import type { RunKeys } from './keys.ts';
import { importSealKey, importVerifyKey, type SealKey, type VerifyKey } from './public-key.ts';
import { formatVkey, parseVkey, rawKey, type Vkey, WITNESS_KEY_TYPE } from './vkey.ts';

/** The keys of a member, with its proof that it holds the signing key. */
export interface Enrolment {
  readonly origin: string;
  readonly member: string;
  readonly signing: VerifyKey;
  readonly encryption: SealKey;
  /** Null for the Secretariat, which does not co-sign. */
  readonly witness: Vkey | null;
}

/** Characters of an enrolment block, at most. */
const MAX_BLOCK_CHARS = 4096;

/** `<instance>/<run>/<MEMBER>`: a member co-signs every epoch of a run under one name. */
export const witnessName = (origin: string, member: string): string =>
  `${origin.slice(0, origin.lastIndexOf('/'))}/${member}`;

/** A member's enrolment block (`eads-enrol+jws`), signed by the signing key inside it. */
export const signEnrolment = (origin: string, member: string, keys: RunKeys): string => {
  const block: EnrolmentBlock = {
    origin,
    member,
    signing: keys.signing.jwk,
    encryption: keys.encryption.jwk,
    witness: member === SECRETARIAT ? null : formatVkey(witnessName(origin, member), WITNESS_KEY_TYPE, keys.witness),
  };
  const text = signCompact('eads-enrol+jws', block, keys.signing);
  verifyEnrolment(text, { origin, member });
  return text;
};

const threeDifferent = ({ signing, encryption, witness }: Enrolment): boolean => {
  const edwards = witness ? [rawKey(signing), rawKey(witness.key)] : [rawKey(signing)];
  const montgomery = rawKey(encryption);
  return (
    signing.kid !== witness?.key.kid && edwards.every((key) => !key.equals(montgomery) && !samePoint(key, montgomery))
  );
};

/**
 * Reads and verifies an enrolment block. Throws `bad-form` (also for another origin or member than expected, or a
 * witness key whose name does not fit), `wrong-type`, `bad-key` for an unsound key or one used twice, and
 * `bad-signature` unless the signing key inside it signed.
 */
export const verifyEnrolment = (text: string, expected: { origin: string; member?: string }): Enrolment => {
  const jws = parseCompact(text, 'eads-enrol+jws', MAX_BLOCK_CHARS);
  const read = enrolmentBlock.safeParse(readPayload(jws.payloadBytes).value);
  if (!read.success) {
    throw new SigningError('bad-form', `The enrolment block is malformed at ${read.error.issues[0]?.path.join('.')}.`);
  }
  const { origin, member } = read.data;
  if (origin !== expected.origin) {
    throw new SigningError('bad-form', `The enrolment block is for ${origin}; this is ${expected.origin}. Enrol anew.`);
  }
  if (expected.member !== undefined && member !== expected.member) {
    throw new SigningError('bad-form', `The enrolment block is of ${member} and stands for ${expected.member}.`);
  }
  if ((read.data.witness === null) !== (member === SECRETARIAT)) {
    throw new SigningError('bad-form', 'Every force enrols a witness key, and the Secretariat none.');
  }
  const enrolment: Enrolment = {
    origin,
    member,
    signing: importVerifyKey(read.data.signing),
    encryption: importSealKey(read.data.encryption),
    witness: read.data.witness === null ? null : parseVkey(read.data.witness, WITNESS_KEY_TYPE),
  };
  if (enrolment.witness && enrolment.witness.name !== witnessName(origin, member)) {
    throw new SigningError('bad-form', `The witness key of ${member} must be named ${witnessName(origin, member)}.`);
  }
  if (!threeDifferent(enrolment)) {
    throw new SigningError('bad-key', 'Signing, encryption and witness key must be three different keys.');
  }
  if (!verifyCompactSync(jws, enrolment.signing)) {
    throw new SigningError('bad-signature', 'The enrolment block is not signed by the signing key inside it.');
  }
  return enrolment;
};
