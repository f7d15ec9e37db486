import type { ItemCode } from '@eads/protocol';
import { nextRetryMs, requeueSent, retryLater, takeQueued } from '@eads/store';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/** What the link may publish next: in order, at most `count` and `bytes`. They count as sent on this session. */
export const takeOutgoing = (
  { database, schema }: RunCore,
  { epoch }: EpochState,
  count: number,
  bytes: number,
): Promise<string[]> => takeQueued(database, schema, epoch, count, bytes);

/** Said of what an ended epoch left without a quorum. */
export const HELD_SAYS =
  'It was made for an epoch that ended before a quorum covered it. Confirm it to send it in the new one, with a new id.';

/** A session begins: whatever has no receipt goes again, in order. */
export const startOver = ({ database, schema }: RunCore, { epoch }: EpochState): Promise<void> =>
  requeueSent(database, schema, epoch, HELD_SAYS);

/** The hub took nothing of these for now: they go again after `afterMs`. */
export const takeRetry = (
  { database, schema }: RunCore,
  items: readonly (readonly [string, ItemCode])[],
  afterMs: number,
): Promise<void> => retryLater(database, schema, items, afterMs);

/** ms until something that waits may go again; null when nothing waits. */
export const waitForRetry = ({ database, schema }: RunCore): Promise<number | null> => nextRetryMs(database, schema);
