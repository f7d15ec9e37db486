import type { Connection, Database } from '../database/pool.ts';

/** Something that an honest hub, log or member does not send, kept whole. It makes the node red until a person clears it. */
export interface NewEvidence {
  readonly epoch: number;
  readonly code: string;
  /** For a person: what, where, what to do. */
  readonly says: string;
  readonly seq: number | null;
  /** Both notes, the frame, the record: whatever proves it. */
  readonly details: Readonly<Record<string, unknown>>;
  /** base64 SHA-256 over code and details: the same fault seen again is counted and not kept twice. */
  readonly digest: string;
}

export interface EvidenceRow extends NewEvidence {
  readonly n: number;
  readonly times: number;
  /** ms */
  readonly firstAt: number;
  readonly lastAt: number;
}

const COLUMNS = `n, epoch, code, says, seq, details, digest, times,
  (extract(epoch FROM first_at) * 1000)::bigint AS "firstAt", (extract(epoch FROM last_at) * 1000)::bigint AS "lastAt"`;

export const keepEvidence = async (
  database: Database | Connection,
  schema: string,
  { epoch, code, says, seq, details, digest }: NewEvidence,
): Promise<void> => {
  await database.query(
    `INSERT INTO ${schema}.evidence AS e (epoch, code, says, seq, details, digest) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (epoch, digest) DO UPDATE SET times = e.times + 1, last_at = now()`,
    [epoch, code, says, seq, JSON.stringify(details), digest],
  );
};

/** Newest first. */
export const listEvidence = async (database: Database, schema: string, limit: number): Promise<EvidenceRow[]> =>
  (await database.query<EvidenceRow>(`SELECT ${COLUMNS} FROM ${schema}.evidence ORDER BY n DESC LIMIT $1`, [limit]))
    .rows;

/** Of each code the newest: what makes the node red. */
export const evidenceCodes = async (
  database: Database,
  schema: string,
  epoch: number,
): Promise<{ code: string; says: string }[]> =>
  (
    await database.query<{ code: string; says: string }>(
      `SELECT DISTINCT ON (code) code, says FROM ${schema}.evidence WHERE epoch = $1 ORDER BY code, n DESC`,
      [epoch],
    )
  ).rows;
