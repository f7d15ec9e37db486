/** How many envelopes a member may hand in: so many a second, and so many at once after a silence. */
export interface PublishRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Far above what people and an import make, and low enough that one member leaves room for eleven others. */
export const PUBLISH_RATE: PublishRate = { perSecond: 2_000, burst: 10_000 };

/** When an envelope over the quota is to come again, ms. */
const AGAIN_MS = 1_000;

/**
 * A bucket of envelopes for each member of a run: filled at an even rate, emptied by what is handed in.
 * @param now a clock that is never set back, ms
 */
export const createPublishQuota = ({ perSecond, burst }: PublishRate, now: () => number) => {
  const buckets = new Map<string, { left: number; at: number }>();

  return {
    /** Takes one envelope's share. Returns 0, or in how many ms to come again. */
    take: (member: string): number => {
      const at = now();
      const bucket = buckets.get(member) ?? { left: burst, at };
      const filled = Math.min(burst, bucket.left + ((at - bucket.at) * perSecond) / 1000);
      const granted = filled >= 1;
      buckets.set(member, { left: granted ? filled - 1 : filled, at });
      return granted ? 0 : Math.max(AGAIN_MS, Math.ceil(1000 / perSecond));
    },
  };
};

export type PublishQuota = ReturnType<typeof createPublishQuota>;
