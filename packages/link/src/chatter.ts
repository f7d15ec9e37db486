import type { LinkClock } from './clock.ts';

/** Small frames (acks, credits, pings) a second that a member may send beyond those that answer a `deliver` frame. */
const A_SECOND = 1024;
const BURST = 4096;
/** Answers that a member may have saved up. */
const MOST_OWED = 65_536;

/** Keeps a member from filling the hub's time with small frames that cost it no credit. */
export interface Chatter {
  /** A frame was sent that will be answered by at most two. */
  asked(): void;
  /** False when there were too many. */
  spend(): boolean;
}

export const createChatter = (clock: LinkClock): Chatter => {
  let left = BURST;
  let owed = 0;
  let at = clock.now();
  return {
    asked: () => {
      owed = Math.min(MOST_OWED, owed + 2);
    },
    spend: () => {
      if (owed > 0) {
        owed -= 1;
        return true;
      }
      const now = clock.now();
      left = Math.min(BURST, left + (Math.max(0, now - at) * A_SECOND) / 1000);
      at = now;
      left -= 1;
      return left >= 0;
    },
  };
};
