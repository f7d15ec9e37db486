import { PostgresServerError } from './errors.ts';

/** A pool or a client of `pg`. */
export interface Queryable {
  query<Row>(text: string): Promise<{ rows: Row[] }>;
}

/**
 * Refuses a server that may forget what it confirmed (protocol.md section 5): fsync, full_page_writes or synchronous_commit off,
 * as they stand for this very login and database. Throws `not-durable`.
 */
export async function requireDurable(server: Queryable): Promise<void> {
  const { rows } = await server.query<{ name: string }>(
    `SELECT name FROM pg_settings
     WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name`,
  );
  if (rows.length === 0) return;
  throw new PostgresServerError(
    'not-durable',
    `The PostgreSQL server runs with ${rows.map((row) => `${row.name}=off`).join(', ')} and could lose receipted messages; turn it on in its configuration (and check ALTER ROLE and ALTER DATABASE settings).`,
  );
}
