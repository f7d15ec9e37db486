import { type LedgerRecord, leafHash, parseRecord, verifySenderOpenings } from '@eads/ledger';
import { type Claims, ITEM_CODES, type ItemCode, type RecordCode, retryOf, type SenderOpening } from '@eads/protocol';
import type { OutboxRow, ReceiptOfRow } from '@eads/store';
import { EvidenceError } from '../evidence.ts';

const addressed = (to: Claims['to'], sender: string, member: string): boolean =>
  member !== sender && (to === 'all' || to.includes(member));

/** What a sender may be told of each member: delivered or returned by a rule where it was addressed, else none. */
const decisionFault = (
  { to }: Pick<OutboxRow, 'to'>,
  { from, code }: LedgerRecord,
  openings: readonly SenderOpening[],
): string | undefined => {
  for (const [member, decision] of openings) {
    const expected = code === 'accepted' && addressed(to, from, member);
    if ((decision !== 'none') !== expected) {
      return `${member} ${expected ? 'was addressed' : 'was not to get it'}, and the decision is ${decision}.`;
    }
  }
  return undefined;
};

const afterRefusal = (code: ItemCode): 'returned' | 'held' | undefined => {
  const retry = retryOf(code);
  if (retry === 'later') return undefined;
  return retry === 'after-upgrade' || code === 'other-origin' ? 'held' : 'returned';
};

/**
 * Checks what the hub signed of one of our envelopes: the record is of these bytes and this member, the openings are those that
 * the record commits to, and the decisions go with the addressees. Pure.
 * @param text the record as it stands in the receipt
 * @throws EvidenceError `receipt-contradicts`
 */
export const checkReceipt = (
  member: string,
  row: Pick<OutboxRow, 'id' | 'to' | 'envelopeHash' | 'record' | 'code'>,
  text: string,
  openings: readonly SenderOpening[],
): ReceiptOfRow => {
  const fault = (why: string): EvidenceError =>
    new EvidenceError('receipt-contradicts', null, { id: row.id, record: text, openings, why });
  let record: LedgerRecord;
  try {
    record = parseRecord(text);
    verifySenderOpenings(openings, record.recipientsHash);
  } catch (error) {
    throw fault((error as Error).message);
  }
  if (record.from !== member) throw fault(`The record is of ${record.from}.`);
  if (Buffer.from(record.envelopeHash).toString('base64') !== row.envelopeHash) throw fault('It is of other bytes.');
  if (record.id !== null && record.id !== row.id) throw fault(`The record is of ${record.id}.`);
  if (row.code === 'accepted' && row.record !== null && row.record !== text) {
    throw fault('It was accepted before, with another record.');
  }
  const decisions = decisionFault(row, record, openings);
  if (decisions !== undefined) throw fault(decisions);
  const code = record.code as RecordCode;
  const base = {
    id: row.id,
    code,
    record: text,
    leaf: Buffer.from(leafHash(text)).toString('base64'),
    openings,
    seq: record.seq,
  };
  if (code === 'accepted') return { ...base, state: 'receipted', says: null };
  if (!(code in ITEM_CODES)) throw fault(`There is no code ${code}.`);
  const state = afterRefusal(code);
  if (state === undefined) throw fault(`A refusal of ${code} has no record.`);
  return { ...base, state, says: ITEM_CODES[code].says };
};
