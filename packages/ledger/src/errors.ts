/** Every way in which something read by this package can be wrong. Closed: a code outside this list does not exist. */
export const LEDGER_CODES = [
  'out-of-range',
  'frontier-malformed',
  'reader-short',
  'record-too-large',
  'record-lines',
  'record-field',
  'record-not-canonical',
  'commitment-field',
  'commitment-mismatch',
  'recipients-mismatch',
  'note-too-large',
  'note-malformed',
  'note-key-malformed',
  'note-key-ambiguous',
  'note-bad-signature',
  'note-unsigned',
  'note-unknown-signature',
  'note-repeated-signature',
  'checkpoint-malformed',
  'checkpoint-other-origin',
  'cosignature-malformed',
  'quorum-short',
  'proof-malformed',
  'proof-mismatch',
  'witness-body-malformed',
  'tile-path-malformed',
  'tile-malformed',
  'bundle-malformed',
] as const;

export type LedgerCode = (typeof LEDGER_CODES)[number];

/** What this package throws: a stable code for programs, and for a person what is wrong, where, and what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerCode;

  constructor(code: LedgerCode, message: string) {
    super(message);
    this.code = code;
  }
}
