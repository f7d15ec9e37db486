import { randomBytes } from 'node:crypto';
import { type CloseCode, FORCES, type Health, SECRETARIAT } from '@eads/protocol';
import { type Clock, createMetrics, type Logger, type Metrics } from '@eads/runtime';
import {
  createRun,
  type Database,
  deleteRun,
  findRun,
  type Hints,
  latestWitnessed,
  listRuns,
  onlineSessions,
  prepareHub,
  type RunRow,
  readHead,
  requireDurable,
  runSchema,
  upgradeRun,
} from '@eads/store';
import { PUBLISH_RATE, type PublishRate } from './admission/publish-quota.ts';
import { createHubMetrics } from './hub-metrics.ts';
import { type ArchivedRun, closeForGood, openArchive } from './run/archive.ts';
import { newEpochKeys } from './run/epoch.ts';
import { openRun, type Run } from './run/run.ts';

export interface HubOptions {
  readonly database: Database;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Stands in health and documents. */
  readonly version: string;
  /** Where figures are kept; a registry of its own unless told. */
  readonly metrics?: Metrics;
  /** Names this replica; random where left out. */
  readonly replica?: string;
  /** Envelopes that one member may hand in; `PUBLISH_RATE` unless told. */
  readonly publishRate?: PublishRate;
}

const WATCH_MS = 1_000;
const HEALTH_MS = 250;
const RUNS_TOPIC = 'runs';

/** Everyone who can be called to a run: the eleven forces and the Secretariat, in code order. */
export const EVERYONE: readonly string[] = [...FORCES, SECRETARIAT].sort();

/**
 * One replica of the hub: it serves every run that is in the database. Throws where the database does not keep what it
 * confirms (`not-durable`).
 */
