import type { ItemCode } from '@eads/protocol';

/** Logged refusals a member and minute; the rest is counted and summed up in one entry. */
const REFUSALS_A_MINUTE = 20;
const MINUTE_MS = 60_000;

export interface Overflow {
  readonly member: string;
  readonly code: ItemCode;
  count: number;
  first: number;
  last: number;
}

/** Keeps a member that sends rubbish from filling the ledger with its refusals. */
export const createRefusalQuota = (now: () => number) => {
  const used = new Map<string, { minute: number; count: number }>();
  const overflow = new Map<string, Overflow>();

  return {
    /** Whether this refusal is logged. One that is not is counted. */
    mayLog: (member: string, code: ItemCode): boolean => {
      const at = now();
      const minute = Math.floor(at / MINUTE_MS);
      const before = used.get(member);
      const count = before?.minute === minute ? before.count : 0;
      if (count < REFUSALS_A_MINUTE) {
        used.set(member, { minute, count: count + 1 });
        return true;
      }
      const key = `${member} ${code}`;
      const sum = overflow.get(key);
      if (sum) {
        sum.count += 1;
        sum.last = at;
      } else overflow.set(key, { member, code, count: 1, first: at, last: at });
      return false;
    },
    /** Takes out what was counted and not logged. */
    drain: (): Overflow[] => {
      const sums = [...overflow.values()];
      overflow.clear();
      return sums;
    },
  };
};

export type RefusalQuota = ReturnType<typeof createRefusalQuota>;
