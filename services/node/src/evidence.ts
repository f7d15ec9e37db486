import { sha256Base64 } from '@eads/ledger';
import { EvidenceError as LinkEvidenceError } from '@eads/link';
import type { NewEvidence } from '@eads/store';

/** Everything that an honest hub, log or member does not send. Closed. Each makes the node red. */
export const EVIDENCE_CODES = {
  'seq-gap': 'The hub left ledger entries out of its delivery.',
  'rseq-gap': 'A message that was addressed to this force was left out: its own numbers do not follow one another.',
  'past-changed': 'The hub delivered an entry that is not the one it delivered before.',
  'bad-record': 'A ledger record is not of its one allowed form.',
  'other-envelope': 'An envelope is not the one that its ledger record names.',
  'bad-commitments': 'The commitments to recipients are not those of the ledger record.',
  'bad-opening': 'The hub opened this force’s place in an entry otherwise than the ledger holds it.',
  'no-opening': 'The hub delivered a message without opening this force’s place in it.',
  'refused-delivered': 'The hub delivered an entry that the ledger refuses.',
  'time-backwards': 'Ledger time went backwards.',
  'other-genesis': 'The first entry of the ledger is not the genesis that this node pinned.',
  'state-event-unsound': 'The hub accepted a change of members or keys that the rules do not allow.',
  'bad-signature': 'A message in the ledger does not carry a valid signature of its author.',
  'bad-envelope': 'A message in the ledger is not of the form that the protocol names.',
  'not-owner': 'The ledger holds a change to a notice by a force that does not own it.',
  'erasure-unfounded': 'Bytes were withheld in the name of an erasure that does not stand in the ledger.',
  'erasure-not-allowed': 'The ledger holds an erasure by a member that is not the author of what it erases.',
  'receipt-bad': 'A receipt is not signed by the hub’s key, or is not of its form.',
  'receipt-contradicts': 'A receipt does not fit the message that was sent, or the ledger.',
  'head-contradicts': 'The hub’s signed head does not fit the messages that it delivered.',
  'root-contradicts': 'A checkpoint that the log signed has another root than the entries that the hub delivered.',
  'log-forked': 'The log signed two checkpoints that cannot both be true.',
  'log-unproven': 'The log signed a checkpoint that it cannot show to extend the one before.',
  'witnessed-bad': 'The hub passed on a checkpoint as witnessed that a quorum did not cosign.',
  'predecessor-contradicts': 'The genesis of a new epoch does not follow from the ledger that this node holds.',
} as const satisfies Record<string, string>;

export type EvidenceCode = keyof typeof EVIDENCE_CODES;

/** Thrown where something cannot be: the cursor stays, the proof is kept, the node turns red. */
export class EvidenceError extends LinkEvidenceError {
  readonly code: EvidenceCode;
  readonly seq: number | null;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: EvidenceCode, seq: number | null, details: Readonly<Record<string, unknown>>) {
    super(`${EVIDENCE_CODES[code]}${seq === null ? '' : ` (entry ${seq})`}`);
    this.code = code;
    this.seq = seq;
    this.details = details;
  }
}

/** The row of the evidence table for an error. */
export const evidenceRow = (epoch: number, { code, seq, details, message }: EvidenceError): NewEvidence => ({
  epoch,
  code,
  seq,
  details,
  says: `${message}. It is kept as evidence. Show it to the trainer.`,
  digest: sha256Base64(JSON.stringify([code, seq, details])),
});
