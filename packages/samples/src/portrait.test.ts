import type { DrawnPortrait } from '@eads/protocol';
import { drawnPortrait } from '@eads/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portraitSvg } from './portrait.ts';

const RANGES = { face: 5, skin: 5, hair: 9, hairColour: 5, eyes: 5, brows: 4, nose: 4, mouth: 4, beard: 4, glasses: 2 };
const features = fc.record(
  Object.fromEntries(Object.entries(RANGES).map(([name, most]) => [name, fc.integer({ min: 0, max: most })])),
) as fc.Arbitrary<DrawnPortrait>;
const zero = Object.fromEntries(Object.keys(RANGES).map((name) => [name, 0])) as DrawnPortrait;

/** Every tag closed, in order; the few elements that a drawing needs, and nothing else. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, closing, name, attributes, selfClosed] of svg.matchAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<&]*")*)(\/?)>/g,
  )) {
    expect(['svg', 'title', 'rect', 'path', 'ellipse', 'circle', 'g', 'text']).toContain(name);
    expect(attributes).not.toMatch(/ (on[a-z]+|href|style|class|xlink:href)=/);
    if (closing === '/') expect(open.pop()).toBe(name);
    else if (selfClosed === '') open.push(name ?? '');
  }
  expect(open).toEqual([]);
  expect(svg.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>&]/);
}

describe('portraitSvg', () => {
  it('draws every portrait as plain, closed SVG with the watermark in it', () => {
    fc.assert(
      fc.property(features, (portrait) => {
        expect(drawnPortrait.safeParse(portrait).success).toBe(true);
        const svg = portraitSvg(portrait);
        expectWellFormed(svg);
        expect(svg).toMatch(/rotate\(-32[^>]*>(<text[^>]*>EXERCISE EXERCISE EXERCISE<\/text>){4}<\/g><\/svg>$/);
        expect(svg).not.toMatch(/NaN|undefined|url\(|data:|script|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
        expect(svg.length).toBeLessThan(8000);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same bytes for the same features', () => {
    fc.assert(fc.property(features, (portrait) => portraitSvg(portrait) === portraitSvg({ ...portrait })));
  });

  it('shows every value of every feature', () => {
    for (const [name, most] of Object.entries(RANGES)) {
      // Bald heads show no colour of hair but at the sides; a moustache shows it too.
      const drawings = Array.from({ length: most + 1 }, (_, value) =>
        portraitSvg({ ...zero, beard: 2, [name]: value }),
      );
      expect(new Set(drawings).size).toBe(most + 1);
    }
  });
});
