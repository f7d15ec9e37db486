import {
  type Connection,
  dropErasureClaim,
  dropUnhandled,
  type EntryToHandle,
  entriesToRetry,
  freshEntries,
  handledThrough,
  inTransaction,
  keepUnhandled,
  overdueErasureClaims,
  type Unhandled,
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
/** Others' entries that may lie behind what was handled before they are left behind too. */
const FAR = 500;
const RETRY_FLOOR_MS = 1_000;
const RETRY_CAP_MS = 300_000;

export interface SweepOptions {
  readonly core: RunCore;
  readonly state: EpochState;
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly contentRules: readonly ContentRule[];
}

interface Handled {
  readonly entry: EntryToHandle;
  readonly outcome: Outcome;
}

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

const unhandledOf = ({ entry, outcome }: Handled): Unhandled | null => {
  const { epoch, seq, attempts } = entry;
  if (outcome.type === 'done') return null;
  if (outcome.type === 'not-understood') return { epoch, seq, state: 'not-understood', error: null, retryMs: null };
  const final = outcome.error instanceof EvidenceError;
  const retryMs = final ? null : Math.min(RETRY_FLOOR_MS * 2 ** Math.min(attempts ?? 0, 20), RETRY_CAP_MS);
  return { epoch, seq, state: 'failed', error: outcome.error.message, retryMs };
};

/** Marks what was handled: the number an epoch goes on behind the last fresh entry, what went otherwise keeps a row. */
const mark = async (connection: Connection, schema: string, handled: readonly Handled[]): Promise<void> => {
  const through = new Map<number, number>();
  for (const one of handled) {
    const { epoch, seq, attempts } = one.entry;
    const unhandled = unhandledOf(one);
    if (unhandled !== null) await keepUnhandled(connection, schema, unhandled);
    else if (attempts !== null) await dropUnhandled(connection, schema, epoch, seq);
    if (attempts === null) through.set(epoch, seq + 1);
  }
  for (const [epoch, seq] of through) await handledThrough(connection, schema, epoch, seq);
};

/** Applies what a batch came to, and marks its entries, in one transaction. */
const settle = async ({ core, state }: SweepOptions, handled: readonly Handled[]): Promise<void> => {
  const effects: Effect[] = handled.flatMap(({ outcome }) => (outcome.type === 'done' ? outcome.effects : []));
  const sending = sends(effects);
  const write = () =>
    inTransaction(core.database, async (connection) => {
      // What a crash of the server takes back is pending again; only what leaves this node must be on disk first.
      if (!sending) await connection.query('SET LOCAL synchronous_commit TO off');
      await applyEffects(connection, core, state, effects);
      await mark(connection, core.schema, handled);
    });
  await (sending ? core.outbox.run(write) : write());
  if (sending) core.outboxChanged.fire();
};

/** One of a batch cannot be written: each by itself, so that the others can. */
const settleEach = async (options: SweepOptions, handled: readonly Handled[]): Promise<void> => {
  for (const one of handled) {
    await settle(options, [one]).catch((error: Error) =>
      settle(options, [{ entry: one.entry, outcome: { type: 'failed', error } }]),
    );
  }
};

const tell = async ({ core }: SweepOptions, { entry, outcome }: Handled): Promise<void> => {
  if (outcome.type !== 'failed') return;
  const { error } = outcome;
  if (error instanceof EvidenceError) await recordEvidence(core, entry.epoch, error);
  else
    core.log.warn({ run: core.run, seq: entry.seq, err: error }, 'An entry could not be handled; it is tried again.');
};

const handleBatch = async (options: SweepOptions, entries: readonly EntryToHandle[]): Promise<void> => {
  const { core, state, handlers, contentRules } = options;
  const openingKeys = core.keys.openingKeys();
  const handled = await inGroups(entries, async (entry): Promise<Handled> => {
    const directory = await directoryOfEpoch(core, state, entry.epoch);
    const context = { member: core.member, openingKeys, directory, contentRules };
    return { entry, outcome: await handleEntry(entry, context, handlers) };
  });
  // Evidence first: should the process end here it is only counted twice.
  for (const one of handled) await tell(options, one);
  await settle(options, handled).catch(() => settleEach(options, handled));
  core.entriesChanged.fire();
};

/**
 * Handles what waits in the inbox, in the ledger's order, then what failed and is due again. Idempotent: it may stop at any point and
 * begin again. An entry that fails stops nobody.
 */
export const sweep = async (options: SweepOptions): Promise<void> => {
  const { core, state } = options;
  const { database, schema } = core;
  const { epoch, next } = state;
  for (;;) {
    const entries = await freshEntries(database, schema, BATCH);
    if (entries.length > 0) await handleBatch(options, entries);
    if (entries.length < BATCH) break;
  }
  // Others' entries are nothing to handle: what is looked through begins behind them.
  if (next - state.looked > FAR) {
    await handledThrough(database, schema, epoch, next);
    state.looked = next;
  }
};

/** Handles what failed and is due again. */
export const sweepFailed = async (options: SweepOptions): Promise<void> => {
  const entries = await entriesToRetry(options.core.database, options.core.schema, BATCH);
  if (entries.length > 0) await handleBatch(options, entries);
};

/** Bytes that were withheld in the name of an erasure which, by now, should have come, are evidence. */
export const checkErasures = async ({ core, state }: Pick<SweepOptions, 'core' | 'state'>): Promise<void> => {
  for (const claim of await overdueErasureClaims(core.database, core.schema, state.epoch, state.next)) {
    await recordEvidence(core, state.epoch, new EvidenceError('erasure-unfounded', claim.seq, { ...claim }));
    await dropErasureClaim(core.database, core.schema, state.epoch, claim.seq);
  }
};
