import { ClientError, type MemberClient } from '@eads/client';
import type { Notice, SentMessage, Submission } from '@eads/protocol';

export type Published =
  | { readonly result: 'sent'; readonly id: string }
  /** A rule forbids it, or it is nothing that the node takes. */
  | { readonly result: 'returned'; readonly why: string }
  /** The answer got lost: it may have been taken or not. */
  | { readonly result: 'unknown'; readonly why: string }
  /** An earlier one met something that would meet this one too. */
  | { readonly result: 'not-tried'; readonly why: string };

export interface PublishAllOptions {
  readonly to: Submission['to'];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

const AT_ONCE = 8;
const FINAL = ['returned', 'bad-request', 'too-large'];
const LOST = ['unreachable', 'cut', 'internal', 'unavailable', 'not-understood'];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Does it again where the door says "too many": it counts before it opens, so that nothing was taken. */
const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'too-many') throw error;
      await pause(error.retryAfterMs ?? 1_000);
    }
  }
};

const publishOne = async (
  client: MemberClient,
  notice: Notice,
  { to, signal }: PublishAllOptions,
): Promise<Published> => {
  try {
    const { id } = await patiently(() => client.publish(notice, { to }, signal));
    return { result: 'sent', id };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (signal.aborted) return { result: 'unknown', why: 'It was interrupted.' };
    if (FINAL.includes(error.code)) return { result: 'returned', why: error.detail };
    if (LOST.includes(error.code)) return { result: 'unknown', why: error.detail };
    throw error;
  }
};

/** Publishes notices, a few at a time. Stops at the first lost answer: what follows would be lost as well. */
export const publishAll = async (
  client: MemberClient,
  notices: readonly Notice[],
  options: PublishAllOptions,
): Promise<Published[]> => {
  const results = notices.map((): Published => ({ result: 'not-tried', why: 'One before it could not be handed in.' }));
  let next = 0;
  let done = 0;
  let stopped = false;
  const work = async (): Promise<void> => {
    while (next < notices.length && !stopped && !options.signal.aborted) {
      const at = next++;
      try {
        const published = await publishOne(client, notices[at] as Notice, options);
        results[at] = published;
        if (published.result === 'unknown') stopped = true;
      } catch (error) {
        stopped = true;
        throw error;
      }
      done += 1;
      options.onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
};

export interface WaitAllOptions {
  readonly state: 'receipted' | 'witnessed';
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
  /** Gives up when nothing moved for this long; 30 s unless told. */
  readonly patienceMs?: number;
}

const LOOK_MS = 150;
const PAGE = 500;

const isOver = ({ state }: SentMessage, wanted: 'receipted' | 'witnessed'): boolean =>
  state === 'witnessed' || state === wanted || state === 'returned' || state === 'held';

/** Reads the newest messages until all of these were seen; they stand close together. */
const look = async (client: MemberClient, ids: ReadonlySet<string>): Promise<Map<string, SentMessage>> => {
  const found = new Map<string, SentMessage>();
  for (let before: string | undefined; found.size < ids.size; ) {
    const at = before === undefined ? {} : { before };
    const page = await patiently(() => client.messages({ limit: PAGE, ...at }));
    for (const message of page) if (ids.has(message.id)) found.set(message.id, message);
    before = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  return found;
};

/** Waits until messages are as far as wanted, or will not get there without a person. Returns how each stands then. */
export const waitAll = async (
  client: MemberClient,
  ids: readonly string[],
  { state, signal, onProgress, patienceMs = 30_000 }: WaitAllOptions,
): Promise<Map<string, SentMessage>> => {
  const all = new Map<string, SentMessage>();
  const open = new Set(ids);
  let moved = performance.now();
  for (;;) {
    const before = open.size;
    for (const [id, message] of await look(client, open)) {
      all.set(id, message);
      if (isOver(message, state)) open.delete(id);
    }
    if (open.size < before) moved = performance.now();
    onProgress(ids.length - open.size);
    if (open.size === 0 || signal.aborted || performance.now() - moved > patienceMs) return all;
    await pause(LOOK_MS);
  }
};
