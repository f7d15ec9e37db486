import { join } from 'node:path';
import { createLogger, createShutdown, type Logger, readConfig, realClock, runMain, silentLogger } from '@eads/runtime';
import packageFile from '../package.json' with { type: 'json' };
import { startAmbient } from './ambient.ts';
import { standaloneSettings } from './config.ts';
import { openLogFile } from './log-file.ts';
import { createStandalone } from './standalone.ts';

/** Starting takes a second or two; ending waits for the database's last checkpoint. */
const CLOSE_MS = 20_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

let log: Logger = silentLogger;
const shutdown = createShutdown({ logger: log, clock: realClock, deadlineMs: CLOSE_MS });

const start = async (): Promise<void> => {
  const config = readConfig(standaloneSettings, process.env, process.cwd());
  const started = performance.now();
  let logFile: ReturnType<typeof openLogFile> | undefined;
  const standalone = await createStandalone({
    ...config,
    version: packageFile.version,
    openLog: () => {
      logFile = openLogFile(join(config.dataDir, 'log', 'eads.log'));
      log = createLogger({ name: 'eads', level: config.logLevel, sink: logFile, terminal: false });
      return log;
    },
    onProgress: (text) => say(`  ${text} …`),
  });
  shutdown.add('log', () => logFile?.close());
  shutdown.add('exchange', async () => {
    say('\nEnding …');
    await standalone.stop();
    say('Ended. Everything is kept; the next start goes on from here.');
  });
  if (config.ambient) shutdown.add('ambient', startAmbient(standalone, { clock: realClock, logger: log }));
  say(`
EXERCISE - SIMULATED DATA

  e-ADS training system ${packageFile.version}, ready after ${((performance.now() - started) / 1000).toFixed(1)} s

  Address      ${standalone.url}
  Health       ${standalone.url}/health
  Tokens       ${join(config.dataDir, 'access.json')} (one a role)
  Watch it     npm run --silent eads -- watch
  Look at it   npm run --silent eads -- doctor
  Practice run ${config.ambient ? 'forces exchange at a gentle rate (EADS_AMBIENT=off turns it off)' : 'quiet (EADS_AMBIENT=off)'}

  Co-signers are not independent here: all nodes run in this one process.
  Ctrl-C ends it.`);
};

await runMain(start, shutdown);
