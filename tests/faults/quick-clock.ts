import type { Clock } from '@eads/runtime';
import { realClock } from '@eads/runtime';

/** A clock that runs so many times as fast as the machine's, so that what happens once a minute can be waited for. */
export const quickClock = (times: number): Clock => {
  const began = { now: realClock.now(), monotonic: realClock.monotonic() };
  const passed = (): number => (realClock.monotonic() - began.monotonic) * times;
  return {
    now: () => Math.floor(began.now + passed()),
    monotonic: () => began.monotonic + passed(),
    setTimeout: (fn, ms) => realClock.setTimeout(fn, ms / times),
    setInterval: (fn, ms) => realClock.setInterval(fn, ms / times),
  };
};

/** The machine's clock, set wrong by so many ms. */
export const skewedClock = (ms: number): Clock => ({ ...realClock, now: () => realClock.now() + ms });
