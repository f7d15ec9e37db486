import { randomBytes } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runName } from '@eads/protocol';
import { type Clock, type Logger, type Metrics, PersonError, realClock } from '@eads/runtime';
import {
  type Database,
  dropNodeRun,
  heldRuns,
  openDatabase,
  readNodeCursor,
  runSchema,
  setSchemaAside,
} from '@eads/store';
import type { ContentRule } from './confidential/content-rules.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import { HANDLERS } from './handlers/register.ts';
import type { Handler } from './handling/handler.ts';
import { createHubClient, HubError } from './hub-client.ts';
import { openKeyRing } from './keys/key-ring.ts';
import { createMutex } from './mutex.ts';
import { type NodeRun, openNodeRun } from './run/node-run.ts';
import { createRunMetrics } from './run/run-metrics.ts';
import type { RunStatus } from './run/status.ts';
import { createTicker } from './run/ticker.ts';
import { createSignal } from './signal.ts';

export interface NodeOptions {
  /** Two letters of a force, or SEC. */
  readonly member: string;
  readonly databaseUrl: string;
  /** Private keys, trust and witness files lie here, one folder a run. */
  readonly dataDir: string;
  /** Without a slash at its end: `http://127.0.0.1:8080/hub`. Asked for each time where it may not be known yet. */
  readonly hubUrl: string | (() => string);
  /** This member's installation token. */
  readonly token: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly randomBytes?: (bytes: number) => Uint8Array;
  /** 0 <= x < 1; spreads reconnects. */
  readonly random?: () => number;
  /** Asked of confidential messages, where they are written and where they arrive; none unless told. */
  readonly contentRules?: readonly ContentRule[];
  readonly handlers?: ReadonlyMap<string, Handler>;
  /** Least time between delivery statements, ms; 300,000 unless told, infinite for never. */
  readonly statementEveryMs?: number;
  /** How often the hub's list of runs is looked at, ms; while a run is not linked, 1,000 at most. 5,000 unless told. */
  readonly watchMs?: number;
  /** How often it looks for work that nobody announced, ms; 1,000 unless told. */
  readonly tickMs?: number;
  readonly metrics?: Metrics;
}

/** How a node stands: the worst of its runs. */
export interface NodeStatus {
  readonly member: string;
  readonly hub: 'answers' | 'silent' | 'refuses';
  readonly why: string | null;
  readonly colour: RunStatus['colour'];
  readonly runs: readonly RunStatus[];
}

export interface NodeService {
  readonly member: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Begins to follow the hub; what comes of it shows in `status`. */
  start(): void;
  /** Ends sessions in good order and gives everything back; may be called again. */
  stop(): Promise<void>;
  status(): Promise<NodeStatus>;
  /** The runs that this node holds, by name. */
  run(name: string): NodeRun | undefined;
  runs(): readonly NodeRun[];
  /** Removes everything that is held of a run: tables, keys, trust. For one that is over. */
  forget(name: string): Promise<void>;
  /** Looks at the hub's list of runs now. */
  watch(): void;
}

const WATCH_MS = 5_000;
const QUICK_MS = 1_000;

/** The name of this making of a run: another one under the same name is another run. */
const createdPath = (folder: string): string => join(folder, 'created');

/**
 * Opens a national node and the runs that it holds; nothing speaks to the hub before `start`. Throws `PersonError` where its database
 * cannot be read.
 */
