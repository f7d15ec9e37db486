import type { ItemCode } from '@eads/protocol';

/** Logged refusals a member and minute; the rest is counted and summed up in one entry. */
const REFUSALS_A_MINUTE = 20;
const MINUTE_MS = 60_000;

/** Refusals of a member with one code that were not logged one by one. Times in ms. */
export interface Overflow {
  readonly member: string;
  readonly code: ItemCode;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** What one batch uses up; it counts once the batch stands. */
export interface RefusalDraft {
  /** Whether this refusal is logged. One that is not is counted. */
  mayLog(member: string, code: ItemCode): boolean;
  keep(): void;
}

/** Keeps a member that sends rubbish from filling the ledger with its refusals. */
export const createRefusalQuota = (now: () => number, aMinute = REFUSALS_A_MINUTE) => {
  const used = new Map<string, { minute: number; count: number }>();
  let overflow = new Map<string, Overflow>();

  const add = ({ member, code, count, first, last }: Overflow): void => {
    const key = `${member} ${code}`;
    const sum = overflow.get(key);
    overflow.set(key, {
      member,
      code,
      count: count + (sum?.count ?? 0),
      first: Math.min(first, sum?.first ?? first),
      last: Math.max(last, sum?.last ?? last),
    });
  };

  return {
    draft: (): RefusalDraft => {
      const at = now();
      const minute = Math.floor(at / MINUTE_MS);
      const drafted = new Map<string, number>();
      const over: Overflow[] = [];
      const standing = (member: string): number => {
        const before = used.get(member);
        return before?.minute === minute ? before.count : 0;
      };
      return {
        mayLog: (member, code) => {
          const count = drafted.get(member) ?? 0;
          if (standing(member) + count < aMinute) {
            drafted.set(member, count + 1);
            return true;
          }
          over.push({ member, code, count: 1, first: at, last: at });
          return false;
        },
        keep: () => {
          for (const [member, count] of drafted) used.set(member, { minute, count: standing(member) + count });
          for (const each of over) add(each);
        },
      };
    },
    /** Takes out what was counted and not logged. */
    drain: (): Overflow[] => {
      const sums = [...overflow.values()];
      overflow = new Map();
      return sums;
    },
    /** Puts back what could not be summed up in an entry now. */
    add,
  };
};

export type RefusalQuota = ReturnType<typeof createRefusalQuota>;
