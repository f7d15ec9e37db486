import type { Connection, Database } from '../database/pool.ts';

/** How the handling of an entry stands. */
export type EntryState = 'pending' | 'done' | 'failed' | 'not-understood';

/** One entry that this member may read, as it is read back. */
export interface HeldEntry {
  readonly epoch: number;
  readonly seq: number;
  readonly leaf: string;
  readonly record: string;
  readonly timeMs: number;
  readonly sender: string;
  readonly id: string | null;
  readonly code: string;
  readonly commitments: string;
  readonly envelope: string | null;
  readonly erasedBy: string | null;
  readonly decision: string | null;
  readonly salt: string | null;
  readonly salt2: string | null;
  readonly rseq: number | null;
  readonly kind: string | null;
}

/** What is read of an entry `e`. */
export const ENTRY_COLUMNS = `e.epoch, e.seq, e.leaf, e.record, e.time_ms AS "timeMs", e.sender, e.id, e.code,
  CASE WHEN e.record IS NOT NULL THEN coalesce(e.commitments, '') END AS commitments, e.envelope,
  e.erased_by AS "erasedBy", e.decision, e.salt, e.salt2, e.rseq, e.kind`;

/** The state events of an epoch that reached this node, in order: what the key directory is folded from. */
export const heldStateEvents = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
): Promise<HeldEntry[]> =>
  (
    await database.query<HeldEntry>(
      `SELECT ${ENTRY_COLUMNS} FROM ${schema}.entries e
       WHERE epoch = $1 AND (kind = 'genesis' OR kind LIKE 'member.%' OR kind LIKE 'key.%') AND code = 'accepted' ORDER BY seq`,
      [epoch],
    )
  ).rows;

/** An entry on the desk: how its handling went, and the opened body where it was confidential. */
export interface DeskRow extends HeldEntry {
  readonly state: EntryState;
  readonly inner: Record<string, unknown> | null;
}

/** What this member may read, from `from` on, in order. */
export const readableEntries = async (
  database: Database,
  schema: string,
  epoch: number,
  from: number,
  limit: number,
): Promise<DeskRow[]> =>
  (
    await database.query<DeskRow>(
      `SELECT ${ENTRY_COLUMNS}, o.body AS inner,
         coalesce(h.state, CASE WHEN e.seq >= p.handled THEN 'pending' ELSE 'done' END) AS state
       FROM ${schema}.entries e JOIN ${schema}.epochs p USING (epoch)
       LEFT JOIN ${schema}.opened o USING (epoch, seq) LEFT JOIN ${schema}.handling h USING (epoch, seq)
       WHERE e.epoch = $1 AND e.seq >= $2 AND e.record IS NOT NULL ORDER BY e.seq LIMIT $3`,
      [epoch, from, limit],
    )
  ).rows;

/** An entry of the node's own tree: where it is another's, the leaf and nothing else. */
export interface ExportRow extends Omit<HeldEntry, 'record' | 'commitments'> {
  readonly record: string | null;
  readonly commitments: string | null;
}

/** Every entry of a range, for an export. */
export const entriesBetween = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  from: number,
  to: number,
): Promise<ExportRow[]> =>
  (
    await database.query<ExportRow>(
      `SELECT ${ENTRY_COLUMNS} FROM ${schema}.entries e WHERE epoch = $1 AND seq >= $2 AND seq < $3 ORDER BY seq`,
      [epoch, from, to],
    )
  ).rows;

/** The opened body of confidential entries. */
export interface OpenedEntry {
  readonly epoch: number;
  readonly seq: number;
  readonly innerJws: string;
  readonly body: Record<string, unknown>;
}

export const keepOpened = async (
  connection: Connection,
  schema: string,
  { epoch, seq, innerJws, body }: OpenedEntry,
): Promise<void> => {
  await connection.query(
    `INSERT INTO ${schema}.opened (epoch, seq, inner_jws, body)
     SELECT $1, $2, $3, $4 FROM ${schema}.entries WHERE epoch = $1 AND seq = $2 AND erased_by IS NULL
     ON CONFLICT DO NOTHING`,
    [epoch, seq, innerJws, body],
  );
};

/** Who wrote these entries, of those that this member may read or sent itself. */
export const authorsOf = async (
  connection: Connection,
  schema: string,
  epoch: number,
  seqs: readonly number[],
  member: string,
): Promise<{ seq: number; sender: string; kind: string | null }[]> =>
  (
    await connection.query<{ seq: number; sender: string; kind: string | null }>(
      `SELECT seq, sender, kind FROM ${schema}.entries WHERE epoch = $1 AND seq = ANY ($2::bigint[]) AND record IS NOT NULL
       UNION ALL
       SELECT seq, $3, kind FROM ${schema}.outbox WHERE epoch = $1 AND seq = ANY ($2::bigint[])`,
      [epoch, seqs, member],
    )
  ).rows;

/** Takes the bytes of entries out of inbox, outbox and mirror, leaving who erased them. */
export const eraseHeld = async (
  connection: Connection,
  schema: string,
  epoch: number,
  seqs: readonly number[],
  erasedBy: string,
): Promise<void> => {
  const values = [epoch, seqs, erasedBy];
  const where = 'epoch = $1 AND seq = ANY ($2::bigint[])';
  await connection.query(
    `UPDATE ${schema}.entries SET envelope = NULL, erased_by = $3
     WHERE ${where} AND record IS NOT NULL AND envelope IS NOT NULL`,
    values,
  );
  await connection.query(
    `UPDATE ${schema}.outbox SET envelope = NULL, inner_jws = NULL, erased_by = $3 WHERE ${where} AND envelope IS NOT NULL`,
    values,
  );
  await connection.query(
    `UPDATE ${schema}.notice_versions SET number = NULL, words = NULL, reason = NULL, erased_by = $3,
       handling = handling || '{"caveat": null}'
     WHERE ${where} AND erased_by IS NULL`,
    values,
  );
  await connection.query(`DELETE FROM ${schema}.opened WHERE ${where}`, values.slice(0, 2));
  await connection.query(`DELETE FROM ${schema}.handling WHERE ${where}`, values.slice(0, 2));
};
