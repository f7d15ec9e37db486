import type { SessionClaims } from '@eads/protocol';
import type { Directory } from './directory/directory.ts';
import { signerAt } from './directory/queries.ts';
import { SigningError } from './errors.ts';
import { verifyCompact } from './jws.ts';
import type { SigningKey } from './keys.ts';
import { readStatement, type Statement, signStatement } from './statements.ts';

/** Why a session is not opened: the names of the close codes 4401, 4403 and 4410. */
export type SessionFault = 'unauthenticated' | 'revoked' | 'other-origin';

export type SessionProof =
  | { readonly ok: true; readonly member: string }
  | { readonly ok: false; readonly code: SessionFault; readonly why: string };

/** Proves over the hub's nonce who opens this session (`eads-session+jws`). */
export const signSession = (claims: SessionClaims, key: SigningKey): string =>
  signStatement('eads-session+jws', claims, key);

const fault = (code: SessionFault, why: string): SessionProof => ({ ok: false, code, why });

/**
 * Who opens the session, if the proof is over this challenge and signed with a current key of an active member. Any
 * other text is answered with a fault; never rejects for what a stranger sent.
 */
export const verifySession = async (
  text: string,
  challenge: Pick<SessionClaims, 'origin' | 'hub' | 'nonce'>,
  directory: Directory,
): Promise<SessionProof> => {
  let statement: Statement<'eads-session+jws'>;
  try {
    statement = readStatement('eads-session+jws', text);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    return fault('unauthenticated', error.message);
  }
  const { claims, kid, parsed } = statement;
  if (claims.origin !== challenge.origin) {
    return fault('other-origin', `The proof is for ${claims.origin}; this is ${challenge.origin}.`);
  }
  if (claims.hub !== challenge.hub || claims.nonce !== challenge.nonce) {
    return fault('unauthenticated', 'The proof answers another challenge than the one of this connection.');
  }
  const { key, status } = signerAt(directory, claims.member, kid);
  // Nobody learns the state of a key without holding it.
  if (key === null || !(await verifyCompact(parsed, key))) {
    return fault('unauthenticated', `The proof is not signed with a key of ${claims.member}.`);
  }
  if (status === 'revoked') return fault('revoked', `The key that ${claims.member} signed with was revoked.`);
  if (status !== 'current') {
    const why = status === 'left' ? 'takes no part any more' : 'replaced the key that it signed with';
    return fault('unauthenticated', `${claims.member} ${why}.`);
  }
  return { ok: true, member: claims.member };
};
