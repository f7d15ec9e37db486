import { byCode, HUB, SECRETARIAT } from '@eads/protocol';
import type { SealKey, VerifyKey } from '../public-key.ts';
import { type Directory, directoryAt } from './directory.ts';
import { isCurrent, signingKeyOf } from './registry.ts';
import { inSuspicion, quorumOver } from './step.ts';

/** May the key sign for the member at this position? Only `current` may. */
export type SignerStatus =
  | 'current'
  /** Another took its place: item code `bad-signature`. */
  | 'replaced'
  /** Item code `key-revoked`. */
  | 'revoked'
  /** The member left: item code `not-allowed`. */
  | 'left'
  /** No signing key of this member at this position: item code `bad-signature`. */
  | 'unknown';

export interface Signer {
  /** Null exactly where the status is `unknown`. */
  readonly key: VerifyKey | null;
  readonly status: SignerStatus;
}

const UNKNOWN: Signer = { key: null, status: 'unknown' };

/**
 * Whose key `kid` is at entry `seq`, and whether it may sign that entry for `from` (a member, or the hub). Without
 * `seq`: for the next entry. Answers for an earlier entry as it stood then; `isSuspect` tells what came out since.
 */
export const signerAt = (directory: Directory, from: string, kid: string, seq: number = directory.next): Signer => {
  const at = directoryAt(directory, seq);
  if (from === HUB) {
    const hubKey = at.founding?.hubKey;
    return hubKey?.kid === kid ? { key: hubKey, status: 'current' } : UNKNOWN;
  }
  const member = at.members.get(from);
  const record = signingKeyOf(member, kid);
  if (!member || !record) return UNKNOWN;
  const { key } = record;
  if (record.revoked) return { key, status: 'revoked' };
  if (!member.active) return { key, status: 'left' };
  return { key, status: isCurrent(record) ? 'current' : 'replaced' };
};

/** Codes of the active members in code order, the Secretariat among them: whose commitments stand in the next entry. */
export const roster = (directory: Directory): string[] =>
  [...directory.members.values()]
    .filter(({ active }) => active)
    .map(({ code }) => code)
    .sort(byCode);

export interface CoSigner {
  readonly member: string;
  /** C2SP verifier key, named `<instance>/<run>/<MEMBER>`. */
  readonly vkey: string;
  readonly key: VerifyKey;
}

/** The co-signers in code order. For the checkpoint of size N ask `directoryAt(directory, N)`: its last entry is N - 1. */
export const coSigners = (directory: Directory): CoSigner[] =>
  roster(directory).flatMap((code) =>
    (directory.members.get(code)?.keys ?? []).flatMap((record) =>
      record.use === 'witness' && isCurrent(record) ? [{ member: code, vkey: record.vkey, key: record.key }] : [],
    ),
  );

/** k = floor(2n/3) + 1 over the n active forces, those whose witness key is revoked among them. */
export const quorum = (directory: Directory): number =>
  quorumOver(roster(directory).filter((code) => code !== SECRETARIAT).length);

/** Whether the entry `seq`, signed by `kid` for `from`, lies in [since, revoked) of that key and nobody vouched for it. */
export const isSuspect = (directory: Directory, seq: number, from: string, kid: string): boolean => {
  const member = directory.members.get(from);
  return member !== undefined && inSuspicion(member, seq, kid);
};

/** Whether the state event at `seq` has no effect any more. */
export const isVoid = (directory: Directory, seq: number): boolean => directory.voids.has(seq);

/** The current encryption keys of active members. One that is not active, or has none, is absent. */
export const sealKeys = (directory: Directory, members: readonly string[]): Map<string, SealKey> => {
  const keys = new Map<string, SealKey>();
  for (const code of members) {
    const member = directory.members.get(code);
    if (!member?.active) continue;
    for (const record of member.keys) if (record.use === 'encryption' && isCurrent(record)) keys.set(code, record.key);
  }
  return keys;
};
