import pg from 'pg';
import { PostgresServerError } from './errors.ts';

const namePattern = /^[a-z][a-z0-9_-]{0,62}$/;

export function checkName(what: 'database' | 'role', name: string): void {
  if (namePattern.test(name)) return;
  throw new PostgresServerError(
    'bad-name',
    `${JSON.stringify(name)} is no ${what} name; use 1 to 63 of a-z, 0-9, _ and -, beginning with a letter.`,
  );
}

/**
 * Makes the role and its database where they are missing. Only the owner and the superuser may connect to it, so that one
 * member's login never opens another member's data.
 */
export async function createDatabase(
  admin: pg.ClientBase,
  database: string,
  owner: string,
  password: string,
): Promise<void> {
  const role = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [owner]);
  if (role.rowCount === 0) {
    await admin.query(`CREATE ROLE ${pg.escapeIdentifier(owner)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  }
  const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount === 0) {
    await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${pg.escapeIdentifier(owner)}`);
  }
  const open = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database
     WHERE datname = ANY($1) AND (has_database_privilege('public', oid, 'CONNECT') OR has_database_privilege('public', oid, 'TEMP'))`,
    [[database, 'postgres', 'template1']],
  );
  for (const { datname } of open.rows) {
    await admin.query(`REVOKE ALL ON DATABASE ${pg.escapeIdentifier(datname)} FROM PUBLIC`);
  }
}
