import type { Claims, ItemCode, SenderOpening } from '@eads/protocol';
import type { Connection, Database } from '../database/pool.ts';

/**
 * queued: to be sent. sent: on its way on the present session. receipted: durable at the hub, on its word. witnessed: a quorum
 * covers it. returned: refused for good. held: a person must act.
 */
export type OutboxState = 'queued' | 'sent' | 'receipted' | 'witnessed' | 'returned' | 'held';

export interface NewOutboxRow {
  readonly id: string;
  readonly epoch: number;
  readonly kind: string;
  readonly to: Claims['to'];
  readonly envelope: string;
  /** base64 SHA-256 of the envelope. */
  readonly envelopeHash: string;
  /** Of a confidential message: what only the sender and the recipients can read. */
  readonly innerJws: string | null;
  /** The notice that it is about, `<from>/<id>`. */
  readonly ref: string | null;
  /** Names what caused it: a second row of the same cause is not made. */
  readonly cause: string | null;
  /** ms */
  readonly createdAt: number;
}

export interface OutboxRow extends Omit<NewOutboxRow, 'envelope'> {
  readonly n: number;
  readonly envelope: string | null;
  readonly state: OutboxState;
  readonly code: string | null;
  readonly says: string | null;
  readonly record: string | null;
  readonly leaf: string | null;
  readonly openings: SenderOpening[] | null;
  readonly seq: number | null;
  readonly erasedBy: string | null;
}

const COLUMNS = `n, id, epoch, kind, recipients AS "to", envelope, envelope_hash AS "envelopeHash", inner_jws AS "innerJws", ref,
  cause, (extract(epoch FROM created_at) * 1000)::bigint AS "createdAt", state, code, says, record, leaf, openings, seq,
  erased_by AS "erasedBy"`;

/** Puts an envelope into the outbox. Returns false where one of the same cause was there before. */
export const queueEnvelope = async (connection: Connection, schema: string, row: NewOutboxRow): Promise<boolean> =>
  (
    await connection.query({
      name: `queue ${schema}`,
      text: `INSERT INTO ${schema}.outbox (id, epoch, kind, recipients, envelope, envelope_hash, inner_jws, ref, cause, created_at, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000), 'queued')
             ON CONFLICT (cause) DO NOTHING`,
      values: [
        row.id,
        row.epoch,
        row.kind,
        JSON.stringify(row.to),
        row.envelope,
        row.envelopeHash,
        row.innerJws,
        row.ref,
        row.cause,
        row.createdAt,
      ],
    })
  ).rowCount === 1;

/** Puts envelopes that no cause binds into the outbox, in this order. */
export const queueEnvelopes = async (
  connection: Connection,
  schema: string,
  rows: readonly Omit<NewOutboxRow, 'cause'>[],
): Promise<void> => {
  if (rows.length === 0) return;
  await connection.query({
    name: `queue several ${schema}`,
    text: `INSERT INTO ${schema}.outbox (id, epoch, kind, recipients, envelope, envelope_hash, inner_jws, ref, created_at, state)
           SELECT id, epoch, kind, recipients, envelope, envelope_hash, inner_jws, ref, to_timestamp(created_at / 1000), 'queued'
           FROM unnest($1::text[], $2::int[], $3::text[], $4::jsonb[], $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[])
             WITH ORDINALITY AS t (id, epoch, kind, recipients, envelope, envelope_hash, inner_jws, ref, created_at, place)
           ORDER BY place`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.epoch),
      rows.map((row) => row.kind),
      rows.map((row) => JSON.stringify(row.to)),
      rows.map((row) => row.envelope),
      rows.map((row) => row.envelopeHash),
      rows.map((row) => row.innerJws),
      rows.map((row) => row.ref),
      rows.map((row) => row.createdAt),
    ],
  });
};

export const causeExists = async (connection: Connection, schema: string, cause: string): Promise<boolean> =>
  (await connection.query(`SELECT 1 FROM ${schema}.outbox WHERE cause = $1`, [cause])).rowCount === 1;

const CHANGES_STATE = "(kind LIKE 'key.%' OR kind LIKE 'member.%')";

/**
 * Takes what may be sent now, oldest first, at most `count` and `bytes` (of envelopes); it counts as sent
 * on this session. Nothing overtakes a row that waits for its time, or an earlier row about the same notice. A state event of our own
 * goes alone: it waits for what was queued before, and what was queued after waits for its receipt, as it may be signed with the
 * keys that it brings.
 */
