import { hash } from 'node:crypto';
import type { DeskEntry, FeedEntry } from '@eads/protocol';
import {
  applyStateEvent,
  type Directory,
  type Envelope,
  emptyDirectory,
  openEnvelope,
  signerAt,
  verifyCompactSync,
} from '@eads/signing';
import { leafOf, readRecord } from './record.ts';

/** What a trust file says. */
export interface Trust {
  readonly origin: string;
  /** base64 SHA-256 of the genesis envelope. */
  readonly genesisHash: string;
}

/** Why an entry does not hold. Closed. */
export type EntryFault =
  | 'other-origin'
  | 'out-of-order'
  | 'record-form'
  | 'leaf-mismatch'
  | 'record-mismatch'
  | 'envelope-mismatch'
  | 'envelope-form'
  | 'envelope-missing'
  | 'genesis-mismatch'
  | 'wrong-author'
  | 'unknown-key'
  | 'key-not-current'
  | 'bad-signature'
  | 'state-event-invalid';

export type EntryCheck =
  /** `signed: false`: there is nothing to verify, as the bytes were refused or erased. That they were is the hub's word. */
  | { readonly ok: true; readonly signed: boolean }
  | { readonly ok: false; readonly code: EntryFault; readonly why: string };

const fault = (code: EntryFault, why: string): EntryCheck => ({ ok: false, code, why });
const UNSIGNED: EntryCheck = { ok: true, signed: false };
const SIGNED: EntryCheck = { ok: true, signed: true };

const recordFault = (entry: FeedEntry): EntryCheck | undefined => {
  const { seq, record, leaf, envelope } = entry;
  const read = readRecord(record);
  if (!read) return fault('record-form', `The record of entry ${seq} is not of the form eads-entry/v1.`);
  if (leafOf(record) !== leaf) return fault('leaf-mismatch', `The leaf of entry ${seq} is not the hash of its record.`);
  const same =
    read.seq === seq &&
    read.time === Date.parse(entry.time) &&
    read.from === entry.from &&
    read.id === entry.id &&
    read.code === entry.code;
  if (!same) return fault('record-mismatch', `What is shown of entry ${seq} is not what its record says.`);
  if (envelope !== null && hash('sha256', envelope, 'base64') !== read.envelopeHash) {
    return fault('envelope-mismatch', `The envelope of entry ${seq} is not the one that was recorded.`);
  }
  return undefined;
};

const signatureFault = (directory: Directory, seq: number, { claims, parsed }: Envelope): EntryCheck | undefined => {
  const { from } = claims;
  const { key, status } = signerAt(directory, from, parsed.header.kid, seq);
  if (key === null) return fault('unknown-key', `Entry ${seq} is signed by a key that ${from} has not had there.`);
  if (status !== 'current')
    return fault('key-not-current', `Entry ${seq} is signed by a key of ${from} that is ${status}.`);
  if (!verifyCompactSync(parsed, key))
    return fault('bad-signature', `The signature of ${from} on entry ${seq} does not hold.`);
  return undefined;
};

/**
 * Checks entries of a feed one by one: record, leaf and envelope against each other (evaluators' feed), and the author's signature by
 * the key directory that grows out of the genesis that is trusted. Hand it every entry from 0 on, in order; it holds no tree, so that
 * a whole log is proved by `eads verify` on an export. What a fault was found in changes nothing in the directory.
 */
export const createEntryVerifier = (trust: Trust) => {
  let directory = emptyDirectory(trust.origin);
  let next = 0;

  const checkEnvelope = (seq: number, from: string | null, jws: string): EntryCheck => {
    const opened = openEnvelope(jws);
    if (!opened.ok) return fault('envelope-form', `Entry ${seq}: ${opened.refusal.why}`);
    const { envelope } = opened;
    const { claims } = envelope;
    if (claims.origin !== trust.origin) {
      return fault('other-origin', `Entry ${seq} was made for ${claims.origin}; ${trust.origin} is trusted.`);
    }
    if (from !== null && claims.from !== from) {
      return fault('wrong-author', `Entry ${seq} is recorded as of ${from} and was written by ${claims.from}.`);
    }
    if (seq === 0 && hash('sha256', jws, 'base64') !== trust.genesisHash) {
      return fault('genesis-mismatch', 'Entry 0 is not the genesis that is trusted.');
    }
    if (envelope.kind?.state) {
      const applied = applyStateEvent(directory, seq, envelope);
      if (!applied.ok) return fault('state-event-invalid', `Entry ${seq}: ${applied.why}`);
      directory = applied.directory;
      return SIGNED;
    }
    return signatureFault(directory, seq, envelope) ?? SIGNED;
  };

  return {
    check: (entry: FeedEntry | DeskEntry): EntryCheck => {
      const { seq, envelope, origin } = entry;
      if (origin !== trust.origin) {
        return fault('other-origin', `Entry ${seq} is of ${origin}; ${trust.origin} is trusted.`);
      }
      if (seq < next) return fault('out-of-order', `Entry ${seq} came after entry ${next - 1}.`);
      next = seq + 1;
      const recorded = 'record' in entry ? entry : null;
      const wrong = recorded && recordFault(recorded);
      if (wrong) return wrong;
      if (seq === 0 && envelope === null) return fault('genesis-mismatch', 'Entry 0 holds no genesis.');
      if (recorded && recorded.code !== 'accepted') return UNSIGNED;
      if (envelope !== null) return checkEnvelope(seq, recorded?.from ?? null, envelope);
      return entry.erasedBy === null
        ? fault('envelope-missing', `Entry ${seq} was accepted, and its envelope is neither there nor erased.`)
        : UNSIGNED;
    },
    /** Members and keys as of the last entry that was checked. */
    directory: (): Directory => directory,
  };
};

/** Reads a trust file: origin and base64 SHA-256 of the genesis, a line each. Undefined where it is none. */
export const readTrust = (text: string): Trust | undefined => {
  const [, origin, genesisHash] =
    /^([a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+)\r?\n([A-Za-z0-9+/]{43}=)(?:\r?\n)?$/.exec(text) ?? [];
  return origin !== undefined && genesisHash !== undefined ? { origin, genesisHash } : undefined;
};
