import type { DrawnPortrait } from '@eads/protocol';
import type { Head } from './head.ts';

const LEFT = 79;
const RIGHT = 121;
const EYE_LINE = 108;
/** Draws something for either side; `mirror` is -1 on the left. */
const both = (draw: (x: number, mirror: 1 | -1) => string): string => draw(LEFT, -1) + draw(RIGHT, 1);

/** Half width, height of the upper lid, tilt of the outer corner. */
const EYES: readonly (readonly [half: number, lid: number, tilt: number])[] = [
  [10, 6, 0],
  [11, 4.5, -1.5],
  [10, 7.5, 0],
  [12, 5, -2.5],
  [9, 5, 1],
  [11, 6, 1.5],
];

export function eyes({ eyes: kind }: DrawnPortrait, { line }: Head): string {
  const [half, lid, tilt] = EYES[kind] ?? [10, 6, 0];
  return both((x, mirror) => {
    const inner = `${x - mirror * half} ${EYE_LINE}`;
    const outer = `${x + mirror * half} ${EYE_LINE + tilt}`;
    const upper = `Q${x} ${EYE_LINE - lid * 1.7} ${outer}`;
    return [
      `<path d="M${inner}${upper}Q${x} ${EYE_LINE + lid} ${inner}Z" fill="#fff"/>`,
      `<circle cx="${x}" cy="${EYE_LINE - 0.5}" r="${Math.min(lid, 5)}" fill="#2b1d14"/>`,
      `<circle cx="${x + 1.5}" cy="${EYE_LINE - 2}" r="1.2" fill="#fff"/>`,
      `<path d="M${inner}${upper}" fill="none" stroke="${line}" stroke-width="2.6" stroke-linecap="round"/>`,
      `<path d="M${inner}Q${x} ${EYE_LINE + lid} ${outer}" fill="none" stroke="${line}" stroke-width="1" opacity=".6"/>`,
    ].join('');
  });
}

/** Rise in the middle, drop of the outer end, thickness. */
const BROWS: readonly (readonly [arch: number, drop: number, thick: number])[] = [
  [5, 1, 3],
  [2, 0, 4.5],
  [7, 3, 2.4],
  [3, 4, 3.6],
  [4, -2, 5],
];

export function brows({ brows: kind }: DrawnPortrait, { hairLine }: Head): string {
  const [arch, drop, thick] = BROWS[kind] ?? [5, 1, 3];
  return both((x, mirror) => {
    const from = `${x - mirror * 12} 95`;
    const to = `${x + mirror * 14} ${95 + drop}`;
    return `<path d="M${from}Q${x} ${93 - arch} ${to}" fill="none" stroke="${hairLine}" stroke-width="${thick}" stroke-linecap="round"/>`;
  });
}

const NOSES = [
  'M98 106C96 120 92 128 91 133Q100 140 109 133',
  'M97 104C95 120 88 128 87 134Q93 139 100 136Q107 139 113 134',
  'M101 104C104 118 108 128 107 134Q100 139 94 135',
  'M98 110C97 120 94 126 93 131M93 131Q100 136 107 131',
  'M97 102C95 118 90 130 90 136Q100 144 110 136',
];

export const nose = ({ nose: kind }: DrawnPortrait, { line }: Head): string =>
  `<path d="${NOSES[kind] ?? NOSES[0]}" fill="none" stroke="${line}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" opacity=".8"/>`;

/** Half width, bend of the line between the lips, fullness. */
const MOUTHS: readonly (readonly [half: number, bend: number, full: number])[] = [
  [17, 3, 5],
  [20, 0, 4],
  [14, 1, 7],
  [18, -3, 4],
  [21, 5, 6],
];

export function mouth({ mouth: kind }: DrawnPortrait, { line }: Head): string {
  const [half, bend, full] = MOUTHS[kind] ?? [17, 3, 5];
  const left = `${100 - half} 152`;
  const right = `${100 + half} 152`;
  return [
    `<path d="M${left}Q100 ${152 - full} ${right}Q100 ${152 + full * 1.9} ${left}Z" fill="#a9635a" opacity=".75"/>`,
    `<path d="M${left}Q100 ${152 + bend * 2} ${right}" fill="none" stroke="${line}" stroke-width="2" stroke-linecap="round"/>`,
  ].join('');
}

/** 0 none, 1 stubble, 2 moustache, 3 goatee with moustache, 4 full beard. */
export function beard({ beard: kind }: DrawnPortrait, { hair, chin }: Head): string {
  const moustache = `<path d="M80 147Q90 138 100 142Q110 138 120 147Q110 149 100 146Q90 149 80 147Z" fill="${hair}"/>`;
  switch (kind) {
    case 1:
      return `<path d="M64 142C70 ${chin - 10} 88 ${chin - 3} 100 ${chin - 3}S130 ${chin - 10} 136 142C124 134 112 138 100 138S76 134 64 142Z" fill="${hair}" opacity=".16"/>`;
    case 2:
      return moustache;
    case 3:
      return `${moustache}<path d="M90 162Q100 158 110 162L107 ${chin - 2}Q100 ${chin + 3} 93 ${chin - 2}Z" fill="${hair}"/>`;
    case 4:
      return `<path fill-rule="evenodd" d="M60 126C62 ${chin - 12} 84 ${chin + 4} 100 ${chin + 4}S138 ${chin - 12} 140 126C136 142 126 139 114 139Q107 137 100 141Q93 137 86 139C74 139 64 142 60 126ZM82 152Q100 162 118 152Q100 170 82 152Z" fill="${hair}" opacity=".92"/>`;
    default:
      return '';
  }
}

/** 0 none, 1 round, 2 square. */
export function glasses({ glasses: kind }: DrawnPortrait): string {
  if (kind === 0) return '';
  const frame = both((x) =>
    kind === 1
      ? `<circle cx="${x}" cy="${EYE_LINE}" r="16"/>`
      : `<rect x="${x - 17}" y="${EYE_LINE - 12}" width="34" height="25" rx="4"/>`,
  );
  return `<g fill="#fff" fill-opacity=".14" stroke="#26292c" stroke-width="2.4">${frame}<path d="M95 106Q100 102 105 106M62 105L52 102M138 105L148 102" fill="none"/></g>`;
}
