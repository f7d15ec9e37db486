import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { extractFile } from './tar.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eads-tar-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function archiveOf(files: [name: string, content: Buffer][]): Buffer {
  const blocks = files.flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Bytes that do not compress, so that the file arrives in many pieces. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}

test.each([1, 511, 512, 513, 70_000, 300_001])('a file of %d bytes comes out whole, and only it', async (length) => {
  const wanted = noise(length);
  const archive = join(folder, 'a.tgz');
  const target = join(folder, 'node');
  writeFileSync(
    archive,
    archiveOf([
      ['package/README.md', noise(1000)],
      ['package/empty', Buffer.alloc(0)],
      ['package/bin/node', wanted],
      ['package/LICENSE', noise(600)],
    ]),
  );
  expect(await extractFile(archive, 'package/bin/node', target)).toBe(true);
  expect(readFileSync(target).equals(wanted)).toBe(true);
});

test('an archive without the file says so and writes nothing', async () => {
  const archive = join(folder, 'a.tgz');
  writeFileSync(archive, archiveOf([['package/README.md', noise(1000)]]));
  expect(await extractFile(archive, 'package/bin/node', join(folder, 'node'))).toBe(false);
  expect(() => readFileSync(join(folder, 'node'))).toThrow('ENOENT');
});

test('an archive cut off in the middle of the file is an error', async () => {
  const archive = join(folder, 'a.tgz');
  const whole = archiveOf([['package/bin/node', noise(100_000)]]);
  writeFileSync(archive, whole.subarray(0, 60_000));
  await expect(extractFile(archive, 'package/bin/node', join(folder, 'node'))).rejects.toThrow(
    'unexpected end of file',
  );
});
