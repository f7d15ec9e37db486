import { hash } from 'node:crypto';

const WORDS = 4;
const FIRST_SLOTS = 1 << 12;

/**
 * A set of message references that takes about 32 bytes each: every id of a ledger must be remembered, and a million
 * strings would weigh several times that. Holds 128 bits of their SHA-256, so that nobody can make two meet.
 */
export const createIdSet = () => {
  let slots = FIRST_SLOTS;
  let table = new Uint32Array(slots * WORDS);
  let count = 0;

  const find = (into: Uint32Array, size: number, key: Uint32Array): number => {
    for (let slot = (key[0] as number) % size; ; slot = (slot + 1) % size) {
      const at = slot * WORDS;
      let empty = true;
      let same = true;
      for (let i = 0; i < WORDS; i++) {
        const word = into[at + i] as number;
        if (word !== 0) empty = false;
        if (word !== key[i]) same = false;
      }
      if (same || empty) return at;
    }
  };

  const grow = (): void => {
    const larger = new Uint32Array(table.length * 2);
    for (let at = 0; at < table.length; at += WORDS) {
      const key = table.subarray(at, at + WORDS);
      if (key.some((word) => word !== 0)) larger.set(key, find(larger, slots * 2, key));
    }
    table = larger;
    slots *= 2;
  };

  return {
    /** Adds a reference; false where it is there already. */
    add: (reference: string): boolean => {
      if (count * 2 >= slots) grow();
      const digest = hash('sha256', reference, 'buffer');
      const key = new Uint32Array(WORDS);
      for (let i = 0; i < WORDS; i++) key[i] = digest.readUInt32LE(i * 4);
      const at = find(table, slots, key);
      if (table.subarray(at, at + WORDS).some((word) => word !== 0)) return false;
      table.set(key, at);
      count += 1;
      return true;
    },
  };
};

export type IdSet = ReturnType<typeof createIdSet>;
