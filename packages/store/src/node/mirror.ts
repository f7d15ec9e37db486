import type { Handling } from '@eads/protocol';
import type { Connection, Database } from '../database/pool.ts';

/** One version of a notice, as this node holds it. A cancellation is the last version, without a notice. */
export interface NoticeVersion {
  /** `<from>/<id>` of the publishing envelope. */
  readonly ref: string;
  readonly version: number;
  readonly epoch: number;
  readonly seq: number;
  /** Ledger time, ms. */
  readonly timeMs: number;
  readonly owner: string;
  /** Of the envelope that brought this version. */
  readonly envelopeId: string;
  /** The key that signed it: whether it is suspect may come out later. */
  readonly kid: string;
  readonly cancels: boolean;
  readonly type: string | null;
  readonly number: string | null;
  readonly reason: string | null;
  readonly handling: Handling;
  readonly erasedBy: string | null;
}

/** A version with the envelope that brought it: the notice stands there, and only there. */
export interface NoticeVersionRow extends NoticeVersion {
  readonly envelope: string | null;
}

const COLUMNS = `v.ref, v.version, v.epoch, v.seq, v.time_ms AS "timeMs", v.owner, v.envelope_id AS "envelopeId", v.kid, v.cancels,
  v.type, v.number, v.reason, v.handling, v.erased_by AS "erasedBy", coalesce(e.envelope, o.envelope) AS envelope`;

/** What came in stands in the inbox, what went out in the outbox. */
const withEnvelope = (schema: string): string =>
  `${schema}.notice_versions v LEFT JOIN ${schema}.entries e USING (epoch, seq) LEFT JOIN ${schema}.outbox o USING (epoch, seq)`;

/**
 * Keeps versions. The order does not matter and twice is once; should two entries claim one version, the earlier in the ledger
 * stands.
 */
export const keepVersions = async (
  connection: Connection,
  schema: string,
  versions: readonly (Omit<NoticeVersion, 'erasedBy'> & { readonly words: string | null })[],
): Promise<void> => {
  if (versions.length === 0) return;
  const once = new Map<string, (typeof versions)[number]>();
  for (const version of versions) {
    const key = `${version.ref} ${version.version}`;
    if (!once.has(key)) once.set(key, version);
  }
  const rows = [...once.values()].map((version) => ({
    ...version,
    time_ms: version.timeMs,
    envelope_id: version.envelopeId,
  }));
  await connection.query({
    name: `versions ${schema}`,
    text: `INSERT INTO ${schema}.notice_versions AS v
             (ref, version, epoch, seq, time_ms, owner, envelope_id, kid, cancels, type, number, words, reason, handling)
           SELECT ref, version, epoch, seq, time_ms, owner, envelope_id, kid, cancels, type, number, words, reason, handling
           FROM jsonb_to_recordset($1) AS t (ref text, version int, epoch int, seq bigint, time_ms bigint, owner text,
             envelope_id text, kid text, cancels boolean, type text, number text, words text, reason text, handling jsonb)
           ON CONFLICT (ref, version) DO UPDATE
             SET epoch = excluded.epoch, seq = excluded.seq, time_ms = excluded.time_ms, owner = excluded.owner,
               envelope_id = excluded.envelope_id, kid = excluded.kid, cancels = excluded.cancels, type = excluded.type, number = excluded.number,
               words = excluded.words, reason = excluded.reason, handling = excluded.handling
             WHERE (excluded.epoch, excluded.seq) < (v.epoch, v.seq)`,
    values: [JSON.stringify(rows)],
  });
};

/** Whether a version of this notice reached this node: it stands in the mirror, or its handling failed. */
export const holdsNotice = async (connection: Connection, schema: string, ref: string): Promise<boolean> => {
  const [sender, id] = ref.split('/');
  const { rowCount } = await connection.query(
    `SELECT 1 FROM ${schema}.notice_versions WHERE ref = $3 AND NOT cancels
     UNION ALL
     SELECT 1 FROM ${schema}.handling h JOIN ${schema}.entries e USING (epoch, seq)
     WHERE e.sender = $1 AND e.id = $2 AND e.decision = 'deliver'
     LIMIT 1`,
    [sender, id, ref],
  );
  return rowCount === 1;
};

