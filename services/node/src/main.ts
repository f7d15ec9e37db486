import { PROBLEMS } from '@eads/protocol';
import {
  createHttpServer,
  createLogger,
  createMetrics,
  createProblems,
  createShutdown,
  createTokenTable,
  type Logger,
  listen,
  listenForMetrics,
  PersonError,
  readConfig,
  realClock,
  runMain,
  silentLogger,
} from '@eads/runtime';
import packageFile from '../package.json' with { type: 'json' };
import { nodeSettings } from './config.ts';
import { nodePlugin } from './desk/plugin.ts';
import { readIfThere } from './durable-file.ts';
import { createNode } from './node.ts';

let log: Logger = silentLogger;
const shutdown = createShutdown({ logger: log, clock: realClock });

const readToken = (path: string): string => {
  const token = readIfThere(path)?.trim();
  if (token) return token;
  throw new PersonError({
    what: 'There is no token',
    where: path,
    remedy: 'Write the installation token of this member there, on one line',
  });
};

/** One national node in a process of its own, its desk API behind its own port. */
const start = async (): Promise<void> => {
  const config = readConfig(nodeSettings, process.env, process.cwd());
  const { member, host, port } = config;
  log = createLogger({ name: `node ${member}`, level: config.logLevel });
  const token = readToken(config.tokenFile);
  const metrics = createMetrics();
  if (config.metricsPort !== null) {
    const door = await listenForMetrics(metrics, { port: config.metricsPort, host, variable: 'EADS_METRICS_PORT' });
    shutdown.add('metrics', () => door.close());
  }
  const node = await createNode({ ...config, token, logger: log, clock: realClock, metrics });
  shutdown.add('node', () => node.stop());
  const app = await createHttpServer({
    name: 'desk',
    title: `Node of ${member}`,
    version: packageFile.version,
    says: 'The desk API of a national node. Everything in it is simulated.',
    logger: log,
    problems: createProblems(PROBLEMS),
    authenticate: createTokenTable({ [member]: token }),
  });
  shutdown.add('desk API', () => app.close());
  await app.register(nodePlugin(node));
  await listen(app, { port, host, variable: 'EADS_PORT' });
  node.start();
};

await runMain(start, shutdown);
