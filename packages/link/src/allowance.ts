import type { Window } from './settings.ts';

/** What the other end lets us have under way. */
export interface Allowance {
  readonly bytes: number;
  readonly count: number;
  /** False when this would pass what a credit may ever sum up to. */
  add(bytes: number, count: number): boolean;
  /** False when it is not covered; then nothing is taken. */
  spend(bytes: number, count: number): boolean;
}

const MOST = { bytes: 2 ** 31, count: 2 ** 24 } as const;

export const createAllowance = (): Allowance => {
  let bytes = 0;
  let count = 0;
  return {
    get bytes() {
      return bytes;
    },
    get count() {
      return count;
    },
    add: (moreBytes, more) => {
      if (bytes + moreBytes > MOST.bytes || count + more > MOST.count) return false;
      bytes += moreBytes;
      count += more;
      return true;
    },
    spend: (someBytes, some) => {
      if (someBytes > bytes || some > count) return false;
      bytes -= someBytes;
      count -= some;
      return true;
    },
  };
};

/** What we let the other end have under way. */
export interface Grant {
  /** The first credit, sent once. */
  open(): void;
  /** Something came in; false when the other end had no credit for it. */
  take(bytes: number, count: number): boolean;
  /** It was dealt with: its credit goes back, in portions of a quarter of the window. More than is under way is not given. */
  done(bytes: number, count: number): void;
}

export const createGrant = (window: Window, send: (bytes: number, count: number) => void): Grant => {
  const left = createAllowance();
  const taken = { bytes: 0, count: 0 };
  const owed = { bytes: 0, count: 0 };
  return {
    open: () => {
      left.add(window.bytes, window.count);
      send(window.bytes, window.count);
    },
    take: (bytes, count) => {
      if (!left.spend(bytes, count)) return false;
      taken.bytes += bytes;
      taken.count += count;
      return true;
    },
    done: (bytes, count) => {
      const back = { bytes: Math.min(bytes, taken.bytes), count: Math.min(count, taken.count) };
      taken.bytes -= back.bytes;
      taken.count -= back.count;
      owed.bytes += back.bytes;
      owed.count += back.count;
      if (owed.bytes < window.bytes / 4 && owed.count < window.count / 4) return;
      const { bytes: giveBytes, count: giveCount } = owed;
      owed.bytes = 0;
      owed.count = 0;
      left.add(giveBytes, giveCount);
      send(giveBytes, giveCount);
    },
  };
};

/** Bytes of envelopes as credit counts them: UTF-8, without the frame around them. */
export const envelopeBytes = (envelopes: readonly string[]): number =>
  envelopes.reduce((sum, envelope) => sum + Buffer.byteLength(envelope), 0);
