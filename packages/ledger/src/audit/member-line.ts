import { hash } from 'node:crypto';
import type { MemberLine } from '@eads/protocol';
import { fromBase64, toBase64 } from '../bytes.ts';
import { verifyRecipientOpening, verifySenderOpenings } from '../commitment.ts';
import { LedgerError } from '../errors.ts';
import { HASH_BYTES } from '../hash.ts';
import { readCommitments } from './auditor-line.ts';
import { checkAccepted, checkRefused, readRecord, report, type Walk } from './entry.ts';
import type { Place } from './findings.ts';

type Leaf = Extract<MemberLine, { leaf: string }>;
type Sent = Extract<MemberLine, { sent: unknown }>;
type Received = Extract<MemberLine, { opening: unknown }>;

const isLeaf = (line: MemberLine): line is Leaf => 'leaf' in line;
const isSent = (line: MemberLine): line is Sent => 'sent' in line;

const checkLeaf = (walk: Walk, { seq, leaf }: Leaf, where: Place): void => {
  const bytes = fromBase64(leaf);
  if (bytes?.length !== HASH_BYTES) {
    walk.tree.break();
    report(walk, 'not-canonical', where, 'The leaf is not the canonical base64 of a SHA-256.');
    return;
  }
  walk.tree.push(bytes);
  if (seq === 0)
    report(walk, 'genesis-mismatch', where, 'Entry 0, the genesis, is for everyone and must be there in full.');
};

/** A message that the viewer got: its own opening, its own number. */
const checkOwnOpening = (
  walk: Walk,
  commitments: Uint8Array | undefined,
  opening: NonNullable<Received['opening']>,
  where: Place,
): void => {
  const { viewer, roster, rseqs } = walk;
  const [decision, , , rseq] = opening;
  const at = roster.indexOf(viewer);
  if (at < 0) report(walk, 'roster-mismatch', where, `It opens a place for ${viewer}, which took no part then.`);
  else if (commitments) {
    try {
      verifyRecipientOpening(commitments, at, viewer, opening);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      report(walk, 'opening-mismatch', where, error.message);
    }
  }
  if (decision !== 'deliver') {
    report(walk, 'not-theirs', where, `The entry says "${decision}" for ${viewer}, and stands there in full.`);
    return;
  }
  const due = (rseqs.get(viewer) ?? 0) + 1;
  if (rseq !== due) {
    const missing = rseq > due ? `: ${rseq - due} that ${viewer} was given are missing before it` : '';
    report(walk, 'rseq-gap', where, `It is number ${rseq} of ${viewer}, and ${due} was due${missing}.`);
  }
  rseqs.set(viewer, rseq);
};

const checkReceived = (walk: Walk, line: Received, where: Place): void => {
  const { viewer } = walk;
  const { seq, envelope, erasedBy, opening } = line;
  const record = readRecord(walk, seq, line.record, where);
  if (!record) return;
  const onRoster = walk.roster.includes(viewer);
  const commitments = readCommitments(walk, line.commitments, record, where);
  if (opening !== null) checkOwnOpening(walk, commitments, opening, where);
  const row = { seq, where, record, envelope, erasedBy };
  if (record.code !== 'accepted') {
    checkRefused(walk, row, []);
    report(walk, 'not-theirs', where, 'It was refused, and a refusal is given to nobody but its sender.');
    return;
  }
  const message = checkAccepted(walk, row, opening === null ? [] : [[viewer, opening[0]]]);
  if (opening !== null) return;
  const state = message === undefined || message.kind === null || message.kind.state;
  if (erasedBy !== undefined || !state || (onRoster && record.from !== viewer)) {
    report(walk, 'not-theirs', where, `It stands there in full, and nothing shows that ${viewer} was given it.`);
  }
};

/** A message that the viewer sent: what its receipt opened. */
const checkSent = (walk: Walk, line: Sent, where: Place): void => {
  const { viewer, roster } = walk;
  const { seq, envelope, erasedBy, sent } = line;
  const record = readRecord(walk, seq, line.record, where);
  if (!record) return;
  if (record.from !== viewer) report(walk, 'not-theirs', where, `${record.from} sent it, not ${viewer}.`);
  if (sent.length !== roster.length || sent.some(([member], i) => member !== roster[i])) {
    const what = `It opens ${sent.map(([member]) => member).join(', ')}; ${roster.join(', ')} took part then.`;
    report(walk, 'roster-mismatch', where, what);
  }
  try {
    verifySenderOpenings(sent, record.recipientsHash);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    report(walk, 'opening-mismatch', where, error.message);
  }
  const row = { seq, where, record, envelope, erasedBy };
  const decided = sent.map(([member, decision]) => [member, decision] as const);
  if (record.code === 'accepted') {
    checkAccepted(walk, row, decided);
    return;
  }
  checkRefused(walk, row, decided);
  if (envelope !== undefined && hash('sha256', envelope, 'base64') !== toBase64(record.envelopeHash)) {
    report(walk, 'entry-altered', where, 'The SHA-256 of the message is not the one in the record.');
  }
};

/** One line of a member's export: its own in full, leaf hashes for the rest. */
export const checkMemberLine = (walk: Walk, line: MemberLine, where: Place): void => {
  if (isLeaf(line)) {
    checkLeaf(walk, line, where);
    return;
  }
  walk.counts.readable += 1;
  if (isSent(line)) checkSent(walk, line, where);
  else checkReceived(walk, line, where);
};
