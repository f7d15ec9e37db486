import type { LinkClock, LinkTimer } from './clock.ts';

export interface Heartbeat {
  /** Something came from the other end. */
  heard(): void;
  stop(): void;
}

/**
 * Pings every `pingMs`, and calls `silent` when nothing at all (pong or frame) comes for `pongMs` after a ping: a peer that is
 * frozen, or gone without a word, is noticed within `pingMs + pongMs`.
 */
export const startHeartbeat = (
  clock: LinkClock,
  { pingMs, pongMs }: { readonly pingMs: number; readonly pongMs: number },
  ping: () => void,
  silent: () => void,
): Heartbeat => {
  let timer: LinkTimer | undefined;
  let waiting = false;
  let stopped = false;

  const rest = () => {
    waiting = false;
    timer = clock.setTimeout(beat, pingMs);
  };
  const beat = () => {
    waiting = true;
    ping();
    if (!stopped && waiting) listen();
  };
  const listen = () => {
    const due = clock.now() + pongMs;
    timer = clock.setTimeout(() => {
      // A timer that is late means that this process stood still: the answer may lie unread in the socket.
      if (clock.now() - due > pongMs / 2) listen();
      else silent();
    }, pongMs);
  };

  rest();
  return {
    heard: () => {
      if (stopped || !waiting) return;
      clock.clearTimeout(timer);
      rest();
    },
    stop: () => {
      stopped = true;
      clock.clearTimeout(timer);
    },
  };
};
