import type { KeepingMember } from './keeping-member.ts';

/** Milliseconds from the sending of a message until its addressee held it, one after the other; in rising order. */
export const latencies = async (from: KeepingMember, to: KeepingMember, count: number): Promise<number[]> => {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const ref = `MY/${from.scripted.envelope('erase', 'all', { seqs: [0], reason: '' }).claims.id}`;
    const envelope = from.scripted.envelope('recall.ack', [to.member as 'MY'], { ref, held: true });
    const began = performance.now();
    const arrived = to.arrival(envelope.claims.id);
    from.send(envelope);
    await arrived;
    taken.push(performance.now() - began);
  }
  return taken.sort((one, other) => one - other);
};

/** The value below which this share of a rising list lies. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
