import { messageId } from '@eads/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from './uuid.ts';

describe('a UUIDv7', () => {
  it('is that of RFC 9562 appendix A.6', () => {
    const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('is a message id, in order of time, whatever the random bytes', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 2 });
    const random = fc.uint8Array({ minLength: 10, maxLength: 16 });
    fc.assert(
      fc.property(time, random, random, (ms, a, b) => {
        const [first, second] = [uuidv7(ms, a), uuidv7(ms + 1, b)];
        expect(messageId.safeParse(first).success).toBe(true);
        expect(first < second).toBe(true);
      }),
    );
  });

  it('is refused for a time or random bytes out of range', () => {
    for (const ms of [-1, 2 ** 48, 0.5, Number.NaN]) {
      expect(() => uuidv7(ms, Buffer.alloc(10))).toThrow(expect.objectContaining({ code: 'bad-form' }));
    }
    expect(() => uuidv7(1, Buffer.alloc(9))).toThrow(expect.objectContaining({ code: 'bad-form' }));
  });
});
