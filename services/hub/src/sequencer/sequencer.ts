import type { ItemCode } from '@eads/protocol';
import type { Logger } from '@eads/runtime';
import type { Database } from '@eads/store';
import type { Epoch } from '../run/epoch.ts';
import type { RunState } from '../run/state.ts';
import type { Candidate, Outcome } from './candidate.ts';
import { type Committed, CommitUnknown, commitBatch, NotNow } from './commit.ts';
import { createQueue } from './queue.ts';
import type { RefusalQuota } from './refusal-quota.ts';

export interface SequencerHost {
  readonly database: Database;
  readonly schema: string;
  readonly epoch: Epoch;
  readonly state: RunState;
  readonly quota: RefusalQuota;
  readonly logger: Logger;
  /** A batch is durable: feed it on, before its outcomes are told. */
  committed(result: Committed): void;
  /** A batch of so many envelopes took so long until COMMIT was confirmed. */
  measured(ms: number, items: number): void;
}

/** What an envelope got, with the batch that it went in. */
export type Settled = { readonly outcome: Outcome; readonly committed: Committed | null };

/** SQLSTATE classes: 53 is out of resources (a full disk), 57P is a server that is going down, 55P03 a lock not got. */
const codeFor = (error: unknown): ItemCode => {
  if (error instanceof NotNow) return error.code;
  const state = String((error as { code?: unknown }).code ?? '');
  return state.startsWith('55') ? 'overloaded' : 'storage';
};
/** What a log may say of a database error: its detail would show the row. */
const faultOf = (error: unknown): { fault: string; sqlState: string | null } => ({
  fault: error instanceof Error ? error.message : String(error),
  sqlState: (error as { code?: string }).code ?? null,
});
const RETRY_MS: Partial<Record<ItemCode, number>> = { frozen: 5_000, starting: 500, storage: 1_000, overloaded: 250 };

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

  const runBatch = async (batch: readonly Candidate[]): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      const started = performance.now();
      try {
        const committed = await commitBatch(
          host.database,
          host.schema,
          host.epoch,
          host.state,
          batch,
          host.quota.mayLog,
        );
        if (committed.decided) host.state.advance(committed.decided);
        host.measured(performance.now() - started, batch.length);
        host.committed(committed);
        settle(batch, (i) => ({ outcome: committed.outcomes[i] as Outcome, committed }));
        return;
      } catch (error) {
        host.state.invalidate();
        // What was written and only not answered for shows as originals when the batch is decided again.
        if (error instanceof CommitUnknown && attempt < 3) continue;
        const code = codeFor(error);
        if (!(error instanceof NotNow))
          host.logger.warn({ ...faultOf(error), items: batch.length }, 'batch not sequenced');
        settle(batch, () => ({
          outcome: { type: 'retry', code, afterMs: RETRY_MS[code] ?? 1_000 },
          committed: null,
        }));
        return;
      }
    }
  };

  const loop = async (): Promise<void> => {
    for (;;) {
      // One turn of the event loop lets what has just been checked join this batch.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = queue.take();
      if (batch.length === 0) return;
      await runBatch(batch);
    }
  };

  const kick = (): void => {
    if (running || stopped) return;
    running = loop()
      .catch((error: unknown) => host.logger.error({ err: error }, 'the sequencer stumbled'))
      .finally(() => {
        running = null;
        if (queue.ready()) kick();
      });
  };

  return {
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
    stop: async (): Promise<void> => {
      stopped = true;
      await running;
    },
  };
};

export type Sequencer = ReturnType<typeof createSequencer>;