export const createNode = async (options: NodeOptions): Promise<NodeService> => {
  const { member, dataDir, hubUrl, token, logger, clock = realClock } = options;
  const database: Database = openDatabase(options.databaseUrl, {
    max: 3,
    applicationName: `eads node ${member}`,
    onError: (err) => logger.warn({ err }, 'A connection to the database was lost.'),
  });
  const hub = createHubClient({ hubUrl, token });
  const watchMs = options.watchMs ?? WATCH_MS;
  const runs = new Map<string, NodeRun>();
  let hubState: Pick<NodeStatus, 'hub' | 'why'> = { hub: 'silent', why: 'The hub has not been asked yet.' };
  let stopped: Promise<void> | null = null;
  let lastWatch = Number.NEGATIVE_INFINITY;

  const folderOf = (instance: string, run: string): string => join(dataDir, `${instance}-${run}`);

  const open = async (instance: string, run: string): Promise<NodeRun> => {
    const folder = folderOf(instance, run);
    const opened = await openNodeRun({
      core: {
        member,
        run,
        schema: runSchema(run),
        folder,
        database,
        clock,
        log: logger.child({ run }),
        randomBytes: options.randomBytes ?? randomBytes,
        keys: openKeyRing(folder),
        ledger: createMutex(),
        outbox: createMutex(),
        inboxGrew: createSignal(),
        entriesChanged: createSignal(),
        outboxChanged: createSignal(),
      },
      hub,
      token,
      random: options.random ?? Math.random,
      handlers: options.handlers ?? HANDLERS,
      contentRules: options.contentRules ?? [],
      statementEveryMs: options.statementEveryMs ?? 300_000,
      tickMs: options.tickMs ?? 1_000,
      measure: options.metrics ? createRunMetrics(options.metrics, member, run) : null,
    });
    runs.set(run, opened);
    return opened;
  };

  /** A run that was deleted and made anew under its name: what is held of the old one is set aside, not mixed in. */
  const setAside = async (run: string, folder: string): Promise<void> => {
    await runs.get(run)?.stop();
    runs.delete(run);
    const name = `${run} ${clock.now()}`;
    await setSchemaAside(database, run, `left ${name}`);
    renameSync(folder, `${folder}.left-${clock.now()}`);
    logger.warn({ run }, 'The hub made this run anew. What this node held of the old one was set aside.');
  };

  const follow = async (infos: Awaited<ReturnType<typeof hub.listRuns>>): Promise<void> => {
    for (const info of infos) {
      if (!info.called.includes(member as (typeof info.called)[number])) continue;
      // One that was over before this node ever took part, or that was forgotten.
      if (info.state === 'archived' && !runs.has(info.run)) continue;
      const folder = folderOf(info.origin.split('/')[0] as string, info.run);
      const created = readIfThere(createdPath(folder));
      if (created !== null && created !== `${info.createdAt}\n`) await setAside(info.run, folder);
      if (created !== `${info.createdAt}\n`) writeDurably(createdPath(folder), `${info.createdAt}\n`);
      const run = runs.get(info.run) ?? (await open(info.origin.split('/')[0] as string, info.run));
      // One run that cannot go on keeps no other from it.
      await run.follow(info).catch((err: unknown) => {
        const level = err instanceof HubError && err.status === 0 ? 'debug' : 'warn';
        logger[level]({ run: info.run, err }, 'The run could not be followed; it is tried again.');
      });
    }
    const named = new Set(infos.map(({ run }) => run));
    for (const [name, run] of runs) if (!named.has(name)) await run.leave();
  };

  const settled = (): boolean => {
    const statuses = [...runs.values()].map((run) => run.linkStatus());
    return hubState.hub === 'answers' && statuses.every((status) => status === 'linked' || status === 'left');
  };

  const look = async (): Promise<void> => {
    const due = settled() ? watchMs : 0;
    if (clock.monotonic() - lastWatch < due) return;
    lastWatch = clock.monotonic();
    try {
      const infos = await hub.listRuns();
      hubState = { hub: 'answers', why: null };
      await follow(infos);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      hubState = { hub: error.status === 0 ? 'silent' : 'refuses', why: error.message };
    }
  };
  let watcher: ReturnType<typeof createTicker> | null = null;

  const openHeld = async (): Promise<void> => {
    for (const run of await heldRuns(database)) {
      if (!runName.safeParse(run).success) continue;
      const cursor = await readNodeCursor(database, runSchema(run));
      if (cursor) await open(cursor.origin.split('/')[0] as string, run);
    }
  };

  try {
    await openHeld();
  } catch (cause) {
    await database.end();
    throw new PersonError({
      what: `The node of ${member} cannot read its database`,
      remedy: 'Look whether PostgreSQL runs and its address is right',
      cause,
    });
  }

  return {
    member,
    logger,
    clock,
    start() {
      watcher ??= createTicker('runs', look, { clock, log: logger, everyMs: Math.min(QUICK_MS, watchMs) });
      watcher.ask();
    },
    stop() {
      stopped ??= (async () => {
        await watcher?.stop();
        await Promise.all([...runs.values()].map((run) => run.stop()));
        await database.end();
      })();
      return stopped;
    },
    async status() {
      const statuses = await Promise.all([...runs.values()].map((run) => run.status()));
      const worst = (['red', 'amber'] as const).find((colour) => statuses.some((status) => status.colour === colour));
      const colour = worst ?? (hubState.hub === 'answers' ? 'green' : 'amber');
      return { member, ...hubState, colour, runs: statuses };
    },
    run: (name) => runs.get(name),
    runs: () => [...runs.values()],
    async forget(name) {
      const run = runs.get(name);
      if (!run) return;
      runs.delete(name);
      await run.stop();
      await dropNodeRun(database, name);
      rmSync(run.core.folder, { recursive: true, force: true });
    },
    watch: () => {
      lastWatch = Number.NEGATIVE_INFINITY;
      watcher?.ask();
    },
  };
};
