import { join } from 'node:path';
import { createHub, EVERYONE, hubPlugin } from '@eads/hub';
import { createNode, type NodeService, nodePlugin } from '@eads/node';
import { type AccessFile, health, PROBLEMS } from '@eads/protocol';
import {
  type Clock,
  createHttpServer,
  createProblems,
  createTokenTable,
  type Logger,
  listen,
  mount,
  realClock,
} from '@eads/runtime';
import { openDatabase, openPostgresHints } from '@eads/store';
import { openAccessFile } from './access-file.ts';
import { openDatabases } from './databases.ts';

export interface StandaloneOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly databaseUrl: string | null;
  readonly version: string;
  readonly logger: Logger;
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

/** Where a node listens from is this process itself, whatever the public address is. */
const inside = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;

/**
 * The whole exchange in one process: database server, hub, Secretariat and eleven nodes, behind one port. The nodes speak
 * to the hub over real sockets, as they do from containers of their own.
 */
export const createStandalone = async (options: StandaloneOptions) => {
  const { dataDir, host, logger, clock = realClock, onProgress = () => undefined } = options;
  const members = options.members ?? EVERYONE;
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) {
      await step().catch((error: unknown) => logger.error({ err: error }, 'could not end cleanly'));
    }
  };
  try {
    onProgress('Starting the database');
    const databases = await openDatabases(dataDir, options.databaseUrl, onProgress);
    undo.push(databases.stop);

    const hubUrl = await databases.ensure('eads_hub');
    const nodeUrls = new Map<string, string>();
    for (const member of members) nodeUrls.set(member, await databases.ensure(`eads_node_${member.toLowerCase()}`));

    onProgress('Starting the hub');
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
    });
    undo.push(() => hub.stop());
    await hub.create(options.run ?? PRACTICE);

    const access = openAccessFile(dataDir, `http://${inside(host)}:${options.port}`);
    const app = await createHttpServer({
      name: 'public',
      title: 'e-ADS training system',
      version: options.version,
      says: 'Police-to-police information exchange, simulated. Nothing here is about a real person.',
      logger,
      problems: createProblems(PROBLEMS),
      authenticate: createTokenTable(access.tokens),
      health: { schema: health, read: () => hub.health() },
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
        hubUrl: () => `http://${inside(host)}:${port}/hub`,
        token: access.tokens[member] as string,
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
    let port = options.port;
    ({ port } = await listen(app, { port, host, variable: 'EADS_PORT' }));
    const file: AccessFile = openAccessFile(dataDir, `http://${inside(host)}:${port}`);
    for (const node of nodes.values()) node.start();
    return { url: file.url, access: file, hub, nodes, databases, app, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

export type Standalone = Awaited<ReturnType<typeof createStandalone>>;
