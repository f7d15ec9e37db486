const FLOOR_MS = 250;
const CEILING_MS = 10_000;

/** Waits between attempts: doubling from 250 ms to 10 s, a random half of it each time, so that a crowd does not return as one. */
export const createBackOff = (random: () => number = Math.random) => {
  let attempts = 0;
  return {
    next: (): number => {
      const full = Math.min(CEILING_MS, FLOOR_MS * 2 ** Math.min(attempts, 10));
      attempts += 1;
      return attempts === 1 ? FLOOR_MS : Math.max(FLOOR_MS, Math.round(full * (0.5 + random() / 2)));
    },
    reset: (): void => {
      attempts = 0;
    },
  };
};

/** Resolves after `ms`, or as soon as the signal aborts. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
