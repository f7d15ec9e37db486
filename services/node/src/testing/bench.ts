import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@eads/runtime';
import { type Database, openDatabase, runSchema, startEmbeddedPostgres } from '@eads/store';
import { createNode, type NodeOptions, type NodeService } from '../node.ts';
import type { NodeRun } from '../run/node-run.ts';
import { createFakeHub, type FakeHub } from './fake-hub.ts';
import { until } from './until.ts';

/** The node under test; the others are scripted. With four forces a quorum is three: MY, SG and TH make one without ID. */
export const MEMBER = 'ID';
export const SCRIPTED = ['MY', 'SEC', 'SG', 'TH'] as const;
const RUN = 'practice';

/** A database server for one test file. */
export const startServer = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eads-node-'));
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'pg') });
  let count = 0;
  return {
    folder,
    next: async () => {
      count += 1;
      const name = `node_${count}`;
      return { databaseUrl: await server.ensureDatabase(name), dataDir: join(folder, name) };
    },
    stop: async (): Promise<void> => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type TestServer = Awaited<ReturnType<typeof startServer>>;

/** A node with a database and a folder of its own, before a fake hub. */
export interface Bench {
  readonly hub: FakeHub;
  readonly places: { readonly databaseUrl: string; readonly dataDir: string };
  readonly node: NodeService;
  readonly run: NodeRun;
  /** Its folder of the run. */
  readonly folder: string;
  /** For a look at the tables. */
  readonly database: Database;
  readonly schema: string;
  /** Stops the node and starts another on the same database and folder; waits until it links, unless told that it never will. */
  restart(over?: Partial<NodeOptions>, links?: boolean): Promise<void>;
  /** Waits until the node holds `size` entries, handled. */
  reaches(size: number): Promise<void>;
  evidence(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface BenchOptions {
  readonly member?: string;
  readonly scripted?: readonly string[];
  /** Told the hub before the node starts. */
  readonly prepare?: (hub: FakeHub) => void;
}

export const startBench = async (
  server: TestServer,
  over: Partial<NodeOptions> = {},
  { member = MEMBER, scripted = SCRIPTED, prepare }: BenchOptions = {},
): Promise<Bench> => {
  const hub = await createFakeHub(member, scripted);
  prepare?.(hub);
  const places = await server.next();
  const database = openDatabase(places.databaseUrl, { max: 2, applicationName: 'test' });
  const options = (more: Partial<NodeOptions>): NodeOptions => ({
    member,
    ...places,
    hubUrl: hub.url,
    token: 'x'.repeat(43),
    logger: silentLogger,
    random: () => 0,
    tickMs: 50,
    watchMs: 100,
    // Statements would number entries in the middle of what a test counts; the test of statements turns them on.
    statementEveryMs: Number.POSITIVE_INFINITY,
    ...over,
    ...more,
  });
  const start = async (more: Partial<NodeOptions> = {}, links = true): Promise<{ node: NodeService; run: NodeRun }> => {
    const node = await createNode(options(more));
    const before = hub.sessions.length;
    node.start();
    const run = await until('the run opens', () => node.run(RUN));
    // Its own status may have gone on already: one that is told a lie is not linked for long.
    const waits = !links || (!hub.ledger().genesis() && !hub.settings.found);
    if (!waits) await until('the node links', () => hub.sessions.length > before);
    return { node, run };
  };
  let current = await start();
  const schema = runSchema(RUN);
  return {
    hub,
    places,
    get node() {
      return current.node;
    },
    get run() {
      return current.run;
    },
    folder: join(places.dataDir, `test-${RUN}`),
    database,
    schema,
    restart: async (more = {}, links = true) => {
      await current.node.stop();
      current = await start(more, links);
    },
    reaches: async (size) => {
      await until(`the node holds ${size} entries`, async () => {
        const { size: held, handling } = await current.run.status();
        return held >= size && handling.pending === 0;
      });
    },
    evidence: async () =>
      (await database.query<{ code: string }>(`SELECT code FROM ${schema}.evidence ORDER BY n`)).rows.map(
        ({ code }) => code,
      ),
    stop: async () => {
      await current.node.stop();
      await hub.stop();
      await database.end();
    },
  };
};
