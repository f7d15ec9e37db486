import { deliver, hubFrame, nodeFrame, publish } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { plain, readFrame } from './reading.ts';
import { envelopeText, openingText, readableItem } from './testing/texts.ts';

/** Microseconds a frame: the best of some rounds, so that another's load does not count. */
const cost = (frame: object, parse: Parameters<typeof readFrame>[1]) => {
  const bytes = Buffer.from(JSON.stringify(frame));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round += 1) {
    const start = performance.now();
    for (let i = 0; i < 20; i += 1) readFrame(bytes, parse);
    best = Math.min(best, (performance.now() - start) * 50);
  }
  return best;
};

describe('reading a frame', () => {
  it('costs well under a millisecond for the largest usual ones, by the schemas themselves', () => {
    const envelopes = Array.from({ length: 64 }, (_, i) => envelopeText(`m${i}`, 1024));
    const seqs = Array.from({ length: 64 }, (_, i) => i);
    const delivery = {
      t: 'deliver',
      first: 0,
      items: seqs.map((seq) => JSON.parse(readableItem(seq, 1024))),
      openings: seqs.map((seq) => JSON.parse(openingText(seq))),
    };
    expect(publish.safeParse({ t: 'publish', envelopes }).success).toBe(true);
    expect(deliver.safeParse(delivery).success).toBe(true);
    expect(cost({ t: 'publish', envelopes }, (value) => nodeFrame.safeParse(value))).toBeLessThan(800);
    expect(cost(delivery, (value) => hubFrame.safeParse(value))).toBeLessThan(800);
  });

  it('makes any text fit for an error frame', () => {
    expect(plain('a\u0000b\u202ec\u2028d\ud800e\nf')).toBe('a b c d e\nf');
    expect(plain('x'.repeat(600))).toHaveLength(480);
    expect(plain(`${'x'.repeat(479)}\u{1f600}`).isWellFormed()).toBe(true);
  });
});
