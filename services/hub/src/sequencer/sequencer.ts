import type { ItemCode } from '@eads/protocol';
import type { Logger } from '@eads/runtime';
import type { Candidate, Outcome } from './candidate.ts';
import { type BatchHost, type Committed, commitBatch, NotNow, Unconfirmed } from './commit.ts';
import { createQueue } from './queue.ts';
import type { RefusalDraft, RefusalQuota } from './refusal-quota.ts';

export interface SequencerHost extends BatchHost {
  readonly quota: RefusalQuota;
  readonly logger: Logger;
  /** A batch is durable: feed it on, before its outcomes are told. */
  committed(result: Committed): void;
  /** A batch of so many envelopes took so long until COMMIT was confirmed. */
  measured(ms: number, items: number): void;
}

/** What an envelope got, with the batch that it went in. */
export type Settled = { readonly outcome: Outcome; readonly committed: Committed | null };

const sqlState = (error: unknown): string => String((error as { code?: unknown }).code ?? '');

/** SQLSTATE classes: 53 is out of resources (a full disk), 57P is a server that is going down, 55P03 a lock not got. */
const codeFor = (error: unknown): ItemCode => {
  if (error instanceof NotNow) return error.code;
  return sqlState(error).startsWith('55') ? 'overloaded' : 'storage';
};

/** Values that the server does not take (classes 21 to 23, 54), an error that is raised there, or one of its own. */
const VALUE_ERROR = /^(?:21|22|23|54|P0|XX)/;

/** What a log may say of a database error: its detail would show the row. */
const faultOf = (error: unknown): { fault: string; sqlState: string | null } => ({
  fault: error instanceof Error ? error.message : String(error),
  sqlState: sqlState(error) || null,
});
const RETRY_MS: Partial<Record<ItemCode, number>> = { frozen: 5_000, starting: 500, storage: 1_000, overloaded: 250 };
const retry = (code: ItemCode): Settled => ({
  outcome: { type: 'retry', code, afterMs: RETRY_MS[code] ?? 1_000 },
  committed: null,
});

/** How long a batch whose COMMIT was not answered is looked for before its members are asked to send it again. */
const UNSURE_MS = 15_000;
const UNSURE_PAUSE_MS = 250;

/**
 * The batches of one run on this replica, one at a time: the next forms while the last commits. Any number of replicas do
 * the same; the head row's lock puts them in order.
 */
export const createSequencer = (host: SequencerHost) => {
  const queue = createQueue();
  const waiters = new Map<Candidate, (settled: Settled) => void>();
  let running: Promise<void> | null = null;
  let stopped = false;

  const settle = (batch: readonly Candidate[], settled: (i: number) => Settled): void => {
    batch.forEach((candidate, i) => {
      const done = waiters.get(candidate);
      waiters.delete(candidate);
      done?.(settled(i));
    });
  };

  /** Commits a batch. Where its COMMIT is not answered, looks until it knows what became of it, or has looked for long enough. */
  const commit = async (batch: readonly Candidate[]): Promise<Committed> => {
    let unsure: Committed | null = null;
    let unsureQuota: RefusalDraft | null = null;
    for (const since = performance.now(); ; ) {
      const quota = host.quota.draft();
      try {
        const committed: Committed = await commitBatch(host, batch, quota.mayLog, unsure);
        (committed === unsure && unsureQuota ? unsureQuota : quota).keep();
        return committed;
      } catch (error) {
        host.state.invalidate();
        if (error instanceof Unconfirmed && error.batch !== unsure) {
          unsure = error.batch;
          unsureQuota = quota;
        }
        if (unsure === null || stopped || performance.now() - since > UNSURE_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, UNSURE_PAUSE_MS));
      }
    }
  };

  const runBatch = async (batch: readonly Candidate[]): Promise<void> => {
    const started = performance.now();
    let committed: Committed;
    try {
      committed = await commit(batch);
    } catch (error) {
      if (batch.length > 1 && VALUE_ERROR.test(sqlState(error))) {
        // One envelope that the database does not take must not keep the others out.
        const half = Math.ceil(batch.length / 2);
        await runBatch(batch.slice(0, half));
        await runBatch(batch.slice(half));
        return;
      }
      if (!(error instanceof NotNow))
        host.logger.warn({ ...faultOf(error), items: batch.length }, 'batch not sequenced');
      settle(batch, () => retry(codeFor(error)));
      return;
    }
    const { decided, outcomes } = committed;
    if (decided.entries.length > 0) host.state.advance(decided);
    for (const error of decided.faults) host.logger.error({ err: error }, 'an envelope could not be decided');
    host.measured(performance.now() - started, batch.length);
    try {
      host.committed(committed);
    } catch (error) {
      host.logger.error({ err: error }, 'a batch could not be fed on; it is read back');
    }
    settle(batch, (i) => ({ outcome: outcomes[i] as Outcome, committed }));
  };

  const loop = async (): Promise<void> => {
    for (;;) {
      // One turn of the event loop lets what has just been checked join this batch.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = queue.take();
      if (batch.length === 0) return;
      if (stopped) settle(batch, () => retry('starting'));
      else await runBatch(batch);
    }
  };

  const kick = (): void => {
    if (running) return;
    running = loop()
      .catch((error: unknown) => host.logger.error({ err: error }, 'the sequencer stumbled'))
      .finally(() => {
        running = null;
        if (queue.ready()) kick();
      });
  };

  return {
    /** Whether this member has room in line; one that has not is asked to come again. */
    hasRoom: queue.hasRoom,
    /** Takes an envelope's place in line now; it goes on once `candidate` is there. */
    submit: async (member: string, bytes: number, candidate: Promise<Candidate>): Promise<Settled> => {
      const place = queue.enter(member, bytes);
      const checked = await candidate;
      return new Promise((resolve) => {
        waiters.set(checked, resolve);
        place(checked);
        kick();
      });
    },
    length: queue.length,
    /** Lets the batch under way come to its end; whatever else waits is asked to come again. */
    stop: async (): Promise<void> => {
      stopped = true;
      await running;
    },
  };
};

export type Sequencer = ReturnType<typeof createSequencer>;
