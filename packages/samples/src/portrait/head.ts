import type { DrawnPortrait } from '@eads/protocol';

/** What the parts of a drawing share: colours, and the outline that they must fit. */
export interface Head {
  outline: string;
  /** Half the width at the ears, in units. */
  ears: number;
  /** Where the chin is. */
  chin: number;
  skin: string;
  line: string;
  hair: string;
  hairLine: string;
}

const SKIN = ['#f3d9bd', '#ecc9a2', '#dfb288', '#cc9a6d', '#b27f53', '#8f613d'];
const HAIR: readonly (readonly [fill: string, line: string])[] = [
  ['#23211f', '#0f0e0d'],
  ['#3a2a20', '#1f150f'],
  ['#5a4030', '#33231a'],
  ['#6d6a67', '#3c3a38'],
  ['#b4b2ae', '#75736f'],
  ['#8a4a2b', '#4f2816'],
];

/** Half widths at temple, cheek and jaw, and the height of the chin. */
const SHAPES: readonly (readonly [temple: number, cheek: number, jaw: number, chin: number])[] = [
  [46, 47, 34, 176],
  [48, 50, 42, 172],
  [44, 44, 28, 180],
  [47, 48, 38, 184],
  [50, 52, 46, 174],
  [44, 48, 24, 172],
];

const at = <T>(list: readonly T[], index: number): T => list[index] ?? (list[0] as T);

export function headOf({ face, skin, hairColour }: DrawnPortrait): Head {
  const [temple, cheek, jaw, chin] = at(SHAPES, face);
  const [hair, hairLine] = at(HAIR, hairColour);
  const side = (sign: 1 | -1) => (half: number) => 100 + sign * half;
  const right = side(1);
  const left = side(-1);
  return {
    outline: [
      `M${left(temple)} 92`,
      `C${left(temple + 2)} 44 ${right(temple + 2)} 44 ${right(temple)} 92`,
      `C${right(cheek + 1)} 112 ${right(cheek)} 128 ${right(jaw)} 152`,
      `C${right(jaw - 8)} ${chin - 4} ${right(14)} ${chin} 100 ${chin}`,
      `C${left(14)} ${chin} ${left(jaw - 8)} ${chin - 4} ${left(jaw)} 152`,
      `C${left(cheek)} 128 ${left(cheek + 1)} 112 ${left(temple)} 92Z`,
    ].join(''),
    ears: temple + 2,
    chin,
    skin: at(SKIN, skin),
    line: '#3f3027',
    hair,
    hairLine,
  };
}
