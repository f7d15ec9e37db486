import type { Clock, Logger } from '@eads/runtime';

/** A step of work that is asked for at any time and every so often, and never runs twice at once. */
export interface Ticker {
  /** Runs it now, or once more after the run that is under way. */
  ask(): void;
  /** Nothing begins any more; resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** @param everyMs also without being asked: what was asked for may have failed, or its time has come */
export const createTicker = (
  name: string,
  work: () => Promise<unknown>,
  { clock, log, everyMs }: { readonly clock: Clock; readonly log: Logger; readonly everyMs: number },
): Ticker => {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const run = async (): Promise<void> => {
    do {
      again = false;
      try {
        await work();
      } catch (err) {
        if (!stopped) log.warn({ err, step: name }, 'A step of the node failed; it is tried again.');
      }
    } while (again && !stopped);
    running = null;
  };

  const ask = (): void => {
    if (stopped) return;
    if (running === null) running = run();
    else again = true;
  };

  const timer = clock.setInterval(ask, everyMs);
  return {
    ask,
    stop: async () => {
      stopped = true;
      timer.cancel();
      await running;
    },
  };
};
