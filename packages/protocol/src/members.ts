import * as z from 'zod';

/** The eleven national police forces, in code order. */
export const FORCES = ['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH', 'TL', 'VN'] as const;

/** The Secretariat: registrar of members and keys, own desk, not a co-signer. */
export const SECRETARIAT = 'SEC';

/** The hub, as author of its own entries. */
export const HUB = 'HUB';

/** A force's two letters. Which of them are active in a run is a matter of its ledger, not of this list. */
export const forceCode = z.string().regex(/^[A-Z]{2}$/, 'a force code is two capital letters, like ID');

/** Whoever can be addressed: a force or the Secretariat. */
export const memberCode = z.string().regex(/^(?:[A-Z]{2}|SEC)$/, 'a member code is two capital letters, or SEC');

/** Whoever can author an envelope. */
export const authorCode = z.string().regex(/^(?:[A-Z]{2}|SEC|HUB)$/, 'an author code is a member code, or HUB');

export type MemberCode = z.infer<typeof memberCode>;
export type AuthorCode = z.infer<typeof authorCode>;

/** Code order: the order of commitments, rosters and `to`. */
export const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
