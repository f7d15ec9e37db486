import type { Connection, Database } from '../database/pool.ts';

/** One delivered entry, checked, as it goes into the inbox. Nulls where it is not this member's to read. */
export interface InboxEntry {
  readonly seq: number;
  readonly leaf: string;
  readonly record: string | null;
  readonly timeMs: number | null;
  readonly sender: string | null;
  readonly id: string | null;
  readonly code: string | null;
  readonly commitments: string | null;
  readonly envelope: string | null;
  readonly erasedBy: string | null;
  readonly decision: string | null;
  readonly salt: string | null;
  readonly salt2: string | null;
  readonly rseq: number | null;
  readonly kind: string | null;
}

export interface InboxSubtree {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

// One joined string a column is cheaper than an array of thousands of quoted elements. A record holds line feeds, so the
// unit separator divides. '' stands for null.
const DIVIDER = '\u001f';
const column = (entries: readonly InboxEntry[], value: (entry: InboxEntry) => string | number | null): string =>
  entries.map((entry) => value(entry) ?? '').join(DIVIDER);

const FIELDS = [
  ['leaf', 'text'],
  ['record', 'text'],
  ['timeMs', 'bigint'],
  ['sender', 'text'],
  ['id', 'text'],
  ['code', 'text'],
  ['commitments', 'text'],
  ['envelope', 'text'],
  ['erasedBy', 'text'],
  ['decision', 'text'],
  ['salt', 'text'],
  ['salt2', 'text'],
  ['rseq', 'bigint'],
  ['kind', 'text'],
] as const;

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const names = FIELDS.map(([name]) => snake(name));
const values = FIELDS.map(([name, type]) => `nullif(${snake(name)}, '')::${type}`);
const splits = FIELDS.map((_, i) => `string_to_array($${i + 3}, E'\\x1f')`);

/** Stores dense entries, `entries[i].seq` = first + i, and the subtrees that they completed. */
export const storeInbox = async (
  connection: Connection,
  schema: string,
  epoch: number,
  entries: readonly InboxEntry[],
  subtrees: readonly InboxSubtree[],
): Promise<void> => {
  const first = entries[0];
  if (!first) return;
  await connection.query({
    name: `inbox ${schema}`,
    text: `INSERT INTO ${schema}.entries (epoch, seq, ${names.join(', ')})
           SELECT $1, $2 + n - 1, ${values.join(', ')}
           FROM unnest(${splits.join(', ')}) WITH ORDINALITY AS t (${names.join(', ')}, n)`,
    values: [epoch, first.seq, ...FIELDS.map(([name]) => column(entries, (entry) => entry[name]))],
  });
  if (subtrees.length === 0) return;
  await connection.query({
    name: `inbox subtrees ${schema}`,
    text: `INSERT INTO ${schema}.subtrees (epoch, level, index, hash)
           SELECT $1, level::int, index::bigint, decode(hash, 'base64')
           FROM unnest(string_to_array($2, ','), string_to_array($3, ','), string_to_array($4, ',')) AS t (level, index, hash)`,
    values: [
      epoch,
      subtrees.map((s) => s.level).join(','),
      subtrees.map((s) => s.index).join(','),
      subtrees.map((s) => Buffer.from(s.hash).toString('base64')).join(','),
    ],
  });
};

/** This member's own dense number at a tree size at most its own. */
export const rseqAt = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  size: number,
): Promise<number> =>
  (
    await database.query<{ rseq: number }>(
      `SELECT coalesce(max(rseq), 0) AS rseq FROM ${schema}.entries WHERE epoch = $1 AND seq < $2 AND record IS NOT NULL`,
      [epoch, size],
    )
  ).rows[0]?.rseq ?? 0;

/** A checkpoint that is ahead of the node's own tree, to be compared when it gets there. */
export interface AwaitedCheckpoint {
  readonly size: number;
  /** base64 */
  readonly root: string;
  readonly note: string;
}

