import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHub, EVERYONE, type HubOptions, hubPlugin } from '@eads/hub';
import { PROBLEMS } from '@eads/protocol';
import {
  type Clock,
  createHttpServer,
  createProblems,
  createTokenTable,
  generateToken,
  type Logger,
  listen,
  mount,
  realClock,
  silentLogger,
} from '@eads/runtime';
import { type Hints, openDatabase, openPostgresHints, startEmbeddedPostgres } from '@eads/store';

/** A database server for one test file, in a folder of its own that goes with it. */
export const startTestPostgres = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eads-pg-'));
  const server = await startEmbeddedPostgres({ dataDir: folder });
  return {
    server,
    stop: async (): Promise<void> => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** A token for every role. */
export const testTokens = (): Record<string, string> =>
  Object.fromEntries(
    [...EVERYONE, 'trainer', 'evaluator', 'auditor', 'operator'].map((role) => [role, generateToken()]),
  );

export interface HubServerOptions {
  readonly databaseUrl: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly replica?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly publishRate?: HubOptions['publishRate'];
  /** Lets no hint through, either way. */
  readonly deaf?: boolean;
}

const noHints: Hints = {
  publish: () => undefined,
  subscribe: () => () => undefined,
  onReconnect: () => () => undefined,
  close: async () => undefined,
};

/** One hub replica behind its HTTP port, on real PostgreSQL, and nothing else. */
export const startHubServer = async (options: HubServerOptions) => {
  const { databaseUrl, tokens, port: wanted = 0, logger = silentLogger, clock = realClock } = options;
  const applicationName = `test hub ${options.replica ?? ''}`.trim();
  const database = openDatabase(databaseUrl, { max: 6, applicationName });
  const hints = options.deaf ? noHints : await openPostgresHints(databaseUrl, () => undefined);
  const { replica, publishRate } = options;
  const chosen = { ...(replica && { replica }), ...(publishRate && { publishRate }) };
  const hub = await createHub({ database, hints, clock, logger, version: '0.0.0', ...chosen });
  const app = await createHttpServer({
    name: 'test',
    title: 'test',
    version: '0.0.0',
    says: 'A hub for tests.',
    logger,
    problems: createProblems(PROBLEMS),
    authenticate: createTokenTable(tokens),
    rateLimits: false,
  });
  await mount(app, { prefix: '/hub' }, hubPlugin(hub));
  const { port } = await listen(app, { port: wanted, host: '127.0.0.1' });
  return {
    hub,
    app,
    database,
    port,
    url: `http://127.0.0.1:${port}/hub`,
    stop: async (): Promise<void> => {
      await hub.stop();
      await app.close();
      await hints.close();
      await database.end();
    },
  };
};

export type HubServer = Awaited<ReturnType<typeof startHubServer>>;