export const createHub = async (options: HubOptions) => {
  const { database, hints, clock, logger } = options;
  const replica = options.replica ?? `hub-${randomBytes(4).toString('hex')}`;
  const metrics = createHubMetrics(options.metrics ?? createMetrics({ processMetrics: false }));
  await requireDurable(database);
  const instance = await prepareHub(database, randomBytes(5).toString('hex'));
  const runs = new Map<string, Run>();
  const archives = new Map<string, ArchivedRun>();
  /** Why a run could not be opened, or looked at. */
  const faults = new Map<string, string>();
  let watching: Promise<void> | null = null;
  let stopped = false;

  const open = async (row: RunRow): Promise<void> => {
    await upgradeRun(database, row.run);
    const run = await openRun(row.run, {
      database,
      hints,
      replica,
      clock,
      metrics,
      publishRate: options.publishRate ?? PUBLISH_RATE,
      logger: logger.child({ run: row.run }),
    });
    runs.set(row.run, run);
    logger.info({ run: row.run, origin: run.epoch.origin, size: run.live.feed.size() }, 'run open');
  };

  const close = async (name: string, code: CloseCode = 4503): Promise<void> => {
    const run = runs.get(name);
    runs.delete(name);
    await run?.stop(code);
  };

  const watchArchives = async (rows: readonly RunRow[]): Promise<void> => {
    const closed = new Set(rows.filter((row) => row.state === 'archived').map((row) => row.run));
    for (const name of [...archives.keys()]) if (!closed.has(name)) archives.delete(name);
    for (const name of closed) {
      const archive = archives.has(name) ? null : await openArchive(database, name);
      if (archive) archives.set(name, archive);
    }
  };

  const watchRun = async (row: RunRow): Promise<void> => {
    const run = runs.get(row.run);
    const head = run ? await readHead(database, runSchema(row.run)) : null;
    if (run && head && head.epoch !== run.epoch.epoch) await close(row.run, 4410);
    if (!runs.has(row.run)) await open(row);
  };

  /** Opens runs that are new, reopens one whose epoch changed, lets go of those that are gone. */
  const watchOnce = async (): Promise<void> => {
    const rows = await listRuns(database);
    const served = new Map(rows.filter((row) => row.state !== 'archived').map((row) => [row.run, row]));
    for (const name of [...runs.keys()]) if (!served.has(name)) await close(name);
    await watchArchives(rows);
    for (const row of served.values()) {
      // Runs have nothing to do with each other: one that does not open keeps no other shut.
      await watchRun(row).then(
        () => faults.delete(row.run),
        (error: unknown) => {
          const what = error instanceof Error ? error.message : String(error);
          if (faults.get(row.run) !== what) logger.error({ err: error, run: row.run }, 'run not open');
          faults.set(row.run, what);
        },
      );
    }
    for (const name of [...faults.keys()]) if (!served.has(name)) faults.delete(name);
  };

  const watch = (): Promise<void> => {
    watching ??= watchOnce().finally(() => {
      watching = null;
    });
    return watching;
  };

  const readHealth = async (name?: string): Promise<Health> => {
    const base = { version: options.version, run: null, nodes: { online: 0, expected: FORCES.length } };
    const row = name === undefined ? (await listRuns(database))[0] : await findRun(database, name);
    if (!row) return { ...base, status: 'starting', ledger: { size: 0, witnessed: 0 } };
    const schema = runSchema(row.run);
    const head = await readHead(database, schema);
    const forces = new Set<string>(FORCES);
    const online = (await onlineSessions(database, schema)).filter((session) => forces.has(session.member)).length;
    const expected = row.called.filter((member) => forces.has(member)).length;
    const witnessed = head ? ((await latestWitnessed(database, schema, head.epoch))?.size ?? 0) : 0;
    const status = !head || head.size === 0 || !head.sameServer ? 'starting' : online < expected ? 'degraded' : 'ok';
    return {
      status: head?.frozen ? 'frozen' : status,
      version: options.version,
      run: row.run,
      nodes: { online, expected },
      ledger: { size: head?.size ?? 0, witnessed },
    };
  };
  let health: { readonly name: string | undefined; readonly at: number; readonly answer: Promise<Health> } | null =
    null;

  await watch();
  const timer = clock.setInterval(() => {
    if (!stopped) watch().catch((error: unknown) => logger.warn({ err: error }, 'runs could not be looked at'));
  }, WATCH_MS);
  const offHint = hints.subscribe(RUNS_TOPIC, () => void watch().catch(() => undefined));

  return {
    instance,
    version: options.version,
    replica,
    database,
    logger,
    clock,
    run: (name: string): Run | undefined => runs.get(name),
    /** A run that was closed for good, or that was restored. */
    archived: (name: string): ArchivedRun | undefined => archives.get(name),
    runs: (): readonly Run[] => [...runs.values()],
    /** Why a run is not open here although it should be, for a person. */
    faultOf: (name: string): string | null => faults.get(name) ?? null,
    watch,
    /** Creates a run of these members, or of everyone; an existing one is left as it is. Returns whether it is new. */
    create: async (name: string, called: readonly string[] = EVERYONE): Promise<boolean> => {
      const created = await createRun(database, name, [...called].sort(), (epoch) =>
        newEpochKeys(`${instance}/${name}/${epoch}`, null),
      );
      hints.publish(RUNS_TOPIC, clock.now());
      await watch();
      if (!runs.has(name)) await watch();
      return created;
    },
    remove: async (name: string): Promise<void> => {
      archives.delete(name);
      await close(name);
      await deleteRun(database, name);
      hints.publish(RUNS_TOPIC, clock.now());
    },
    /** Closes a run for good; it stays readable. Returns false where there is nothing in it to keep. */
    archive: async (name: string): Promise<boolean> => {
      if (!runs.has(name)) await watch();
      const run = runs.get(name);
      const closed = run !== undefined && (await closeForGood(database, run));
      hints.publish(RUNS_TOPIC, clock.now());
      await watch();
      return closed;
    },
    /** Goes on with a run in the epoch that it is in now. */
    reopen: async (name: string): Promise<void> => {
      await close(name, 4410);
      await watch();
      if (!runs.has(name)) await watch();
    },
    /**
     * How the exchange is, for `GET /health`: of the run that is named, or else the first. Asked by everybody without a token,
     * it is looked up four times a second at most.
     */
    health: (name?: string): Promise<Health> => {
      const now = clock.now();
      if (!health || health.name !== name || Math.abs(now - health.at) >= HEALTH_MS) {
        health = { name, at: now, answer: readHealth(name) };
      }
      return health.answer;
    },
    stop: async (): Promise<void> => {
      stopped = true;
      timer.cancel();
      offHint();
      await watching?.catch(() => undefined);
      await Promise.all([...runs.keys()].map((name) => close(name)));
    },
  };
};

export type Hub = Awaited<ReturnType<typeof createHub>>;
