import type { AfterClose, CloseCode } from '@eads/protocol';
import { waitMs } from './back-off.ts';
import type { LinkClock, LinkTimer } from './clock.ts';
import { errorOf, type LinkError } from './close-words.ts';
import { type Dial, dialWebSocket } from './dial.ts';
import { EvidenceError, type NodeHost } from './node-host.ts';
import { type NodeSession, type NodeSessionEnd, openNodeSession } from './node-session.ts';
import { NODE_SETTINGS, type NodeSessionSettings } from './settings.ts';

export interface NodeLinkState {
  /** `stopped` waits for a person (or is `stop()`), `waiting` for a time. */
  readonly status: 'connecting' | 'linked' | 'waiting' | 'stopped';
  /** When this status began, ms. */
  readonly since: number;
  /** When the last head came, ms. */
  readonly lastHeadAt: number | null;
  /** Ends in a row without a session that stayed up. */
  readonly attempts: number;
  readonly lastClose: number | null;
  /** When the next attempt begins by itself, ms; null when none is waited for. */
  readonly retryAt: number | null;
}

export interface NodeLink {
  /** There may be something to publish. */
  nudge(): void;
  state(): NodeLinkState;
  /** A person says: try now. */
  resumeByPerson(): void;
  /** Ends for good; resolves when the socket is closed and nothing is under way at the host. */
  stop(): Promise<void>;
}

export interface NodeLinkOptions {
  readonly url: string;
  /** Bearer token of the upgrade request. */
  readonly token: string;
  readonly host: NodeHost;
  readonly clock: LinkClock;
  /** 0 <= x < 1. */
  readonly random: () => number;
  readonly dial?: Dial;
  readonly settings?: Partial<NodeSessionSettings>;
  /** How long a session must stay up before the back-off starts over, in ms. */
  readonly stableMs?: number;
}

/** Keeps one session to the hub, and comes back after each end in the way that its close code asks for. */
export const startNodeLink = (options: NodeLinkOptions): NodeLink => {
  const { url, token, host, clock, random, dial = dialWebSocket, stableMs = 10_000 } = options;
  const settings = { ...NODE_SETTINGS, ...options.settings };
  let status: NodeLinkState['status'] = 'connecting';
  let since = clock.now();
  let lastHeadAt: number | null = null;
  let attempts = 0;
  let lastClose: number | null = null;
  let retryAt: number | null = null;
  let session: NodeSession | undefined;
  let timer: LinkTimer | undefined;
  let ended = false;
  /** What must come to rest before the next session asks for the cursor. */
  let resting: Promise<void> = Promise.resolve();
  /** The last socket, until it is closed for good. */
  let closing: Promise<void> = Promise.resolve();

  const turn = (next: NodeLinkState['status']) => {
    status = next;
    since = clock.now();
    retryAt = null;
  };

  const guarded = (run: () => void) => {
    try {
      run();
    } catch (error) {
      host.fault?.(error);
    }
  };

  const wait = (after: AfterClose) => {
    const ms = waitMs(after, attempts, random);
    turn(ms === null ? 'stopped' : 'waiting');
    retryAt = ms === null ? null : since + ms;
    if (ms !== null) timer = clock.setTimeout(connect, ms);
  };

  const lose = (code: CloseCode, after: AfterClose, error: LinkError) => {
    clock.clearTimeout(timer);
    lastClose = code;
    attempts += 1;
    session = undefined;
    wait(after);
    guarded(() => host.lost(code, after, error.what, error.remedy));
  };

  const connect = () => {
    clock.clearTimeout(timer);
    turn('connecting');
    resting.then(open, open);
  };

  const open = () => {
    if (ended || status !== 'connecting' || session !== undefined) return;
    try {
      session = openNodeSession(dial(url, token), host, clock, settings, { linked, head, ended: over });
      closing = session.closed;
    } catch (error) {
      host.fault?.(error);
      lose(1006, 'back-off', errorOf(1006));
    }
  };

  const linked = () => {
    turn('linked');
    timer = clock.setTimeout(() => {
      attempts = 0;
    }, stableMs);
  };

  const head = () => {
    lastHeadAt = clock.now();
  };

  const over = (end: NodeSessionEnd) => {
    const last = session;
    resting = last?.settled() ?? resting;
    if (ended) return;
    lose(end.code, end.after, end.error);
    if (end.otherOrigin !== null) follow(end.otherOrigin);
  };

  /** The wait goes on meanwhile; the next session begins when both are over. */
  const follow = (origin: string) => {
    const before = resting;
    resting = before
      .then(() => host.newOrigin(origin))
      .catch((error) => {
        host.fault?.(error);
        if (!(error instanceof EvidenceError) || ended) return;
        lose(4410, 'red-retry-30s', { code: 'evidence', what: error.message, remedy: error.remedy });
      });
  };

  connect();
  return {
    nudge: () => session?.nudge(),
    state: () => ({ status, since, lastHeadAt, attempts, lastClose, retryAt }),
    resumeByPerson: () => {
      if (ended || status === 'linked' || status === 'connecting') return;
      attempts = 0;
      connect();
    },
    stop: async () => {
      ended = true;
      clock.clearTimeout(timer);
      session?.close(1001);
      turn('stopped');
      await closing;
      await resting.catch(() => {});
    },
  };
};
