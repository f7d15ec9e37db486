import { ClientError, type MemberClient } from '@eads/client';
import type { Notice, SentMessage, Submission } from '@eads/protocol';

export type Published =
  | { readonly result: 'sent'; readonly id: string }
  /** A rule forbids it, or the node cannot take it. */
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

const publishOne = async (
  client: MemberClient,
  notice: Notice,
  { to, signal }: PublishAllOptions,
): Promise<Published> => {
  for (;;) {
    try {
      const { id } = await client.publish(notice, { to }, signal);
      return { result: 'sent', id };
    } catch (error) {
      if (signal.aborted) return { result: 'unknown', why: 'Interrupted.' };
      if (!(error instanceof ClientError)) throw error;
      // Only here is it certain that nothing was taken: the door counts before it opens.
      if (error.code === 'too-many') await pause(error.retryAfterMs ?? 1_000);
      else if (FINAL.includes(error.code)) return { result: 'returned', why: error.detail };
      else if (LOST.includes(error.code)) return { result: 'unknown', why: error.detail };
      else throw error;
    }
  }
};

/** Publishes notices, a few at a time, in order. Stops at the first lost answer: what follows would be lost as well. */
export const publishAll = async (
  client: MemberClient,
  notices: readonly Notice[],
  options: PublishAllOptions,
): Promise<Published[]> => {
  const results: Published[] = notices.map(() => ({
    result: 'not-tried',
    why: 'An earlier one could not be handed in.',
  }));
  let next = 0;
  let done = 0;
  let lost = false;
  const work = async (): Promise<void> => {
    while (next < notices.length && !lost && !options.signal.aborted) {
      const at = next++;
      const published = await publishOne(client, notices[at] as Notice, options);
      results[at] = published;
      if (published.result === 'unknown') lost = true;
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

const isThere = (state: SentMessage['state'], wanted: 'receipted' | 'witnessed'): boolean =>
  state === 'witnessed' || state === wanted;

const isOver = (message: SentMessage | undefined, wanted: 'receipted' | 'witnessed'): boolean =>
  message !== undefined && (isThere(message.state, wanted) || message.state === 'returned' || message.state === 'held');

/** Reads the newest messages until all of these were seen. */
const look = async (client: MemberClient, ids: ReadonlySet<string>): Promise<Map<string, SentMessage>> => {
  const found = new Map<string, SentMessage>();
  for (let before: string | undefined; found.size < ids.size; ) {
    const page = await client.messages({ limit: PAGE, ...(before === undefined ? {} : { before }) });
    for (const message of page) if (ids.has(message.id)) found.set(message.id, message);
    before = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  return found;
};

/** Waits until messages are as far as wanted, or will not get there. Returns how each stands then. */
export const waitAll = async (
  client: MemberClient,
  ids: readonly string[],
  { state, signal, onProgress, patienceMs = 30_000 }: WaitAllOptions,
): Promise<Map<string, SentMessage>> => {
  const wanted = new Set(ids);
  let over = -1;
  let moved = performance.now();
  for (;;) {
    const found = await look(client, wanted);
    const now = ids.filter((id) => isOver(found.get(id), state)).length;
    if (now > over) moved = performance.now();
    over = now;
    onProgress(over);
    if (over === ids.length || signal.aborted || performance.now() - moved > patienceMs) return found;
    await pause(LOOK_MS);
  }
};
