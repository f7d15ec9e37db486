import type { Connection, Database } from '../database/pool.ts';

/** What the ledger holds of one entry. Everything in it is one line of text. */
export interface EntryColumns {
  readonly seq: number;
  readonly timeMs: number;
  readonly sender: string;
  readonly id: string | null;
  readonly code: string;
  readonly kind: string | null;
  /** base64 */
  readonly envelopeHash: string;
  /** base64 */
  readonly recipientsHash: string;
  /** base64 */
  readonly leaf: string;
  /** base64 of the concatenated commitments. */
  readonly commitments: string;
  /** JSON of the full openings. */
  readonly openings: string;
  /** The compact JWS; null where the bytes of a refusal are not kept, or were erased. */
  readonly envelope: string | null;
}

/** One entry as it is read back. */
export interface StoredEntry extends EntryColumns {
  /** `<from>/<id>` of the erasure that took its bytes. */
  readonly erasedBy: string | null;
}

const META = `seq, time_ms AS "timeMs", sender, id, code, kind, envelope_hash AS "envelopeHash",
  recipients_hash AS "recipientsHash", leaf, commitments, openings, erased_by AS "erasedBy"`;
const COLUMNS = `${META}, envelope`;

/**
 * Entries from `from` on, in order, at most `limit`; and of their envelopes at most `maxBytes`, but always one entry. The
 * length of a stored text is known without reading it.
 */
export const readEntries = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  from: number,
  limit: number,
  maxBytes: number,
): Promise<StoredEntry[]> =>
  (
    await database.query<StoredEntry>({
      name: `entries ${schema}`,
      text: `SELECT ${COLUMNS} FROM (
               SELECT *, sum(coalesce(octet_length(envelope), 0)) OVER (ORDER BY seq) AS total FROM (
                 SELECT * FROM ${schema}.entries WHERE epoch = $1 AND seq >= $2 ORDER BY seq LIMIT $3) AS page) AS t
             WHERE total <= $4 OR seq = $2 ORDER BY seq`,
      values: [epoch, from, limit, maxBytes],
    })
  ).rows;

/** These entries without their envelopes, which the one who asks holds already. */
export const readRecordsAt = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  seqs: readonly number[],
): Promise<StoredEntry[]> =>
  seqs.length === 0
    ? []
    : (
        await database.query<StoredEntry>(
          `SELECT ${META}, NULL AS envelope FROM ${schema}.entries
           WHERE epoch = $1 AND seq = ANY ($2::bigint[]) ORDER BY seq`,
          [epoch, seqs],
        )
      ).rows;

/** Who wrote these entries, and of which kind they are. */
export const readAuthors = async (
  connection: Connection,
  schema: string,
  epoch: number,
  seqs: readonly number[],
): Promise<{ seq: number; sender: string; kind: string | null }[]> =>
  seqs.length === 0
    ? []
    : (
        await connection.query<{ seq: number; sender: string; kind: string | null }>(
          `SELECT seq, sender, kind FROM ${schema}.entries WHERE epoch = $1 AND seq = ANY ($2::bigint[])`,
          [epoch, seqs],
        )
      ).rows;

/** The state events of an epoch from `from` on: what the key directory is folded from. */
export const readStateEntries = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  from: number,
): Promise<StoredEntry[]> =>
  (
    await database.query<StoredEntry>(
      `SELECT ${COLUMNS} FROM ${schema}.entries
       WHERE epoch = $1 AND seq >= $2 AND code = 'accepted'
         AND (kind IN ('genesis') OR kind LIKE 'member.%' OR kind LIKE 'key.%')
       ORDER BY seq`,
      [epoch, from],
    )
  ).rows;

/** Who took (sender, id), when. */
export interface ClaimedId {
  readonly sender: string;
  readonly id: string;
  readonly envelopeHash: string;
  readonly epoch: number;
  readonly seq: number;
}

export const readClaimed = async (
  connection: Connection,
  schema: string,
  pairs: readonly { sender: string; id: string }[],
): Promise<ClaimedId[]> =>
  pairs.length === 0
    ? []
    : (
        await connection.query<ClaimedId>({
          name: `claimed ${schema}`,
          text: `SELECT c.sender, c.id, c.envelope_hash AS "envelopeHash", c.epoch, c.seq
                 FROM unnest(string_to_array($1, E'\\n'), string_to_array($2, E'\\n')) AS t (sender, id)
                 JOIN ${schema}.claimed c ON c.sender = t.sender AND c.id = t.id`,
          values: [pairs.map((p) => p.sender).join('\n'), pairs.map((p) => p.id).join('\n')],
        })
      ).rows;

export interface NoticeRow {
  readonly ref: string;
  readonly owner: string;
  readonly version: number;
  readonly closed: boolean;
}

export const readNotices = async (
  connection: Connection,
  schema: string,
  refs: readonly string[],
): Promise<NoticeRow[]> =>
  refs.length === 0
    ? []
    : (
        await connection.query<NoticeRow>(
          `SELECT ref, owner, version, closed FROM ${schema}.notices WHERE ref = ANY ($1)`,
          [refs],
        )
      ).rows;
