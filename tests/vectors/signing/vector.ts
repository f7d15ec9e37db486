import type { SignedType } from '@eads/protocol';

/** One case: a signed text, the key that must have signed it, and what must come of it. */
export interface Vector {
  readonly says: string;
  /** As what it is read. */
  readonly typ: SignedType;
  /** x of the public Ed25519 key that must have signed it (RFC 8037). */
  readonly key: string;
  readonly jws: string;
  /**
   * `ok`, a code of the signing package, the code of a refusal, or of what is objected to once the signature held.
   * Where an envelope is refused as `bad-signature`, `wrong-type` says that it was for its typ.
   */
  readonly expect: string;
  /** What jose says of signature and key alone, with `algorithms: ['Ed25519']`. */
  readonly jose: 'ok' | 'refused';
  /** Where jose takes a signature that we refuse: why that is no mistake of either. */
  readonly differs?: string;
}

/** By the path of their file: `<area>/<what was tampered with>`. In the area `signature` jose and we agree, or `differs` says why not. */
export type Vectors = [path: string, vector: Vector][];
