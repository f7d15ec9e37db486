import pg from 'pg';

const DATABASE_NAME = /^[a-z][a-z0-9_]{0,62}$/;
const DUPLICATE = '42P04';

/** The address of a database on a server that is not ours, made where it is missing. The role must be able to create it. */
export const ensureDatabaseOn = async (serverUrl: string, name: string): Promise<string> => {
  if (!DATABASE_NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no database name: a to z, 0 to 9 and _.`);
  const client = new pg.Client({ connectionString: serverUrl, application_name: 'eads set-up' });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      await client.query(`CREATE DATABASE ${name}`).catch((error: { code?: string }) => {
        if (error.code !== DUPLICATE) throw error;
      });
    }
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};