export const awaitCheckpoint = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  { size, root, note }: AwaitedCheckpoint,
): Promise<void> => {
  await database.query(
    `INSERT INTO ${schema}.awaited (epoch, size, root, note) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [epoch, size, root, note],
  );
};

/** The checkpoints that wait, smallest first. */
export const awaitedCheckpoints = async (
  database: Database,
  schema: string,
  epoch: number,
): Promise<AwaitedCheckpoint[]> =>
  (
    await database.query<AwaitedCheckpoint>(
      `SELECT size, root, note FROM ${schema}.awaited WHERE epoch = $1 ORDER BY size`,
      [epoch],
    )
  ).rows;

/** Checkpoints up to this size were compared. */
export const dropAwaited = async (
  connection: Connection,
  schema: string,
  epoch: number,
  size: number,
): Promise<void> => {
  await connection.query(`DELETE FROM ${schema}.awaited WHERE epoch = $1 AND size <= $2`, [epoch, size]);
};

/** An entry came without its bytes: `erasedBy` is to be found, naming it, before the log is read through `knownSize`. */
export interface ErasureClaim {
  readonly seq: number;
  readonly erasedBy: string;
  readonly knownSize: number;
}

export const keepErasureClaims = async (
  connection: Connection,
  schema: string,
  epoch: number,
  claims: readonly ErasureClaim[],
): Promise<void> => {
  for (const { seq, erasedBy, knownSize } of claims) {
    await connection.query(
      `INSERT INTO ${schema}.erasure_claims (epoch, seq, erased_by, known_size) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [epoch, seq, erasedBy, knownSize],
    );
  }
};

/** Claims that this erase event answers: removed, and returned. */
export const answerErasureClaims = async (
  connection: Connection,
  schema: string,
  epoch: number,
  erasedBy: string,
  seqs: readonly number[],
): Promise<void> => {
  await connection.query(
    `DELETE FROM ${schema}.erasure_claims WHERE epoch = $1 AND erased_by = $2 AND seq = ANY ($3::bigint[])`,
    [epoch, erasedBy, seqs],
  );
};

/** Claims whose erase event should have come by now, with nothing left to handle before `next`. */
export const overdueErasureClaims = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  next: number,
): Promise<ErasureClaim[]> =>
  (
    await database.query<ErasureClaim>(
      `SELECT seq, erased_by AS "erasedBy", known_size AS "knownSize" FROM ${schema}.erasure_claims c
       WHERE epoch = $1 AND known_size <= $2
         AND NOT EXISTS (
           SELECT 1 FROM ${schema}.entries e JOIN ${schema}.epochs p USING (epoch)
           LEFT JOIN ${schema}.handling h ON h.epoch = e.epoch AND h.seq = e.seq AND h.state = 'failed'
           WHERE e.epoch = $1 AND e.kind = 'erase' AND (e.seq >= p.handled OR h.seq IS NOT NULL))
       ORDER BY seq`,
      [epoch, next],
    )
  ).rows;

/** Ledger time of the last readable entry, ms; 0 where there is none. */
export const lastLedgerTime = async (database: Database | Connection, schema: string, epoch: number): Promise<number> =>
  (
    await database.query<{ ms: number }>(
      `SELECT time_ms AS ms FROM ${schema}.entries WHERE epoch = $1 AND record IS NOT NULL ORDER BY seq DESC LIMIT 1`,
      [epoch],
    )
  ).rows[0]?.ms ?? 0;

/** An overdue claim has become evidence: it is not looked for any more. */
export const dropErasureClaim = async (
  database: Database,
  schema: string,
  epoch: number,
  seq: number,
): Promise<void> => {
  await database.query(`DELETE FROM ${schema}.erasure_claims WHERE epoch = $1 AND seq = $2`, [epoch, seq]);
};

/** Leaf hashes (base64) of entries, by seq. */
export const leavesAt = async (
  database: Database | Connection,
  schema: string,
  epoch: number,
  seqs: readonly number[],
): Promise<Map<number, string>> =>
  new Map(
    (
      await database.query<{ seq: number; leaf: string }>({
        name: `leaves ${schema}`,
        text: `SELECT seq, leaf FROM ${schema}.entries WHERE epoch = $1 AND seq = ANY ($2::bigint[])`,
        values: [epoch, seqs],
      })
    ).rows.map(({ seq, leaf }) => [seq, leaf]),
  );
