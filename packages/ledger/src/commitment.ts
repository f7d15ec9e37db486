import type { FullOpening, RecipientOpening, SenderOpening } from '@eads/protocol';
import { asBuffer, equalBytes, fromBase64 } from './bytes.ts';
import { LedgerError } from './errors.ts';
import { HASH_BYTES, sha256, sha256Base64, sha256Into } from './hash.ts';

/** Bytes of a salt. */
export const SALT_BYTES = 16;

const MEMBER = /^[A-Z][A-Z0-9]{1,15}$/;
const DECISION = /^(?:deliver|none|returned:[a-z-]{1,60})$/;
const SALT = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

const need = (holds: boolean, what: string, value: unknown): void => {
  if (!holds)
    throw new LedgerError('commitment-field', `${what} has no place in a commitment: ${JSON.stringify(value)}.`);
};

const needRseq = (rseq: number): void => need(Number.isSafeInteger(rseq) && rseq >= 0, 'This rseq', rseq);

const rseqText = (salt2: string, rseq: number): string => `eads-rseq/v1\n${salt2}\n${rseq}\n`;
const recipientText = (member: string, decision: string, salt: string, r: string): string =>
  `eads-recipient/v1\n${member}\n${decision}\n${salt}\n${r}\n`;

/**
 * r, the blinded number of a recipient's entry: base64 SHA-256 of the lines `eads-rseq/v1`, salt2 (base64), rseq.
 * Throws `commitment-field`.
 */
export const rseqHash = (salt2: string, rseq: number): string => {
  need(SALT.test(salt2), 'This salt', salt2);
  needRseq(rseq);
  return sha256Base64(rseqText(salt2, rseq));
};

/**
 * What the ledger holds of one member's share in an entry: SHA-256 of the lines `eads-recipient/v1`, member, decision
 * (`deliver`, `none` or `returned:<rule>`), salt (base64), r (base64). Throws `commitment-field`.
 */
export const commit = (member: string, decision: string, salt: string, r: string): Uint8Array => {
  need(MEMBER.test(member), 'This member code', member);
  need(DECISION.test(decision), 'This decision', decision);
  need(SALT.test(salt), 'This salt', salt);
  need(fromBase64(r)?.length === HASH_BYTES, 'This r', r);
  return sha256(recipientText(member, decision, salt, r));
};

/** A record's recipients hash: SHA-256 over the commitments of the roster in code order, 32 bytes each, concatenated. */
export const recipientsHash = (commitments: Uint8Array | readonly Uint8Array[]): Uint8Array =>
  sha256(commitments instanceof Uint8Array ? commitments : Buffer.concat(commitments));

/** One entry's commitments and what opens them, in the roster's order. Openings are as they stand in frames. */
export interface SealedRecipients {
  /** The commitments, 32 bytes a member, concatenated. */
  readonly commitments: Uint8Array;
  /** For evaluators, auditors and the store: [member, decision, salt, salt2, rseq]. */
  readonly full: FullOpening[];
  /** For the sender: [member, decision, salt, r]. */
  readonly sender: SenderOpening[];
}

// 16 bytes laid out in steps of 18 make base64 texts of 24 characters side by side, so that one call encodes them all.
const SALT_STEP = 18;

const saltTexts = (bytes: Uint8Array, count: number): string[] => {
  if (bytes.length !== count * SALT_BYTES) {
    throw new LedgerError('commitment-field', `Asked for ${count * SALT_BYTES} random bytes and got ${bytes.length}.`);
  }
  const spread = Buffer.alloc(count * SALT_STEP);
  for (let i = 0; i < bytes.length; i++) {
    spread[Math.floor(i / SALT_BYTES) * SALT_STEP + (i % SALT_BYTES)] = bytes[i] as number;
  }
  const text = spread.toString('base64');
  return Array.from({ length: count }, (_, i) => `${text.slice(i * 24, i * 24 + 22)}==`);
};

/**
 * Commits to every member on the roster (in code order) at once.
 * @param decisions one for each member
 * @param rseqs each member's own number after this entry: counted up where the decision is `deliver`, unchanged otherwise
 * @param randomBytes a source of that many random bytes; called once
 * @throws LedgerError `commitment-field`
 */
