import { join } from 'node:path';
import { createHub, EVERYONE, hubPlugin } from '@eads/hub';
import { createNode, type NodeService, nodePlugin } from '@eads/node';
import { type AccessFile, health, PROBLEMS } from '@eads/protocol';
import {
  type Clock,
  createHttpServer,
  createMetrics,
  createProblems,
  createTokenTable,
  type Logger,
  listen,
  listenForMetrics,
  mount,
  realClock,
  silentLogger,
} from '@eads/runtime';
import { openDatabase, openPostgresHints } from '@eads/store';
import { openAccessFile } from './access-file.ts';
import { prepareDataFolder } from './data-folder.ts';
import { openDatabases } from './databases.ts';
import { probePort, publicUrl } from './public-port.ts';

export interface StandaloneOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly databaseUrl: string | null;
  /** A port on loopback for Prometheus; null: none. */
  readonly metricsPort: number | null;
  readonly version: string;
  /** Opens the log once the data folder is known to be ours and writable. */
  readonly openLog: () => Logger;
  readonly clock?: Clock;
  /** Told of each step, for a person who waits. */
  readonly onProgress?: (text: string) => void;
  /** The members that get a node in this process; everyone unless told. */
  readonly members?: readonly string[];
  /** The run that is there from the first start. */
  readonly run?: string;
}

/** The run that everybody finds on the first start. */
export const PRACTICE = 'practice';

/**
 * The whole exchange in one process: database server, hub, Secretariat and eleven nodes, behind one port. The nodes speak
 * to the hub over real sockets, as they do from containers of their own.
 */
export const createStandalone = async (options: StandaloneOptions) => {
  const { dataDir, host, clock = realClock, onProgress = () => undefined } = options;
  const members = options.members ?? EVERYONE;
  const run = options.run ?? PRACTICE;
  const undo: (() => Promise<void>)[] = [];
  let logger: Logger = silentLogger;
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) {
      await step().catch((error: unknown) => logger.error({ err: error }, 'could not end cleanly'));
    }
  };
  try {
    prepareDataFolder(dataDir);
    await probePort(options.port, host);
    onProgress('Starting the database');
    const databases = await openDatabases(dataDir, options.databaseUrl, onProgress);
    undo.push(databases.stop);
    logger = options.openLog();

    const hubUrl = await databases.ensure('eads_hub');
    const nodeUrls = new Map<string, string>();
    for (const member of members) nodeUrls.set(member, await databases.ensure(`eads_node_${member.toLowerCase()}`));

    onProgress('Starting the hub');
    const metrics = createMetrics();
    if (options.metricsPort !== null) {
      const door = await listenForMetrics(metrics, {
        port: options.metricsPort,
        host: '127.0.0.1',
        variable: 'EADS_METRICS_PORT',
      });
      undo.push(() => door.close());
    }
    const database = openDatabase(hubUrl, {
      max: 8,
      applicationName: 'eads hub',
      onError: (error) => logger.warn({ fault: error.message }, 'a database connection was lost'),
    });
    undo.push(() => database.end());
    const hints = await openPostgresHints(hubUrl, (error) => logger.warn({ fault: error.message }, 'hints are down'));
    undo.push(() => hints.close());
    const hub = await createHub({
      database,
      hints,
      clock,
      logger: logger.child({ service: 'hub' }),
      version: options.version,
      metrics,
    });
    undo.push(() => hub.stop());
    await hub.create(run, members);

    const tokens = openAccessFile(dataDir, publicUrl(host, options.port)).tokens;
    const problems = createProblems(PROBLEMS);
    const authenticate = createTokenTable(tokens);
    const door = { version: options.version, logger, problems, authenticate };
    // The nodes' own door to the hub: on loopback, whatever address the public one has, and there before it.
    const inner = await createHttpServer({
      ...door,
      name: 'link',
      title: 'Hub',
      says: 'The hub, for the nodes.',
      rateLimits: false,
    });
    undo.push(() => inner.close());
    await mount(inner, { prefix: '/hub' }, hubPlugin(hub));
    const { port: innerPort } = await listen(inner, { port: 0, host: '127.0.0.1' });

    const app = await createHttpServer({
      ...door,
      name: 'public',
      title: 'e-ADS training system',
      says: 'Police-to-police information exchange, simulated. Nothing here is about a real person.',
      health: { schema: health, read: () => hub.health(run) },
    });
    undo.push(() => app.close());
    await mount(app, { prefix: '/hub' }, hubPlugin(hub));

    onProgress(`Starting ${members.length} nodes`);
    const nodes = new Map<string, NodeService>();
    for (const member of members) {
      const node = await createNode({
        member,
        databaseUrl: nodeUrls.get(member) as string,
        dataDir: join(dataDir, 'nodes', member),
        hubUrl: `http://127.0.0.1:${innerPort}/hub`,
        token: tokens[member] as string,
        clock,
        logger: logger.child({ service: 'node', member }),
      });
      nodes.set(member, node);
      undo.push(() => node.stop());
      await mount(
        app,
        {
          prefix: `/nodes/${member}`,
          documentAs: '/nodes/{member}',
          parameters: { member: 'A member code, like ID or SEC.' },
        },
        nodePlugin(node),
      );
    }
    const { port } = await listen(app, { port: options.port, host, variable: 'EADS_PORT' });
    const access: AccessFile = openAccessFile(dataDir, publicUrl(host, port));
    for (const node of nodes.values()) node.start();
    return { url: access.url, access, run, hub, nodes, databases, app, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

export type Standalone = Awaited<ReturnType<typeof createStandalone>>;
