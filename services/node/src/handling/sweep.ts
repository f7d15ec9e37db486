import {
  dropErasureClaim,
  entriesToHandle,
  type HeldEntry,
  inTransaction,
  markFailed,
  markHandled,
  overdueErasureClaims,
} from '@eads/store';
import type { ContentRule } from '../confidential/content-rules.ts';
import { EvidenceError } from '../evidence.ts';
import { type RunCore, recordEvidence } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';
import { directoryOfEpoch } from '../run/past-directory.ts';
import { applyEffects, type Effect, sends } from './effects.ts';
import { handleEntry, type Outcome } from './handle-entry.ts';
import type { Handler } from './handler.ts';

/** Entries that are handled in one transaction. */
const BATCH = 200;
/** Signatures under way at once: the thread pool serves files too. */
const AT_ONCE = 32;
const RETRY_FLOOR_MS = 1_000;
const RETRY_CAP_MS = 300_000;

export interface SweepOptions {
  readonly core: RunCore;
  readonly state: EpochState;
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly contentRules: readonly ContentRule[];
}

type Handled = readonly [entry: HeldEntry, outcome: Outcome];

const inGroups = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(work))));
  }
  return results;
};

/** Applies what one batch came to, and marks its entries, in one transaction. */
const settle = async ({ core, state }: SweepOptions, handled: readonly Handled[]): Promise<void> => {
  const effects: Effect[] = [];
  const done = new Map<number, number[]>();
  const unknown = new Map<number, number[]>();
  for (const [{ epoch, seq }, outcome] of handled) {
    if (outcome.type === 'failed') continue;
    const into = outcome.type === 'done' ? done : unknown;
    into.set(epoch, [...(into.get(epoch) ?? []), seq]);
    if (outcome.type === 'done') effects.push(...outcome.effects);
  }
  const sending = sends(effects);
  const write = () =>
    inTransaction(core.database, async (connection) => {
      // What a crash of the server takes back is pending again; only what leaves this node must be on disk first.
      if (!sending) await connection.query('SET LOCAL synchronous_commit TO off');
      await applyEffects(connection, core, state, effects);
      for (const [epoch, seqs] of done) await markHandled(connection, core.schema, epoch, seqs, 'done');
      for (const [epoch, seqs] of unknown) await markHandled(connection, core.schema, epoch, seqs, 'not-understood');
    });
  await (sending ? core.outbox.run(write) : write());
  if (sending) core.outboxChanged.fire();
};

const fail = async ({ core }: SweepOptions, { epoch, seq, attempts }: HeldEntry, error: Error): Promise<void> => {
  const evidence = error instanceof EvidenceError;
  if (evidence) await recordEvidence(core, epoch, error);
  else core.log.warn({ run: core.run, seq, err: error }, 'An entry could not be handled; it is tried again.');
  const retryMs = evidence ? null : Math.min(RETRY_FLOOR_MS * 2 ** Math.min(attempts, 20), RETRY_CAP_MS);
  await markFailed(core.database, core.schema, epoch, seq, error.message, retryMs);
};

/**
 * Handles what waits in the inbox, in the ledger's order, until nothing does. Idempotent: it may stop at any point and begin again. An
 * entry that fails stops nobody.
 * @returns whether anything was handled
 */
export const sweep = async (options: SweepOptions): Promise<boolean> => {
  const { core, state, handlers, contentRules } = options;
  let any = false;
  for (;;) {
    const entries = await entriesToHandle(core.database, core.schema, BATCH);
    if (entries.length === 0) break;
    any = true;
    const handled = await inGroups(entries, async (entry): Promise<Handled> => {
      const directory = await directoryOfEpoch(core, state, entry.epoch);
      const context = { member: core.member, openingKeys: core.keys.openingKeys(), directory, contentRules };
      return [entry, await handleEntry(entry, context, handlers)];
    });
    try {
      await settle(options, handled);
    } catch (error) {
      // One of them cannot be written: each by itself, so that the others can.
      if (handled.length === 1) await failAll(options, handled, error as Error);
      else await settleEach(options, handled);
    }
    for (const [entry, outcome] of handled) if (outcome.type === 'failed') await fail(options, entry, outcome.error);
    core.entriesChanged.fire();
    if (entries.length < BATCH) break;
  }
  return any;
};

const failAll = async (options: SweepOptions, handled: readonly Handled[], error: Error): Promise<void> => {
  for (const [entry, outcome] of handled) if (outcome.type !== 'failed') await fail(options, entry, error);
};

const settleEach = async (options: SweepOptions, handled: readonly Handled[]): Promise<void> => {
  for (const one of handled) {
    try {
      await settle(options, [one]);
    } catch (error) {
      await failAll(options, [one], error as Error);
    }
  }
};

/** Bytes that were withheld in the name of an erasure which, by now, should have come, are evidence. */
export const checkErasures = async ({ core, state }: Pick<SweepOptions, 'core' | 'state'>): Promise<void> => {
  for (const claim of await overdueErasureClaims(core.database, core.schema, state.epoch, state.next)) {
    await recordEvidence(core, state.epoch, new EvidenceError('erasure-unfounded', claim.seq, { ...claim }));
    await dropErasureClaim(core.database, core.schema, state.epoch, claim.seq);
  }
};
