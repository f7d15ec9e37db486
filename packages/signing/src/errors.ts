/** Every way in which something read or made by this package can be wrong. Closed: a code outside this list does not exist. */
export const SIGNING_CODES = [
  /** The text is not of the one form that is allowed, or says something that its schema refuses. */
  'bad-form',
  /** Well formed, and the signature does not hold under the key it must hold under. */
  'bad-signature',
  /** Signed for another purpose: the `typ` is not the expected one. */
  'wrong-type',
  /** A key that must not be used: not canonical, of small order, not on its curve, or not the key it says it is. */
  'bad-key',
] as const;

export type SigningCode = (typeof SIGNING_CODES)[number];

/** What the reading and making functions of this package throw: a stable code, and for a person what is wrong and what to do. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  readonly code: SigningCode;

  constructor(code: SigningCode, message: string) {
    super(message);
    this.code = code;
  }
}
