import type { Connection } from '../database/pool.ts';
import type { EntryColumns, NoticeRow } from './entries.ts';

/** One entry as the sequencer writes it. */
export interface NewEntry extends EntryColumns {
  /** Whether (sender, id) is taken from now on. */
  readonly claims: boolean;
}

export interface NewSubtree {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

export interface NewHead {
  readonly size: number;
  readonly timeMs: number;
  readonly frontier: Uint8Array;
  readonly checkpoint: string;
  readonly rseqs: Readonly<Record<string, number>>;
  readonly stateVersion: number;
}

/** A column of a batch as one string: cheaper to send than an array of a thousand quoted elements. '' stands for null. */
const column = (entries: readonly NewEntry[], value: (entry: NewEntry) => string | number | null): string =>
  entries.map((entry) => value(entry) ?? '').join('\n');

const split = (parameter: number): string => `string_to_array($${parameter}, E'\\n')`;

/** Writes a batch under the lock: entries, claimed ids, subtrees, notices, then the head row. */
export const appendBatch = async (
  connection: Connection,
  schema: string,
  epoch: number,
  batch: {
    readonly entries: readonly NewEntry[];
    readonly notices: readonly NoticeRow[];
    readonly subtrees: readonly NewSubtree[];
    readonly head: NewHead;
  },
): Promise<void> => {
  const { entries, notices, subtrees, head } = batch;
  const first = entries[0];
  if (!first) return;
  await connection.query({
    name: `append ${schema}`,
    text: `INSERT INTO ${schema}.entries (epoch, seq, time_ms, sender, id, code, kind, envelope_hash, recipients_hash, leaf,
               commitments, openings, envelope)
             SELECT $1, $2 + n - 1, time_ms::bigint, sender, nullif(id, ''), code, nullif(kind, ''), envelope_hash, recipients_hash, leaf,
               coalesce(commitments, ''), openings, nullif(envelope, '')
             FROM unnest(${[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(split).join(', ')})
               WITH ORDINALITY AS t (time_ms, sender, id, code, kind, envelope_hash, recipients_hash, leaf, commitments, openings,
                 envelope, n)`,
    values: [
      epoch,
      first.seq,
      column(entries, (e) => e.timeMs),
      column(entries, (e) => e.sender),
      column(entries, (e) => e.id),
      column(entries, (e) => e.code),
      column(entries, (e) => e.kind),
      column(entries, (e) => e.envelopeHash),
      column(entries, (e) => e.recipientsHash),
      column(entries, (e) => e.leaf),
      column(entries, (e) => e.commitments),
      column(entries, (e) => e.openings),
      column(entries, (e) => e.envelope),
    ],
  });
  const claimed = entries.filter((entry) => entry.claims);
  if (claimed.length > 0) {
    await connection.query({
      name: `claim ${schema}`,
      text: `INSERT INTO ${schema}.claimed (sender, id, envelope_hash, epoch, seq)
               SELECT sender, id, envelope_hash, $1, seq::bigint
               FROM unnest(${[2, 3, 4, 5].map(split).join(', ')}) AS t (sender, id, envelope_hash, seq)`,
      values: [
        epoch,
        column(claimed, (e) => e.sender),
        column(claimed, (e) => e.id),
        column(claimed, (e) => e.envelopeHash),
        column(claimed, (e) => e.seq),
      ],
    });
  }
  if (notices.length > 0) {
    await connection.query({
      name: `notices ${schema}`,
      text: `INSERT INTO ${schema}.notices (ref, owner, version, closed)
               SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::boolean[])
               ON CONFLICT (ref) DO UPDATE SET version = excluded.version, closed = excluded.closed`,
      values: [
        notices.map((n) => n.ref),
        notices.map((n) => n.owner),
        notices.map((n) => n.version),
        notices.map((n) => n.closed),
      ],
    });
  }
  if (subtrees.length > 0) {
    await connection.query(
      `INSERT INTO ${schema}.subtrees (epoch, level, index, hash)
         SELECT $1, * FROM unnest($2::int[], $3::bigint[], $4::bytea[])`,
      [epoch, subtrees.map((s) => s.level), subtrees.map((s) => s.index), subtrees.map((s) => Buffer.from(s.hash))],
    );
  }
  await connection.query({
    name: `head ${schema}`,
    text: `UPDATE ${schema}.head SET size = $1, time_ms = $2, frontier = $3, checkpoint = $4, rseqs = $5, state_version = $6`,
    values: [head.size, head.timeMs, Buffer.from(head.frontier), head.checkpoint, head.rseqs, head.stateVersion],
  });
};

/** Removes the bytes of erased entries, leaving who erased them. */
export const eraseEntries = async (
  connection: Connection,
  schema: string,
  epoch: number,
  seqs: readonly number[],
  erasedBy: string,
): Promise<void> => {
  await connection.query(
    `UPDATE ${schema}.entries SET envelope = NULL, erased_by = $3 WHERE epoch = $1 AND seq = ANY ($2::bigint[]) AND erased_by IS NULL`,
    [epoch, seqs, erasedBy],
  );
};
