import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openExportFolder } from './export-reader.ts';
import { temporaryFolder } from './testing/fake-terminal.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('reading an export folder', () => {
  it('lists files with / and reads them', async () => {
    mkdirSync(join(folder.path, 'entries'));
    writeFileSync(join(folder.path, 'entries', '000000.ndjson'), 'x');
    writeFileSync(join(folder.path, 'checkpoint'), 'y');
    const { reader, strays } = await openExportFolder(folder.path);
    expect(await reader.list()).toEqual(['checkpoint', 'entries/000000.ndjson']);
    expect(Buffer.from(await reader.read('entries/000000.ndjson')).toString()).toBe('x');
    expect(strays).toEqual([]);
  });

  it('follows no link, to a file or a folder, and names sockets and empty folders', async () => {
    const secret = join(folder.path, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'file'), 'x');
    const inside = join(folder.path, 'export');
    mkdirSync(join(inside, 'empty'), { recursive: true });
    symlinkSync(join(secret, 'file'), join(inside, 'checkpoint'));
    symlinkSync(secret, join(inside, 'entries'));
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(inside, 'socket'), resolve));
    const { reader, strays } = await openExportFolder(inside);
    await new Promise((resolve) => socket.close(resolve));
    expect(await reader.list()).toEqual([]);
    expect(strays.map(({ path, says }) => `${path}: ${says}`)).toEqual([
      'checkpoint: It is a link to something else.',
      'empty: It is an empty folder.',
      'entries: It is a link to something else.',
      'socket: It is neither a file nor a folder.',
    ]);
  });
});
