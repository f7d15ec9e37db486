import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from './lines.ts';

const collect = async (chunks: Uint8Array[], max = 1000): Promise<string[]> => {
  async function* stream() {
    yield* chunks;
  }
  const out: string[] = [];
  for await (const line of splitLines(stream(), max)) out.push(line);
  return out;
};

describe('lines of a stream', () => {
  it('are the same wherever the chunks are cut, in the middle of a character too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
        fc.array(fc.nat(40)),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (const cut of cuts) {
            chunks.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          chunks.push(bytes.subarray(at));
          expect(await collect(chunks, 100_000)).toEqual(lines);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keep a last line without its end, and an empty one', async () => {
    expect(await collect([Buffer.from('a\n\nb')])).toEqual(['a', '', 'b']);
  });

  it('end where one is too long, before all of it was held', async () => {
    await expect(collect([Buffer.alloc(600, 97), Buffer.alloc(600, 97)])).rejects.toMatchObject({
      code: 'not-understood',
    });
  });

  it('end where the bytes are no UTF-8', async () => {
    await expect(collect([Buffer.from([0xff, 0x0a])])).rejects.toMatchObject({ code: 'not-understood' });
  });
});
