import { directMessage, FORCES, INNER_BODY_BYTES } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { sampleMessage } from './messages.ts';

const on = '2026-11-25';

describe('sampleMessage', () => {
  it('is the inner body of a direct message, between any two members', () => {
    for (const from of [...FORCES, 'SEC']) {
      for (const to of [...FORCES, 'SEC', 'XA']) {
        for (let seed = 0; seed < 12; seed++) {
          const message = sampleMessage(`${from}${to}${seed}`, { from, to, on });
          expect(directMessage.inner?.safeParse(message).error?.issues ?? []).toEqual([]);
          expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(INNER_BODY_BYTES);
          expect(message.text).toMatch(/^EXERCISE .*\n[\s\S]+\n.*EXERCISE$/);
          expect(JSON.stringify(message)).not.toMatch(/undefined|NaN|%| {2}/);
        }
      }
    }
  });

  it('names the notice that it is given', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { subject } = sampleMessage(seed, { from: 'ID', to: 'TH', on, notice: 'EX-TH-2026-000017' });
      expect(subject).toContain('EX-TH-2026-000017');
    }
  });

  it('is the same for the same arguments, and varies with the seed', () => {
    const subjects = Array.from({ length: 200 }, (_, seed) => sampleMessage(seed, { from: 'ID', to: 'TH', on }));
    expect(subjects).toEqual(
      Array.from({ length: 200 }, (_, seed) => sampleMessage(seed, { from: 'ID', to: 'TH', on })),
    );
    expect(new Set(subjects.map(({ text }) => text)).size).toBeGreaterThan(80);
  });
});
