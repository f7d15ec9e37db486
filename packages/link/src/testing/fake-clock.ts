import type { LinkClock, LinkTimer } from '../clock.ts';

export interface FakeClock extends LinkClock {
  /** Turns time on, timer by timer, letting everything that follows from each happen before the next. */
  advance(ms: number): Promise<void>;
  /** Time goes on while nothing runs, as when the event loop is blocked. */
  stall(ms: number): void;
  readonly pending: number;
}

/** Lets every promise and `setImmediate` that is due run. */
export const settle = async (rounds = 8): Promise<void> => {
  for (let i = 0; i < rounds; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

export const createFakeClock = (start = 1_790_000_000_000): FakeClock => {
  let now = start;
  let ids = 0;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  const due = (until: number) =>
    [...timers].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
  return {
    now: () => now,
    setTimeout: (run, ms) => {
      ids += 1;
      timers.set(ids, { at: now + Math.max(1, ms), run });
      return ids as unknown as LinkTimer;
    },
    clearTimeout: (timer) => {
      timers.delete(timer as unknown as number);
    },
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      for (let next = due(until); next !== undefined; next = due(until)) {
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].run();
        await settle();
      }
      now = until;
    },
    stall: (ms) => {
      now += ms;
    },
    get pending() {
      return timers.size;
    },
  };
};
