import type { MemberLine, RecipientOpening } from '@eads/protocol';
import {
  type Database,
  type ExportRow,
  entriesBetween,
  inTransaction,
  type OutboxRow,
  receiptedBetween,
} from '@eads/store';

const bytesOf = ({ envelope, erasedBy }: { readonly envelope: string | null; readonly erasedBy: string | null }) => ({
  ...(envelope === null ? {} : { envelope }),
  ...(erasedBy === null ? {} : { erasedBy }),
});

/** A member's view of one entry: what it received, what it sent, or the leaf hash. */
const memberLineOf = (row: ExportRow, own: OutboxRow | undefined): MemberLine => {
  const { seq, record, commitments } = row;
  if (record !== null && commitments !== null) {
    const opening =
      row.decision === null ? null : ([row.decision, row.salt, row.salt2, row.rseq] as unknown as RecipientOpening);
    return { seq, record, commitments, ...bytesOf(row), opening } as MemberLine;
  }
  if (own?.record && own.openings) {
    return { seq, record: own.record, ...bytesOf(own), sent: own.openings } as MemberLine;
  }
  return { seq, leaf: row.leaf };
};

const PAGE = 500;

/** Lines of the node's own view, from a seq on, in order. */
export const memberLines = (
  database: Database,
  schema: string,
  epoch: number,
  from: number,
  limit: number,
): Promise<MemberLine[]> =>
  inTransaction(database, async (connection) => {
    const to = from + Math.min(limit, PAGE);
    const rows = await entriesBetween(connection, schema, epoch, from, to);
    const own = new Map((await receiptedBetween(connection, schema, epoch, from, to)).map((row) => [row.seq, row]));
    return rows.map((row) => memberLineOf(row, own.get(row.seq)));
  });