export const takeQueued = async (
  database: Database,
  schema: string,
  epoch: number,
  count: number,
  bytes: number,
): Promise<string[]> =>
  (
    await database.query<{ n: number; envelope: string }>({
      name: `take queued ${schema}`,
      text: `WITH open AS (
               SELECT min(n) FILTER (WHERE ${CHANGES_STATE}) AS barrier,
                 min(n) FILTER (WHERE retry_at > now()) AS waiting, min(n) AS first
               FROM ${schema}.outbox WHERE state IN ('queued', 'sent') AND epoch = $1),
             ready AS (
               SELECT n, sum(octet_length(envelope)) OVER (ORDER BY n) AS total FROM (
                 SELECT n, envelope FROM ${schema}.outbox o, open
                 WHERE state = 'queued' AND epoch = $1 AND envelope IS NOT NULL
                   AND (waiting IS NULL OR n < waiting)
                   AND (barrier IS NULL OR n < barrier OR (n = barrier AND first = barrier))
                   AND (ref IS NULL OR NOT EXISTS (
                     SELECT 1 FROM ${schema}.outbox b WHERE b.ref = o.ref AND b.n < o.n AND b.state IN ('queued', 'sent')))
                 ORDER BY n LIMIT $2) AS candidates),
             taken AS (
               UPDATE ${schema}.outbox SET state = 'sent' WHERE n IN (SELECT n FROM ready WHERE total <= $3)
               RETURNING n, envelope)
             SELECT n, envelope FROM taken ORDER BY n`,
      values: [epoch, count, bytes],
    })
  ).rows.map((row) => row.envelope);

/**
 * A new session: whatever has no receipt goes again, in order. What was queued for an epoch that has ended meanwhile is held, with
 * these words.
 */
export const requeueSent = async (database: Database, schema: string, epoch: number, says: string): Promise<void> => {
  await database.query(
    `UPDATE ${schema}.outbox
     SET state = CASE WHEN epoch = $1 THEN 'queued' ELSE 'held' END, retry_at = NULL,
       code = CASE WHEN epoch = $1 THEN code ELSE 'other-origin' END, says = CASE WHEN epoch = $1 THEN says ELSE $2 END
     WHERE state = 'sent' OR (state = 'queued' AND epoch <> $1)`,
    [epoch, says],
  );
};

/** Not accepted for now: again after `afterMs`. `key` is an id, or the hash of the envelope. */
export const retryLater = async (
  database: Database,
  schema: string,
  items: readonly (readonly [key: string, code: ItemCode])[],
  afterMs: number,
): Promise<void> => {
  await database.query(
    `UPDATE ${schema}.outbox o SET state = 'queued', code = t.code, retry_at = now() + $3::float8 * interval '1 millisecond'
     FROM unnest($1::text[], $2::text[]) AS t (key, code)
     WHERE (o.id = t.key OR o.envelope_hash = t.key) AND o.state IN ('sent', 'queued')`,
    [items.map(([key]) => key), items.map(([, code]) => code), afterMs],
  );
};

/** ms until the next row that waits for its time; null when none does. */
export const nextRetryMs = async (database: Database, schema: string): Promise<number | null> =>
  (
    await database.query<{ ms: number | null }>(
      `SELECT (extract(epoch FROM min(retry_at) - now()) * 1000)::bigint AS ms FROM ${schema}.outbox
       WHERE state = 'queued' AND retry_at > now()`,
    )
  ).rows[0]?.ms ?? null;

/** Rows that receipts speak of, locked: by id, or by envelope hash where the hub could read no id. */
export const lockOutbox = async (
  connection: Connection,
  schema: string,
  keys: readonly string[],
): Promise<OutboxRow[]> =>
  (
    await connection.query<OutboxRow>(
      `SELECT ${COLUMNS} FROM ${schema}.outbox WHERE id = ANY ($1) OR envelope_hash = ANY ($1) ORDER BY n FOR UPDATE`,
      [keys],
    )
  ).rows;

export interface ReceiptOfRow {
  readonly id: string;
  readonly state: 'receipted' | 'witnessed' | 'returned' | 'held';
  readonly code: string;
  readonly says: string | null;
  readonly record: string;
  readonly leaf: string;
  readonly openings: readonly SenderOpening[];
  readonly seq: number;
}

/** Writes down what the hub signed of our envelopes. */
export const keepReceipts = async (
  connection: Connection,
  schema: string,
  receipts: readonly ReceiptOfRow[],
): Promise<void> => {
  if (receipts.length === 0) return;
  await connection.query({
    name: `receipts ${schema}`,
    text: `UPDATE ${schema}.outbox o
           SET state = t.state, code = t.code, says = t.says, record = t.record, leaf = t.leaf, openings = t.openings, seq = t.seq,
             receipted_at = coalesce(o.receipted_at, now()), retry_at = NULL
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::bigint[])
             AS t (id, state, code, says, record, leaf, openings, seq)
           WHERE o.id = t.id`,
    values: [
      receipts.map((r) => r.id),
      receipts.map((r) => r.state),
      receipts.map((r) => r.code),
      receipts.map((r) => r.says),
      receipts.map((r) => r.record),
      receipts.map((r) => r.leaf),
      receipts.map((r) => JSON.stringify(r.openings)),
      receipts.map((r) => r.seq),
    ],
  });
};

