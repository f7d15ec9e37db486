import type { Database } from '../database/pool.ts';

/** Takes over a member's place: the newest session wins, by its generation. */
export const claimSession = async (
  database: Database,
  schema: string,
  member: string,
  replica: string,
): Promise<number> => {
  const { rows } = await database.query<{ generation: number }>(
    `INSERT INTO ${schema}.sessions (member, generation, replica, online) VALUES ($1, 1, $2, true)
     ON CONFLICT (member) DO UPDATE
       SET generation = sessions.generation + 1, replica = excluded.replica, online = true, seen_at = now()
     RETURNING generation`,
    [member, replica],
  );
  return rows[0]?.generation as number;
};

/** Says that this replica still holds these sessions, and returns the generations that stand. */
export const keepSessions = async (
  database: Database,
  schema: string,
  held: readonly { member: string; generation: number; acked: number }[],
): Promise<Map<string, number>> => {
  const { rows } = await database.query<{ member: string; generation: number }>(
    `WITH held AS (SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS t (member, generation, acked)),
     kept AS (
       UPDATE ${schema}.sessions s SET seen_at = now(), online = true, acked = held.acked
       FROM held WHERE s.member = held.member AND s.generation = held.generation
     )
     SELECT member, generation FROM ${schema}.sessions WHERE member = ANY ($1)`,
    [held.map((h) => h.member), held.map((h) => h.generation), held.map((h) => h.acked)],
  );
  return new Map(rows.map((row) => [row.member, row.generation]));
};

export const endSession = async (
  database: Database,
  schema: string,
  member: string,
  generation: number,
): Promise<void> => {
  await database.query(`UPDATE ${schema}.sessions SET online = false WHERE member = $1 AND generation = $2`, [
    member,
    generation,
  ]);
};

export interface SessionRow {
  readonly member: string;
  readonly replica: string;
  readonly acked: number;
}

/** Members with a session on a replica that was heard of within the last three seconds. */
export const onlineSessions = async (database: Database, schema: string): Promise<SessionRow[]> =>
  (
    await database.query<SessionRow>(
      `SELECT member, replica, acked FROM ${schema}.sessions
       WHERE online AND seen_at > now() - interval '3 seconds' ORDER BY member COLLATE "C"`,
    )
  ).rows;
