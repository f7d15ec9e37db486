import type { DrawnPortrait } from '@eads/protocol';
import { beard, brows, eyes, glasses, mouth, nose } from './portrait/features.ts';
import { hairBehind, hairInFront } from './portrait/hair.ts';
import { type Head, headOf } from './portrait/head.ts';

/** Drawn units: the picture is this wide and this high. */
const WIDTH = 200;
const HEIGHT = 240;

const shoulders = ({ skin, line }: Head): string =>
  [
    `<path d="M22 240C24 205 52 196 78 190L100 204L122 190C148 196 176 205 178 240Z" fill="#7d8b99" stroke="${line}" stroke-width="2"/>`,
    `<path d="M80 160V190Q100 214 120 190V160Z" fill="${skin}" stroke="${line}" stroke-width="2"/>`,
    `<path d="M82 172Q100 186 118 172V162H82Z" fill="${line}" opacity=".18"/>`,
  ].join('');

const face = ({ outline, skin, line, ears }: Head): string =>
  [
    ...[100 - ears, 100 + ears].map(
      (x) => `<ellipse cx="${x}" cy="112" rx="8" ry="13" fill="${skin}" stroke="${line}" stroke-width="2"/>`,
    ),
    `<path d="${outline}" fill="${skin}" stroke="${line}" stroke-width="2.4" stroke-linejoin="round"/>`,
  ].join('');

/** Part of the drawing, and over all of it: no crop of the face is without it. */
const watermark = (): string => {
  const rows = [46, 106, 166, 226].map(
    (y, index) => `<text x="${index % 2 === 0 ? 100 : 84}" y="${y}">EXERCISE EXERCISE EXERCISE</text>`,
  );
  return `<g transform="rotate(-32 100 120)" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="25" letter-spacing="3" fill="#a3123a" opacity=".3">${rows.join('')}</g>`;
};

/**
 * Draws a portrait's features as an SVG document, 200 by 240 units: plain shapes and text, no script, no style sheet,
 * no reference to anything outside. The same features give the same bytes. The watermark is in the picture.
 */
export function portraitSvg(features: DrawnPortrait): string {
  const head = headOf(features);
  const layers = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#e6ebf0"/>`,
    hairBehind(features, head),
    shoulders(head),
    face(head),
    mouth(features, head),
    beard(features, head),
    nose(features, head),
    eyes(features, head),
    brows(features, head),
    hairInFront(features, head),
    glasses(features),
    watermark(),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    '<title>Drawn portrait for an exercise. Not a person.</title>',
    ...layers,
    '</svg>',
  ].join('');
}