export const commitAll = (
  members: readonly string[],
  decisions: readonly string[],
  rseqs: readonly number[],
  randomBytes: (bytes: number) => Uint8Array,
): SealedRecipients => {
  const count = members.length;
  if (decisions.length !== count || rseqs.length !== count) {
    throw new LedgerError(
      'commitment-field',
      `${count} members need as many decisions and rseqs, not ${decisions.length} and ${rseqs.length}.`,
    );
  }
  const salts = saltTexts(randomBytes(2 * count * SALT_BYTES), 2 * count);
  const commitments = Buffer.from(new ArrayBuffer(count * HASH_BYTES));
  const full: FullOpening[] = [];
  const sender: SenderOpening[] = [];
  for (let i = 0; i < count; i++) {
    const member = members[i] as string;
    const decision = decisions[i] as FullOpening[1];
    const rseq = rseqs[i] as number;
    const salt = salts[2 * i] as string;
    const salt2 = salts[2 * i + 1] as string;
    need(MEMBER.test(member), 'This member code', member);
    need(i === 0 || (members[i - 1] as string) < member, 'A roster out of code order', members);
    need(DECISION.test(decision), 'This decision', decision);
    needRseq(rseq);
    const r = sha256Base64(rseqText(salt2, rseq));
    sha256Into(recipientText(member, decision, salt, r), commitments, i * HASH_BYTES);
    full.push([member, decision, salt, salt2, rseq]);
    sender.push([member, decision, salt, r]);
  }
  return { commitments, full, sender };
};

/** A recipient's own opening out of the full one. */
export const recipientOpeningOf = (opening: FullOpening): RecipientOpening => {
  const [, decision, salt, salt2, rseq] = opening;
  return [decision, salt, salt2, rseq];
};

/** The sender's opening of one member out of the full one. */
export const senderOpeningOf = (opening: FullOpening): SenderOpening => {
  const [member, decision, salt, salt2, rseq] = opening;
  return [member, decision, salt, rseqHash(salt2, rseq)];
};

const mismatch = (member: string): LedgerError =>
  new LedgerError(
    'commitment-mismatch',
    `The opening for ${member} is not what the ledger committed to. Keep the entry as evidence and tell the trainer.`,
  );

/**
 * Checks a recipient's opening of its own place in an entry.
 * @param at the member's place on the roster before the entry, from 0
 * @throws LedgerError `commitment-mismatch`, `commitment-field`
 */
export const verifyRecipientOpening = (
  commitments: Uint8Array,
  at: number,
  member: string,
  opening: RecipientOpening,
): void => {
  const [decision, salt, salt2, rseq] = opening;
  const expected = commit(member, decision, salt, rseqHash(salt2, rseq));
  if (at < 0 || !equalBytes(commitments.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES), expected)) {
    throw mismatch(member);
  }
};

/** Checks commitments against the record that they belong to. Throws `recipients-mismatch`. */
export const verifyRecipients = (commitments: Uint8Array, hash: Uint8Array): void => {
  if (commitments.length % HASH_BYTES !== 0 || !equalBytes(recipientsHash(commitments), hash)) {
    throw new LedgerError(
      'recipients-mismatch',
      'The commitments are not those of the record. Keep the entry as evidence and tell the trainer.',
    );
  }
};

/**
 * Checks what a sender was opened (the whole roster, in code order) against the record's recipients hash.
 * @throws LedgerError `recipients-mismatch`, `commitment-field`
 */
export const verifySenderOpenings = (openings: readonly SenderOpening[], hash: Uint8Array): void => {
  const commitments = openings.map(([member, decision, salt, r]) => commit(member, decision, salt, r));
  verifyRecipients(Buffer.concat(commitments), hash);
};

/** Checks what an auditor was opened (the whole roster) against the commitments. Throws `commitment-mismatch`. */
export const verifyFullOpenings = (commitments: Uint8Array, openings: readonly FullOpening[]): void => {
  if (commitments.length !== openings.length * HASH_BYTES) {
    throw new LedgerError(
      'commitment-mismatch',
      `${openings.length} openings do not fit ${asBuffer(commitments).length / HASH_BYTES} commitments.`,
    );
  }
  openings.forEach((opening, at) => {
    verifyRecipientOpening(commitments, at, opening[0], recipientOpeningOf(opening));
  });
};
