import type { HashReader } from '@eads/ledger';
import type { Connection, Database } from './pool.ts';

/** Reads the complete-subtree hashes of a log, the hub's or a node's own: level 0 from the entries, higher tile levels from their table. */
export const hashReader = (database: Database | Connection, schema: string, epoch: number): HashReader => ({
  read: async (level, from, to) => {
    if (level === 0) {
      const { rows } = await database.query<{ leaf: string }>(
        `SELECT leaf FROM ${schema}.entries WHERE epoch = $1 AND seq >= $2 AND seq < $3 ORDER BY seq`,
        [epoch, from, to],
      );
      return rows.map((row) => Buffer.from(row.leaf, 'base64'));
    }
    const { rows } = await database.query<{ hash: Buffer }>(
      `SELECT hash FROM ${schema}.subtrees WHERE epoch = $1 AND level = $2 AND index >= $3 AND index < $4 ORDER BY index`,
      [epoch, level, from, to],
    );
    return rows.map((row) => row.hash);
  },
});
