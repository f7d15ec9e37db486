import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Asking {
  readonly url: string;
  readonly token: string;
  /** Values of path parameters, each tried; a parameter without any leaves its route out, which throws. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Queries to try on each route beside none. */
  readonly queries: readonly string[];
}

const filled = (path: string, values: Asking['values']): string[] => {
  const parameter = /\{([^}]+)\}/.exec(path);
  if (!parameter) return [path];
  const name = parameter[1] as string;
  const options = values[name];
  if (!options) throw new Error(`${path}: no value is given for {${name}}.`);
  return options.flatMap((value) => filled(path.replace(parameter[0], value), values));
};

/** The bytes of every GET route that a server documents, whatever it answers, asked with one token. Each under its address. */
export const everyAnswer = async ({ url, token, values, queries }: Asking): Promise<Map<string, string>> => {
  const headers = { authorization: `Bearer ${token}` };
  const document = (await (await fetch(`${url}/openapi.json`, { headers })).json()) as Document;
  const answers = new Map<string, string>();
  for (const [path, methods] of Object.entries(document.paths)) {
    if (methods.get === undefined || path.endsWith('/link')) continue;
    for (const address of filled(path, values)) {
      for (const query of ['', ...queries]) {
        const response = await fetch(`${url}${address}${query}`, { headers });
        answers.set(`GET ${address}${query}`, Buffer.from(await response.arrayBuffer()).toString('latin1'));
      }
    }
  }
  return answers;
};

/** Every row of every table of a database, as text. */
export const databaseBytes = async (databaseUrl: string): Promise<string> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      texts.push(name, ...rows.map(({ text }) => text));
    }
    return Buffer.from(texts.join('\n'), 'utf8').toString('latin1');
  } finally {
    await client.end();
  }
};

/** Every file below a folder. */
export const folderBytes = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
