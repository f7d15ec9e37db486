import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('make-sample.ts'),
);

it('takes time, chance and files from nowhere', () => {
  expect(sources.length).toBeGreaterThan(40);
  for (const path of sources) {
    const text = readFileSync(join(import.meta.dirname, path), 'utf8');
    expect
      .soft(text, path)
      .not.toMatch(/Math\.random|Date\.now|new Date\(\)|performance\.|node:|process\.|toLocale|Intl\./);
    for (const [, from] of text.matchAll(/ from '([^.'][^']*)'/g)) expect.soft(from, path).toBe('@eads/protocol');
  }
});
