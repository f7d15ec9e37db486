import type { AfterClose } from '@eads/protocol';

const BACK_OFF_FLOOR_MS = 250;
const BACK_OFF_CAP_MS = 15_000;

/** Full jitter between the floor and a ceiling that doubles: 500 ms after the first end in a row, 15 s at most. */
const backOffMs = (attempt: number, random: () => number): number => {
  const ceiling = Math.min(BACK_OFF_CAP_MS, 2 ** Math.min(attempt, 16) * BACK_OFF_FLOOR_MS);
  return BACK_OFF_FLOOR_MS + random() * (ceiling - BACK_OFF_FLOOR_MS);
};

/** How long to wait after the `attempt`th end in a row (from 1); null is until a person acts. */
export const waitMs = (after: AfterClose, attempt: number, random: () => number): number | null => {
  switch (after) {
    case 'stop':
      return null;
    case 'fault-retry-60s':
    case 'replaced':
      return 60_000;
    case 'red-retry-30s':
      return 30_000;
    case 'new-origin':
    case 'back-off':
      return backOffMs(attempt, random);
  }
};
