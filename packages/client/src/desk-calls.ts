import {
  type DeskEntry,
  deskEntry,
  type Handling,
  type Notice,
  type SentMessage,
  type Submission,
  sentMessage,
} from '@eads/protocol';
import * as z from 'zod';
import { pause } from './back-off.ts';
import { ClientError } from './client-error.ts';
import {
  type Evidence,
  evidence,
  type NodeRunStatus,
  type NodeTrust,
  type NoticeVersion,
  nodeRunStatus,
  nodeTrust,
  noticeVersion,
  type RecallBoard,
  recallBoard,
  type Submitted,
  submitted,
} from './desk-schemas.ts';
import type { FeedSource } from './follow.ts';
import type { Requester } from './request.ts';

export interface NoticeFilter {
  readonly type?: string;
  /** Part of a name, number or document. */
  readonly q?: string;
  readonly owner?: string;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** 60 s unless told. */
  readonly timeoutMs?: number;
}

export interface PublishOptions {
  readonly to?: Submission['to'];
  readonly handling?: Handling;
  readonly actor?: string;
}

/** Unless the author says otherwise: those who need it, for crime-fighting use. */
export const DEFAULT_HANDLING: Handling = { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null };

const PAGE = 200;
const POLL_FLOOR_MS = 50;
const POLL_CEILING_MS = 1_000;

const query = (fields: Readonly<Record<string, string | number | undefined>>): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) search.set(name, String(value));
  return search.toString();
};

const reached = (state: SentMessage['state'], wanted: 'receipted' | 'witnessed'): boolean =>
  state === 'witnessed' || state === wanted;

/** Throws where a message will not get there without a person. */
const failIfStuck = ({ id, state, code, says }: SentMessage): void => {
  if (state === 'returned') throw new ClientError('returned', says ?? `The message ${id} was returned (${code}).`);
  if (state === 'held') throw new ClientError('held', says ?? `The message ${id} is held: a person must confirm it.`);
};

/** What a force's desk can ask of its own node. */
export const deskCalls = (request: Requester, run: string) => {
  const base = `/runs/${run}`;

  const submit = (submission: Submission, signal?: AbortSignal): Promise<Submitted> =>
    request.json(submitted, 'POST', `${base}/messages`, { body: submission, signal });
  const sent = (id: string, signal?: AbortSignal): Promise<SentMessage> =>
    request.json(sentMessage, 'GET', `${base}/messages/${id}`, { signal });

  return {
    /** Hands a message in: the node checks it, signs it and keeps it until the hub has it. Rejects with `returned` where a rule forbids it. */
    submit,

    publish: (notice: Notice, options: PublishOptions = {}, signal?: AbortSignal): Promise<Submitted> => {
      const { to = 'all', handling = DEFAULT_HANDLING, actor } = options;
      const body = { notice };
      return submit({ kind: 'notice.publish', to, handling, body, ...(actor === undefined ? {} : { actor }) }, signal);
    },

    /** How far a message got, recipient by recipient. */
    sent,

    /** What was sent from here, newest first; at most 500 at a time. */
    messages: ({ limit, before }: { limit?: number; before?: string } = {}): Promise<SentMessage[]> =>
      request.json(z.array(sentMessage), 'GET', `${base}/messages?${query({ limit, before })}`),

    /**
     * Waits until a message is receipted (durable at the hub) or witnessed (a quorum covers it). Rejects with `returned`, `held` or
     * `timed-out`; the message goes on by itself after the last.
     */
    waitFor: async (
      id: string,
      state: 'receipted' | 'witnessed',
      { signal, timeoutMs = 60_000 }: WaitOptions = {},
    ): Promise<SentMessage> => {
      const deadline = performance.now() + timeoutMs;
      for (let ms = POLL_FLOOR_MS; ; ms = Math.min(POLL_CEILING_MS, ms * 1.5)) {
        const message = await sent(id, signal);
        if (reached(message.state, state)) return message;
        failIfStuck(message);
        if (performance.now() + ms > deadline) {
          throw new ClientError(
            'timed-out',
            `The message ${id} is ${message.state} and was not ${state} in time. It goes on by itself.`,
          );
        }
        await pause(ms, signal);
        signal?.throwIfAborted();
      }
    },

    status: (signal?: AbortSignal): Promise<NodeRunStatus> =>
      request.json(nodeRunStatus, 'GET', `${base}/status`, { signal }),

    /** The newest version of each notice held there that fits, newest first, page by page. The node logs each page as a search. */
    async *notices(filter: NoticeFilter = {}): AsyncGenerator<NoticeVersion, void, undefined> {
      for (let offset = 0; ; offset += PAGE) {
        const path = `${base}/notices?${query({ ...filter, limit: PAGE, offset })}`;
        const page = await request.json(z.array(noticeVersion), 'GET', path);
        yield* page;
        if (page.length < PAGE) return;
      }
    },

    /** Every version of one notice, by its reference `<from>/<id>`. */
    notice: (ref: string): Promise<NoticeVersion[]> =>
      request.json(z.array(noticeVersion), 'GET', `${base}/notices/${ref}`),

    /** The recall board of an own notice. */
    recalls: (ref: string): Promise<RecallBoard> => request.json(recallBoard, 'GET', `${base}/recalls/${ref}`),

    evidence: (): Promise<Evidence[]> => request.json(z.array(evidence), 'GET', `${base}/evidence`),

    /** Which log the node trusts; `file` is a trust file. */
    trust: (): Promise<NodeTrust> => request.json(nodeTrust, 'GET', `${base}/trust`),
  };
};

/** A node's own feed: what this member may read. */
export const deskFeed = (request: Requester, run: string): FeedSource<DeskEntry> => ({
  dense: false,
  position: async (signal) => {
    const { origin, size } = await request.json(nodeRunStatus, 'GET', `/runs/${run}/status`, { signal });
    if (origin === null)
      throw new ClientError('conflict', `The run ${run} has no genesis yet: it waits for members to enrol.`);
    return { origin, size };
  },
  async *open(from, follow, signal) {
    const path = `/runs/${run}/entries`;
    if (follow) {
      yield* request.lines(deskEntry, `${path}?from=${from}&follow=true`, { signal });
      return;
    }
    for (let next = from; ; ) {
      const page = await request.json(z.array(deskEntry), 'GET', `${path}?from=${next}&limit=${PAGE}`, { signal });
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      next = last.seq + 1;
    }
  },
});
