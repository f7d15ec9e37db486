import type { ItemCode } from '@eads/protocol';
import type { SealKey, VerifyKey } from '../public-key.ts';

interface KeyRecord {
  /** The entry that brought it; it counts from the next entry on. */
  readonly from: number;
  /** The entry that put another in its place. */
  readonly replacedAt: number | null;
  /** Refused from entry `at` on; what it signed in [since, at) is suspect. */
  readonly revoked: { readonly at: number; readonly since: number } | null;
  /** The event that brought it became void: it is no key of the member until another event brings it again. */
  readonly fallen: boolean;
}

export interface SigningRecord extends KeyRecord {
  readonly use: 'signing';
  readonly key: VerifyKey;
  /** The signing key whose rotation brought this one; null where genesis, a join or a recovery did. */
  readonly broughtBy: string | null;
}

export interface SealRecord extends KeyRecord {
  readonly use: 'encryption';
  readonly key: SealKey;
}

export interface WitnessRecord extends KeyRecord {
  readonly use: 'witness';
  readonly key: VerifyKey;
  /** C2SP verifier key. */
  readonly vkey: string;
}

export type DirectoryKey = SigningRecord | SealRecord | WitnessRecord;

export interface DirectoryMember {
  readonly code: string;
  /** On the roster, or left. */
  readonly active: boolean;
  /** The entry that made it so. */
  readonly since: number;
  /** Every key it ever had, oldest first. */
  readonly keys: readonly DirectoryKey[];
  /** Entries of its own that it vouches for although a revoked key signed them. */
  readonly vouched: readonly ReadonlySet<number>[];
}

/** What genesis fixed for the epoch. */
export interface Founding {
  /** base64 SHA-256 of the genesis envelope, as in a trust file. */
  readonly hash: string;
  readonly hubKey: VerifyKey;
  /** C2SP verifier key, named by the origin. */
  readonly logKey: string;
  /** The largest quorum-signed checkpoint of the epoch before, or null. */
  readonly predecessor: string | null;
}

/** Who takes part with which keys, at one position of the ledger. */
export interface Registry {
  readonly origin: string;
  readonly founding: Founding | null;
  readonly members: ReadonlyMap<string, DirectoryMember>;
}

/** Why a state event has no effect. */
export interface StateRefusal {
  readonly ok: false;
  readonly code: Extract<
    ItemCode,
    'bad-form' | 'bad-signature' | 'other-origin' | 'not-allowed' | 'key-revoked' | 'bad-state' | 'kind-unknown'
  >;
  /** For a person: what is wrong and how to mend it. */
  readonly why: string;
}

export type Step = { readonly ok: true; readonly registry: Registry } | StateRefusal;

export const refuse = (code: StateRefusal['code'], why: string): StateRefusal => ({ ok: false, code, why });

export const isCurrent = (key: DirectoryKey): boolean => key.replacedAt === null && key.revoked === null && !key.fallen;

export const keyOf = (member: DirectoryMember | undefined, kid: string): DirectoryKey | undefined =>
  member?.keys.find(({ key }) => key.kid === kid);

export const signingKeyOf = (member: DirectoryMember | undefined, kid: string): SigningRecord | undefined => {
  const record = keyOf(member, kid);
  return record?.use === 'signing' ? record : undefined;
};

export const withMember = (registry: Registry, member: DirectoryMember): Registry => ({
  ...registry,
  members: new Map(registry.members).set(member.code, member),
});
