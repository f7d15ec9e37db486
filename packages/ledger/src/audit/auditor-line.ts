import type { AuditorLine, FullOpening } from '@eads/protocol';
import { fromBase64 } from '../bytes.ts';
import { verifyFullOpenings, verifyRecipients } from '../commitment.ts';
import { LedgerError } from '../errors.ts';
import { HASH_BYTES } from '../hash.ts';
import type { LedgerRecord } from '../record.ts';
import { checkAccepted, checkRefused, readRecord, report, type Walk } from './entry.ts';
import type { Place } from './findings.ts';

const sameMembers = (members: readonly string[], openings: readonly (readonly [string, ...unknown[]])[]): boolean =>
  members.length === openings.length && members.every((member, i) => openings[i]?.[0] === member);

/** Reads commitments and holds them against the record and the roster; undefined where they cannot be used. */
export const readCommitments = (
  walk: Walk,
  text: string,
  record: LedgerRecord,
  where: Place,
): Uint8Array | undefined => {
  const commitments = fromBase64(text);
  try {
    if (commitments === undefined) throw new LedgerError('recipients-mismatch', 'They are not canonical base64.');
    verifyRecipients(commitments, record.recipientsHash);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    report(walk, 'commitments-altered', where, error.message);
    return undefined;
  }
  if (commitments.length !== walk.roster.length * HASH_BYTES) {
    const sealed = commitments.length / HASH_BYTES;
    report(walk, 'roster-mismatch', where, `It has ${sealed} recipients sealed; ${walk.roster.length} took part then.`);
    return undefined;
  }
  return commitments;
};

const checkOpenings = (walk: Walk, commitments: Uint8Array, openings: readonly FullOpening[], where: Place): void => {
  if (!sameMembers(walk.roster, openings)) {
    const what = `It opens ${openings.map(([member]) => member).join(', ')}; ${walk.roster.join(', ')} took part then.`;
    report(walk, 'roster-mismatch', where, what);
    return;
  }
  try {
    verifyFullOpenings(commitments, openings);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    report(walk, 'opening-mismatch', where, error.message);
  }
};

/** Each member's number counts what it got, and stands still for all else. */
const checkNumbers = (walk: Walk, openings: readonly FullOpening[], where: Place): void => {
  for (const [member, decision, , , rseq] of openings) {
    const before = walk.rseqs.get(member) ?? 0;
    const due = decision === 'deliver' ? before + 1 : before;
    if (rseq !== due) report(walk, 'rseq-gap', where, `${member} stands at ${rseq} here; ${due} was due.`);
    walk.rseqs.set(member, rseq);
  }
};

/** One line of an auditor's export, which shows everything. */
export const checkAuditorLine = (walk: Walk, line: AuditorLine, where: Place): void => {
  const { seq, envelope, erasedBy, openings } = line;
  walk.counts.readable += 1;
  const record = readRecord(walk, seq, line.record, where);
  if (!record) return;
  const commitments = readCommitments(walk, line.commitments, record, where);
  if (commitments) checkOpenings(walk, commitments, openings, where);
  checkNumbers(walk, openings, where);
  const row = { seq, where, record, envelope, erasedBy };
  const decided = openings.map(([member, decision]) => [member, decision] as const);
  if (record.code === 'accepted') {
    checkAccepted(walk, row, decided);
    return;
  }
  checkRefused(walk, row, decided);
  if (envelope !== undefined) report(walk, 'refusal-form', where, 'It is refused, and its bytes are kept.');
};
