/** What a sender knows of one envelope of its own. */
export interface SentEvidence {
  /** base64 SHA-256 of the envelope's bytes. */
  readonly hash: string;
  readonly id: string;
  /** Every record that a receipt named for it, in the order in which they came. */
  readonly receipts: readonly string[];
}

/** One entry as a receiver was given it. */
export interface Shown {
  readonly seq: number;
  /** base64 leaf hash: as delivered, or of the record that was delivered. */
  readonly leaf: string;
  /** Null where it came as a leaf hash alone. */
  readonly content: {
    readonly from: string;
    readonly id: string | null;
    /** base64 SHA-256 of the bytes that came; null where an erasure stood in their place. */
    readonly hash: string | null;
    /** Its own number by the opening; null where none came with it. */
    readonly rseq: number | null;
  } | null;
}

/** What one member holds at the end. */
export interface MemberEvidence {
  readonly member: string;
  readonly sent: readonly SentEvidence[];
  /** In the order in which it was shown. */
  readonly shown: readonly Shown[];
  /** The last cursor that it acknowledged. */
  readonly acked: number;
  /** Every checkpoint with the log's signature that it was ever given; `root` in base64. */
  readonly checkpoints: readonly { readonly size: number; readonly root: string }[];
}

/** One entry of the ledger as an auditor exports it. */
export interface LedgerLine {
  readonly seq: number;
  readonly record: string;
  /** Claims of an accepted envelope; null for refusals and where the bytes were erased. */
  readonly claims: { readonly to: 'all' | readonly string[]; readonly state: boolean } | null;
  /** [member, decision, own number after the entry], in code order. */
  readonly openings: readonly (readonly [member: string, decision: string, rseq: number])[];
}

/** Everything that is left after a campaign, once all of it has come to rest. */
export interface Evidence {
  readonly members: readonly MemberEvidence[];
  readonly ledger: readonly LedgerLine[];
}

export const VIOLATIONS = {
  lost: 'receipted and not in the ledger, or in the ledger and never shown to an addressee (promises 1, 2)',
  unanswered: 'sent, and never receipted although there was time (promise 1)',
  duplicate: 'shown twice (promise 2)',
  reordered: 'shown after a later one (promise 2)',
  gap: 'entries left out (promise 2)',
  'rseq-hole': 'own numbers that do not count up by one (promise 2)',
  'receipt-changed': 'a second receipt names another record (promise 3)',
  'two-records': 'one id accepted twice (promise 3)',
  'not-addressed': 'content shown to somebody that it was not addressed to (promise 4)',
  altered: 'shown otherwise than the ledger has it (promise 5)',
  invented: 'in the ledger under the name of a member that never sent it (promise 5)',
  'rolled-back': 'a checkpoint that was given out reaches past the ledger (promise 5)',
  fork: 'a checkpoint that was given out has another root than the ledger (promise 5)',
} as const;

export type ViolationCode = keyof typeof VIOLATIONS;

export interface Violation {
  readonly code: ViolationCode;
  readonly member: string | null;
  readonly seq: number | null;
  readonly says: string;
}