/** Every version of one notice, first to last. */
export const noticeVersions = async (
  database: Database | Connection,
  schema: string,
  ref: string,
): Promise<NoticeVersionRow[]> =>
  (
    await database.query<NoticeVersionRow>(
      `SELECT ${COLUMNS} FROM ${withEnvelope(schema)} WHERE v.ref = $1 ORDER BY v.version`,
      [ref],
    )
  ).rows;

export interface NoticeQuery {
  readonly type: string | null;
  /** Part of a name or number, lower case. */
  readonly q: string | null;
  readonly owner: string | null;
  readonly limit: number;
  readonly offset: number;
}

const likeText = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** The newest version of each notice that fits, newest in the ledger first. */
export const searchNotices = async (
  database: Database,
  schema: string,
  { type, q, owner, limit, offset }: NoticeQuery,
): Promise<NoticeVersionRow[]> =>
  (
    await database.query<NoticeVersionRow>(
      `SELECT ${COLUMNS} FROM ${withEnvelope(schema)}
       WHERE ($1::text IS NULL OR v.type = $1) AND ($2::text IS NULL OR v.words LIKE $2) AND ($3::text IS NULL OR v.owner = $3)
         AND NOT EXISTS (SELECT 1 FROM ${schema}.notice_versions w WHERE w.ref = v.ref AND w.version > v.version)
       ORDER BY epoch DESC, seq DESC LIMIT $4 OFFSET $5`,
      [type, q === null ? null : likeText(q), owner, limit, offset],
    )
  ).rows;

/** One holder's word that a withdrawn notice is out of use. */
export interface RecallAck {
  readonly ref: string;
  readonly member: string;
  readonly held: boolean;
  readonly epoch: number;
  readonly seq: number;
  /** Ledger time, ms. */
  readonly timeMs: number;
}

/** Keeps a holder's first word. */
export const keepRecallAck = async (connection: Connection, schema: string, ack: RecallAck): Promise<void> => {
  await connection.query(
    `INSERT INTO ${schema}.recall_acks AS a (ref, member, held, epoch, seq, time_ms) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (ref, member) DO UPDATE SET held = excluded.held, epoch = excluded.epoch, seq = excluded.seq, time_ms = excluded.time_ms
       WHERE (excluded.epoch, excluded.seq) < (a.epoch, a.seq)`,
    [ack.ref, ack.member, ack.held, ack.epoch, ack.seq, ack.timeMs],
  );
};

export const recallAcks = async (database: Database, schema: string, ref: string): Promise<RecallAck[]> =>
  (
    await database.query<RecallAck>(
      `SELECT ref, member, held, epoch, seq, time_ms AS "timeMs" FROM ${schema}.recall_acks WHERE ref = $1
       ORDER BY member COLLATE "C"`,
      [ref],
    )
  ).rows;

/** A recipient's node did not let a confidential message in. */
export interface ReturnedRow {
  /** `<from>/<id>` of the message. */
  readonly ref: string;
  readonly member: string;
  readonly rule: string;
  readonly why: string;
  readonly epoch: number;
  readonly seq: number;
}

export const keepReturned = async (connection: Connection, schema: string, row: ReturnedRow): Promise<void> => {
  await connection.query(
    `INSERT INTO ${schema}.returns (ref, member, rule, why, epoch, seq) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [row.ref, row.member, row.rule, row.why, row.epoch, row.seq],
  );
};

export const returnsOf = async (database: Database, schema: string, ref: string): Promise<ReturnedRow[]> =>
  (
    await database.query<ReturnedRow>(
      `SELECT ref, member, rule, why, epoch, seq FROM ${schema}.returns WHERE ref = $1 ORDER BY member COLLATE "C"`,
      [ref],
    )
  ).rows;
