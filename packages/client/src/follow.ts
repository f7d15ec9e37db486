import { createBackOff, pause } from './back-off.ts';
import { ClientError } from './client-error.ts';

export interface SubscribeOptions {
  /** The first entry; 0 unless told. */
  readonly from?: number;
  /** Whether to stay for what comes; true unless told. */
  readonly follow?: boolean;
  /** Ends the iteration quietly. */
  readonly signal?: AbortSignal;
  /** The feed was cut and is taken up again at the same place after `waitMs`. */
  readonly onCut?: (error: ClientError, waitMs: number) => void;
}

interface Position {
  readonly origin: string;
  /** Entries that are there. */
  readonly size: number;
}

/** A feed that can be opened at any entry. */
export interface FeedSource<Entry> {
  readonly position: (signal?: AbortSignal) => Promise<Position>;
  /** Entries from there on; null now and then while there are none. */
  readonly open: (from: number, follow: boolean, signal?: AbortSignal) => AsyncIterable<Entry | null>;
  /** Every seq stands in it. */
  readonly dense: boolean;
}

/** A run that opens anew, after a restart or with a new epoch, is not there for a moment. */
const ABSENT_MS = 30_000;

const ended = (): ClientError => new ClientError('cut', 'The feed ended: the server closes, or a new epoch begins.');

/**
 * Entries of a feed, in order and each once, over as many connections as it takes. When a new epoch begins, the number starts
 * again at 0 under the new origin. Rejects with `gap` for a missing entry, `cursor-ahead` where the log is shorter than what was read
 * of it, and with what no second try mends.
 */
export async function* followFeed<Entry extends { readonly origin: string; readonly seq: number }>(
  source: FeedSource<Entry>,
  { from = 0, follow = true, signal, onCut }: SubscribeOptions,
): AsyncGenerator<Entry, void, undefined> {
  const backOff = createBackOff();
  let next = from;
  let origin: string | null = null;
  let lastHeard = Number.NEGATIVE_INFINITY;

  const begin = async (): Promise<void> => {
    const position = await source.position(signal);
    if (origin !== null && position.origin !== origin) next = 0;
    else if (next > position.size) {
      throw new ClientError(
        'cursor-ahead',
        `Entry ${next} was asked for, and ${position.origin} has ${position.size}. Ask from 0 on; if more was there before, the log was rolled back.`,
      );
    }
    origin = position.origin;
  };

  const mayMend = (error: ClientError): boolean =>
    error.retry || (error.code === 'not-found' && performance.now() - lastHeard < ABSENT_MS);

  while (!signal?.aborted) {
    let cut = ended();
    try {
      await begin();
      for await (const entry of source.open(next, follow, signal)) {
        lastHeard = performance.now();
        backOff.reset();
        if (entry === null) {
          if ((await source.position(signal)).origin !== origin) break;
          continue;
        }
        if (entry.origin !== origin) break;
        if (entry.seq < next || (source.dense && entry.seq !== next)) {
          throw new ClientError(
            'gap',
            `Entry ${next} of ${origin} is missing in the feed: it went on with ${entry.seq}.`,
          );
        }
        next = entry.seq + 1;
        yield entry;
        if (signal?.aborted) return;
      }
      if (!follow) return;
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof ClientError) || !mayMend(error)) throw error;
      cut = error;
    }
    const waitMs = Math.max(backOff.next(), cut.retryAfterMs ?? 0);
    onCut?.(cut, waitMs);
    await pause(waitMs, signal);
  }
}