/** A quorum covers everything below `size`. Returns what became witnessed by it. */
export const markWitnessed = async (
  connection: Connection,
  schema: string,
  epoch: number,
  size: number,
): Promise<string[]> =>
  (
    await connection.query<{ id: string }>(
      `UPDATE ${schema}.outbox SET state = 'witnessed' WHERE state = 'receipted' AND epoch = $1 AND seq < $2 RETURNING id`,
      [epoch, size],
    )
  ).rows.map((row) => row.id);

/** Receipts of our own whose entries stand in [from, to). */
export const receiptedBetween = async (
  connection: Database | Connection,
  schema: string,
  epoch: number,
  from: number,
  to: number,
): Promise<OutboxRow[]> =>
  (
    await connection.query<OutboxRow>({
      name: `own between ${schema}`,
      text: `SELECT ${COLUMNS} FROM ${schema}.outbox WHERE epoch = $1 AND seq >= $2 AND seq < $3 ORDER BY seq`,
      values: [epoch, from, to],
    })
  ).rows;

/** Our own state events that no receipt has told the place of. */
export const unreceiptedStateEvents = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
): Promise<OutboxRow[]> =>
  (
    await database.query<OutboxRow>(
      `SELECT ${COLUMNS} FROM ${schema}.outbox
       WHERE epoch = $1 AND state IN ('queued', 'sent') AND (kind LIKE 'key.%' OR kind LIKE 'member.%') ORDER BY n`,
      [epoch],
    )
  ).rows;

/** Sets rows aside for a person, with the reason. */
export const holdRows = async (
  connection: Connection,
  schema: string,
  ids: readonly string[],
  code: string,
  says: string,
): Promise<void> => {
  await connection.query(
    `UPDATE ${schema}.outbox SET state = 'held', code = $2, says = $3, retry_at = NULL WHERE id = ANY ($1)`,
    [ids, code, says],
  );
};

/** Rows of an epoch that ended without a witnessed receipt. */
export const unwitnessedRows = async (connection: Connection, schema: string, epoch: number): Promise<OutboxRow[]> =>
  (
    await connection.query<OutboxRow>(
      `SELECT ${COLUMNS} FROM ${schema}.outbox WHERE epoch = $1 AND state IN ('queued', 'sent', 'receipted') ORDER BY n FOR UPDATE`,
      [epoch],
    )
  ).rows;

/** A held row goes into the queue again, same bytes. */
export const requeueHeld = async (connection: Connection, schema: string, id: string): Promise<void> => {
  await connection.query(
    `UPDATE ${schema}.outbox SET state = 'queued', code = NULL, says = NULL, retry_at = NULL WHERE id = $1 AND state = 'held'`,
    [id],
  );
};

/** A held row is over: another was made in its place. */
export const replaceHeld = async (connection: Connection, schema: string, id: string, says: string): Promise<void> => {
  await connection.query(`UPDATE ${schema}.outbox SET state = 'returned', says = $2 WHERE id = $1 AND state = 'held'`, [
    id,
    says,
  ]);
};

export const findOutbox = async (
  database: Database | Connection,
  schema: string,
  id: string,
): Promise<OutboxRow | null> =>
  (await database.query<OutboxRow>(`SELECT ${COLUMNS} FROM ${schema}.outbox WHERE id = $1`, [id])).rows[0] ?? null;

/** Newest first; `before` is an `n`. */
export const listOutbox = async (
  database: Database,
  schema: string,
  limit: number,
  before: number | null,
): Promise<OutboxRow[]> =>
  (
    await database.query<OutboxRow>(
      `SELECT ${COLUMNS} FROM ${schema}.outbox WHERE $2::bigint IS NULL OR n < $2 ORDER BY n DESC LIMIT $1`,
      [limit, before],
    )
  ).rows;

/** Everything sent about one notice, in order. */
export const outboxAbout = async (database: Database | Connection, schema: string, ref: string): Promise<OutboxRow[]> =>
  (await database.query<OutboxRow>(`SELECT ${COLUMNS} FROM ${schema}.outbox WHERE ref = $1 ORDER BY n`, [ref])).rows;

/** Rows by state, and since when the oldest receipted one waits for a quorum (ms; null when none does). */
export const outboxCounts = async (
  database: Database,
  schema: string,
): Promise<{ counts: Record<string, number>; unwitnessedSince: number | null }> => {
  const { rows } = await database.query<{ state: string; n: number; since: number | null }>(
    `SELECT state, count(*) AS n, (extract(epoch FROM min(receipted_at)) * 1000)::bigint AS since
     FROM ${schema}.outbox GROUP BY state`,
  );
  return {
    counts: Object.fromEntries(rows.map((row) => [row.state, row.n])),
    unwitnessedSince: rows.find((row) => row.state === 'receipted')?.since ?? null,
  };
};

/** Ids of what was queued after row `n` and has not been sent. */
export const queuedAfter = async (
  connection: Connection,
  schema: string,
  epoch: number,
  n: number,
): Promise<string[]> =>
  (
    await connection.query<{ id: string }>(
      `SELECT id FROM ${schema}.outbox WHERE epoch = $1 AND n > $2 AND state = 'queued'`,
      [epoch, n],
    )
  ).rows.map((row) => row.id);
