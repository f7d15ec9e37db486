import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/fake-terminal.ts';
import { checkAccessMode, checkDisk, checkFolder, checkNode } from './machine.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('what the doctor says of the machine', () => {
  it('knows which Node is too old', () => {
    expect(checkNode('24.3.0').level).toBe('ok');
    expect(checkNode('26.0.0').level).toBe('ok');
    expect(checkNode('20.20.0').level).toBe('bad');
  });

  it('wants a data folder of its own', async () => {
    expect((await checkFolder(folder.path)).level).toBe('ok');
    chmodSync(folder.path, 0o777);
    expect(await checkFolder(folder.path)).toMatchObject({
      level: 'warn',
      mend: expect.stringContaining('chmod go-w'),
    });
    expect((await checkFolder(join(folder.path, 'none'))).level).toBe('warn');
    writeFileSync(join(folder.path, 'file'), '');
    expect((await checkFolder(join(folder.path, 'file'))).level).toBe('bad');
  });

  it('wants tokens that nobody else can read', async () => {
    const path = join(folder.path, 'access.json');
    expect((await checkAccessMode(path)).level).toBe('warn');
    writeFileSync(path, '{}', { mode: 0o600 });
    expect((await checkAccessMode(path)).level).toBe('ok');
    chmodSync(path, 0o640);
    expect(await checkAccessMode(path)).toMatchObject({ level: 'bad', says: expect.stringContaining('mode 640') });
  });

  it('tells the free space, and nothing of a folder that is not there', async () => {
    expect((await checkDisk(folder.path))?.says).toMatch(/^\d+ MiB free$/);
    mkdirSync(join(folder.path, 'x'));
    expect(await checkDisk(join(folder.path, 'none'))).toBeNull();
  });
});
