import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportLine } from '@eads/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSafePath, writeExportFolder } from './export-writer.ts';
import { temporaryFolder } from './testing/fake-terminal.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const GOOD: ExportLine[] = [
  { path: 'checkpoint', text: 'c' },
  { path: 'entries/000000.ndjson', text: 'first\n' },
  { path: 'entries/000000.ndjson', text: 'second\n' },
  { path: 'genesis.jws', text: 'g' },
  { path: 'manifest.jws', text: 'm' },
];
const from =
  (...files: (ExportLine | Error)[]) =>
  async (sink: (file: ExportLine) => Promise<void>): Promise<void> => {
    for (const file of files) {
      if (file instanceof Error) throw file;
      await sink(file);
    }
  };
const target = () => join(folder.path, 'export');

describe('writing an export', () => {
  it('fills a new folder, parts one after the other, readable for its owner only', async () => {
    expect(await writeExportFolder(target(), from(...GOOD))).toBe(4);
    expect(readFileSync(join(target(), 'entries/000000.ndjson'), 'utf8')).toBe('first\nsecond\n');
    expect(readdirSync(target()).sort()).toEqual(['checkpoint', 'entries', 'genesis.jws', 'manifest.jws']);
    expect(statSync(target()).mode & 0o077).toBe(0);
    expect(readdirSync(folder.path)).toEqual(['export']);
  });

  it('takes an empty folder', async () => {
    mkdirSync(target());
    await writeExportFolder(target(), from(...GOOD));
    expect(existsSync(join(target(), 'manifest.jws'))).toBe(true);
  });

  it('refuses a folder that holds something, a file, and a link', async () => {
    mkdirSync(target());
    writeFileSync(join(target(), 'mine'), 'x');
    await expect(writeExportFolder(target(), from(...GOOD))).rejects.toThrow('not empty');
    writeFileSync(join(folder.path, 'file'), 'x');
    await expect(writeExportFolder(join(folder.path, 'file'), from(...GOOD))).rejects.toThrow('no folder');
    mkdirSync(join(folder.path, 'elsewhere'));
    symlinkSync(join(folder.path, 'elsewhere'), join(folder.path, 'link'));
    await expect(writeExportFolder(join(folder.path, 'link'), from(...GOOD))).rejects.toThrow('no folder');
    expect(readdirSync(join(folder.path, 'elsewhere'))).toEqual([]);
  });

  it.each([
    '../evil',
    'entries/../../evil',
    '/etc/evil',
    'entries//x',
    './x',
    'C:\\evil',
    'a\\b',
    '.hidden',
    'entries/',
    '',
    'x\0y',
    'a\nb',
    'UPPER',
    'con.',
    'a'.repeat(201),
  ])('refuses the name %j and keeps nothing', async (path) => {
    expect(isSafePath(path)).toBe(false);
    await expect(writeExportFolder(target(), from({ path, text: 'x' }, ...GOOD))).rejects.toThrow(
      'which no export has',
    );
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.each([
    ['ends before the manifest', GOOD.slice(0, 3), 'ended before'],
    [
      'brings a file twice',
      [...GOOD.slice(0, 4), { path: 'checkpoint', text: 'other' }, ...GOOD.slice(4)],
      'a second time',
    ],
    ['goes on after the manifest', [...GOOD, { path: 'more', text: 'x' }], 'after the manifest'],
    ['puts a file where a folder is', [...GOOD.slice(0, 3), { path: 'entries', text: 'x' }], 'EEXIST'],
    ['breaks off', [...GOOD.slice(0, 3), new Error('cut')], 'cut'],
  ])('keeps nothing of a stream that %s', async (_, files, says) => {
    await expect(writeExportFolder(target(), from(...files))).rejects.toThrow(says);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
