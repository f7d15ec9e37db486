declare const timer: unique symbol;

/** A running timer of a `LinkClock`; opaque. */
export interface LinkTimer {
  readonly [timer]: true;
}

/** Time as the link sees it, so that tests turn it by hand. Milliseconds; `now` is wall clock. */
export interface LinkClock {
  now(): number;
  setTimeout(run: () => void, ms: number): LinkTimer;
  clearTimeout(timer: LinkTimer | undefined): void;
}

export const systemClock: LinkClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms) as unknown as LinkTimer,
  clearTimeout: (running) => clearTimeout(running as unknown as NodeJS.Timeout | undefined),
};
