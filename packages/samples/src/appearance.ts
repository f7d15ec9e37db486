import type { DrawnPortrait, Person } from '@eads/protocol';
import type { NameWish } from './names/name.ts';
import type { Random } from './random.ts';

type Appearance = Pick<Person, 'heightCm' | 'weightKg' | 'eyes' | 'hair' | 'marks' | 'portrait'>;

const MARKS: readonly string[] = [
  'Scar, 3 cm, above the left eyebrow',
  'Scar across the back of the right hand',
  'Surgical scar on the lower right abdomen',
  'Burn mark on the left forearm',
  'Mole on the right cheek, below the eye',
  'Birthmark, size of a coin, on the left side of the neck',
  'Tip of the left little finger missing',
  'Upper front tooth capped in gold',
  'Walks with a slight limp on the left side',
  'Wears a hearing aid in the right ear',
  'Tattoo of a carp on the right shoulder',
  'Tattoo of five lines of old script on the left shoulder blade',
  'Tattoo of an anchor on the left forearm',
  'Tattoo of a compass rose on the right calf',
  'Tattoo of a rose with a name, unreadable, on the left wrist',
  'Pierced left ear',
  'Speaks with a slight stammer',
  'Left-handed',
];

const HAIR_COLOURS = ['black', 'dark', 'brown', 'greying', 'grey', 'dyed'] as const;
const BALD = 0;
const SCARF = 8;

/** Mean heights of grown-ups in the region, in cm, and how a child's compares. */
const GROWN = { male: 167, female: 155 } as const;

function heightOf(random: Random, { sex, age }: NameWish): number {
  const share = age >= 17 ? 1 : 0.68 + (age - 6) * 0.029;
  const spread = random.int(-7, 7) + random.int(-5, 5);
  return Math.round(GROWN[sex] * share) + spread;
}

function weightOf(random: Random, height: number, age: number): number {
  const index = age < 17 ? random.int(15, 21) : random.int(18, 29);
  return Math.round(index * (height / 100) ** 2);
}

function portraitOf(random: Random, { sex, age }: NameWish): DrawnPortrait {
  const women = sex === 'female';
  const hair = women
    ? random.pick([4, 5, 5, 6, 6, 7, 7, 8, 9])
    : random.pick([age > 40 ? BALD : 1, 1, 1, 2, 2, 3, 4, 9]);
  const greys = age > 58 ? [4, 4, 3] : age > 45 ? [3, 0, 1] : [0, 0, 0, 1, 1, 2];
  return {
    face: random.int(0, 5),
    skin: random.int(0, 5),
    hair,
    hairColour: random.chance(age > 16 && age < 50 ? 0.06 : 0) ? 5 : random.pick(greys),
    eyes: random.int(0, 5),
    brows: random.int(0, 4),
    nose: random.int(0, 4),
    mouth: random.int(0, 4),
    beard: women || age < 20 || random.chance(0.6) ? 0 : random.int(1, 4),
    glasses: random.weighted([
      [age > 45 ? 6 : 8, 0],
      [2, 1],
      [1, 2],
    ]),
  };
}

function hairWords({ hair, hairColour }: DrawnPortrait): string[] {
  if (hair === BALD) return ['bald'];
  if (hair === SCARF) return [];
  return [HAIR_COLOURS[hairColour] ?? 'black'];
}

function marksOf(random: Random): string | null {
  if (random.chance(0.5)) return null;
  return random.several(MARKS, random.chance(0.25) ? 2 : 1).join('\n');
}

/** What a person looks like, in words and as a drawing that fits them. */
export function appearanceOf(random: Random, wish: NameWish): Appearance {
  const drawn = portraitOf(random, wish);
  const height = heightOf(random, wish);
  return {
    heightCm: random.chance(0.85) ? height : null,
    weightKg: random.chance(0.6) ? weightOf(random, height, wish.age) : null,
    eyes: random.weighted([
      [60, ['brown']],
      [15, ['dark brown']],
      [15, ['black']],
      [3, ['hazel']],
      [7, []],
    ]),
    hair: random.chance(0.92) ? hairWords(drawn) : [],
    marks: marksOf(random),
    portrait: random.chance(0.88) ? drawn : null,
  };
}
