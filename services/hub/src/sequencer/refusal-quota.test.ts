import { describe, expect, it } from 'vitest';
import { createRefusalQuota, type RefusalDraft } from './refusal-quota.ts';

const quota = (aMinute = 3) => {
  let now = 60_000;
  const made = createRefusalQuota(() => now, aMinute);
  return {
    ...made,
    pass: (ms: number) => {
      now += ms;
    },
  };
};
const tries = (draft: RefusalDraft, member: string, count: number): number =>
  Array.from({ length: count }, () => draft.mayLog(member, 'bad-form')).filter(Boolean).length;

describe('the quota of logged refusals', () => {
  it('logs so many a minute and member, and counts the rest with its first and last moment', () => {
    const { draft, drain, pass } = quota();
    const batch = draft();
    expect(tries(batch, 'ID', 5)).toBe(3);
    expect(tries(batch, 'MY', 2)).toBe(2);
    batch.keep();
    pass(10_000);
    const next = draft();
    expect(tries(next, 'ID', 1)).toBe(0);
    expect(next.mayLog('ID', 'bad-signature')).toBe(false);
    next.keep();
    expect(drain()).toEqual([
      { member: 'ID', code: 'bad-form', count: 3, first: 60_000, last: 70_000 },
      { member: 'ID', code: 'bad-signature', count: 1, first: 70_000, last: 70_000 },
    ]);
    expect(drain()).toEqual([]);
    pass(50_000);
    expect(tries(draft(), 'ID', 5)).toBe(3);
  });
  it('counts nothing for a batch that did not stand', () => {
    const { draft, drain } = quota();
    expect(tries(draft(), 'ID', 5)).toBe(3);
    const again = draft();
    expect(tries(again, 'ID', 5)).toBe(3);
    again.keep();
    expect(drain()).toMatchObject([{ count: 2 }]);
  });
  it('takes back what could not be summed up, and adds it to what came since', () => {
    const { draft, drain, add, pass } = quota(0);
    const batch = draft();
    batch.mayLog('ID', 'bad-form');
    batch.keep();
    const [sum] = drain();
    pass(5);
    const later = draft();
    later.mayLog('ID', 'bad-form');
    later.keep();
    if (sum) add(sum);
    expect(drain()).toEqual([{ member: 'ID', code: 'bad-form', count: 2, first: 60_000, last: 60_005 }]);
  });
});
