/** What to do about a finding, in the words shown to a person. */
const ASK_FOR_ANOTHER =
  'Do not rely on this export. Ask the one who made it for another, and keep this one as evidence.';
const COPY_AGAIN = 'Copy the export anew from where it was made; if that copy says the same, keep it as evidence.';
const HUB_ANSWERS =
  'Keep the export as evidence and show it to the trainer: whoever runs the hub must explain this entry.';
const COMPARE = 'Keep both and show them to the trainer: they cannot both be the history of this run.';

/** Everything that an audit can find. Closed: a code outside this table does not exist. */
export const AUDIT_CODES = {
  'manifest-missing': { says: 'The list of files is missing', remedy: COPY_AGAIN },
  'manifest-form': { says: 'The list of files is not of its one allowed form', remedy: COPY_AGAIN },
  'manifest-signature': { says: 'The list of files is not signed by the one who exported', remedy: ASK_FOR_ANOTHER },
  'unlisted-file': {
    says: 'A file lies there that the list does not name',
    remedy: 'Find out who put it there. Without it the rest can be checked again.',
  },
  'missing-file': { says: 'A file that belongs to the export is missing', remedy: COPY_AGAIN },
  'file-altered': { says: 'A file is not as it was exported', remedy: COPY_AGAIN },
  'not-canonical': { says: 'A text is not in its one allowed form', remedy: COPY_AGAIN },
  truncated: { says: 'Entries are missing at the end', remedy: COPY_AGAIN },
  surplus: { says: 'There are more entries than the export says', remedy: ASK_FOR_ANOTHER },
  gap: { says: 'Entries are missing', remedy: ASK_FOR_ANOTHER },
  'out-of-order': { says: 'Entries are not in order', remedy: ASK_FOR_ANOTHER },
  'entry-altered': { says: 'An entry is not as it was recorded', remedy: ASK_FOR_ANOTHER },
  'commitments-altered': { says: 'The sealed recipients are not those recorded', remedy: ASK_FOR_ANOTHER },
  'opening-mismatch': { says: 'What is shown of a recipient is not what was sealed', remedy: HUB_ANSWERS },
  'roster-mismatch': { says: 'The recipients are not the members that took part then', remedy: HUB_ANSWERS },
  'decision-mismatch': { says: 'Somebody got, or did not get, what the message says otherwise', remedy: HUB_ANSWERS },
  'rseq-gap': { says: "A member's own numbers do not follow on each other", remedy: HUB_ANSWERS },
  'refusal-form': { says: 'A refusal is not of the form that refusals have', remedy: HUB_ANSWERS },
  'not-theirs': { says: "A member's export shows what is not its own", remedy: HUB_ANSWERS },
  'envelope-form': { says: 'An accepted message is not of the form that is accepted', remedy: HUB_ANSWERS },
  'missing-signature': { says: 'An accepted message is missing, and nothing accounts for it', remedy: HUB_ANSWERS },
  'bad-signature': { says: 'A signature does not hold', remedy: HUB_ANSWERS },
  'key-not-valid-at-position': { says: 'The key was not one that could sign there', remedy: HUB_ANSWERS },
  'wrong-author': { says: 'The author recorded is not the one who signed, or may not send this', remedy: HUB_ANSWERS },
  'origin-mismatch': { says: 'Something is of another run or epoch', remedy: ASK_FOR_ANOTHER },
  'time-goes-back': { says: 'An entry is older than the one before it', remedy: HUB_ANSWERS },
  'duplicate-id': { says: 'One message was accepted twice', remedy: HUB_ANSWERS },
  'erase-invalid': { says: 'An erasure was accepted that the rules do not allow', remedy: HUB_ANSWERS },
  'state-event-invalid': { says: 'A change of members or keys was accepted that does not hold', remedy: HUB_ANSWERS },
  'genesis-mismatch': {
    says: 'This is not the run that is trusted',
    remedy:
      'Compare the eight characters that the desks show. If they agree with the trust file, the export is forged.',
  },
  'checkpoint-malformed': { says: 'A checkpoint is not of its one allowed form', remedy: COPY_AGAIN },
  'checkpoint-forged': { says: 'A checkpoint is not signed by the log', remedy: ASK_FOR_ANOTHER },
  'checkpoint-rolled-back': { says: 'An older state stands in the place of a newer one', remedy: COMPARE },
  'root-mismatch': { says: 'The entries are not those that the checkpoint was signed over', remedy: ASK_FOR_ANOTHER },
  fork: { says: 'There are two histories of this run', remedy: COMPARE },
  'cosignature-bad': { says: 'A line under a checkpoint is not the signature of a co-signer', remedy: COPY_AGAIN },
  'quorum-missing': {
    says: 'Too few co-signers vouch for the checkpoint',
    remedy: 'Wait until enough nodes are online, and export again.',
  },
  'trust-malformed': {
    says: 'The trust file cannot be read',
    remedy: 'It has two lines: the origin, and the base64 SHA-256 of the genesis. A node keeps one for its run.',
  },
  'expect-malformed': {
    says: 'The expected checkpoint cannot be read',
    remedy: 'Give a checkpoint as a node or the hub wrote it: a note of origin, size, root and signatures.',
  },
} as const satisfies Record<string, { says: string; remedy: string }>;

export type AuditCode = keyof typeof AUDIT_CODES;
