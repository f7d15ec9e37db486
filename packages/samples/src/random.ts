/** A source of chance that gives the same draws for the same seed, on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number;
  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean;
  /** One of the list, each as likely. The list is not empty. */
  pick<T>(list: readonly T[]): T;
  /** One of the rows' values, as likely as its weight. */
  weighted<T>(rows: readonly (readonly [weight: number, value: T])[]): T;
  /** `count` different entries of the list (all of them, if it has fewer), in random order. */
  several<T>(list: readonly T[], count: number): T[];
  /** That many decimal digits, the first not 0. */
  digits(count: number): string;
  /**
   * Another source, which depends on this one's seed and the label, not on what was drawn so far: what is drawn
   * from it can change without moving everything that comes after.
   */
  fork(label: string): Random;
}

/** A source for this seed. Numbers and texts that read alike are the same seed. */
export function seeded(seed: string | number): Random {
  const name = String(seed);
  const next = sfc32(name);
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('nothing to pick from');
    return list[int(0, list.length - 1)] as T;
  };
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick,
    weighted: <T>(rows: readonly (readonly [number, T])[]): T => {
      let left = next() * rows.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of rows) {
        left -= weight;
        if (left < 0) return value;
      }
      return pick(rows)[1];
    },
    several: <T>(list: readonly T[], count: number): T[] => {
      const rest = [...list];
      const taken: T[] = [];
      while (taken.length < count && rest.length > 0) taken.push(...rest.splice(int(0, rest.length - 1), 1));
      return taken;
    },
    digits: (count) => {
      let text = String(int(1, 9));
      while (text.length < count) text += String(int(0, 9));
      return text;
    },
    fork: (label) => seeded(`${name}/${label}`),
  };
}

/** 32-bit FNV-1a over UTF-16 code units, from the given offset basis, with a final mix. */
export function hash32(text: string, basis = 0x811c9dc5): number {
  let h = basis;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Chris Doty-Humphrey's sfc32: 128 bits of state, passes PractRand; plenty for sample data, and short. */
function sfc32(seed: string): () => number {
  let a = hash32(seed);
  let b = hash32(seed, 0x9e3779b9);
  let c = hash32(seed, 0x243f6a88);
  let counter = 1;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let i = 0; i < 15; i++) draw();
  return draw;
}
