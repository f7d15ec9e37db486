import { expect, test } from 'vitest';
import { failureFromFileError, failureFromOutput, isFailure, isIncomplete } from './failures.mjs';

const where = { doing: 'installing packages', root: '/srv/project' };

test.each([
  ['npm error code ENOSPC\nnpm error nospc There appears to be insufficient space', 'disk-full'],
  ['[ERR_PNPM_ENOSPC] Failed to add tarball: ENOSPC: no space left on device, write', 'disk-full'],
  // A download that breaks off for want of space is a full disk, not a bad network.
  ['ERR_PNPM_FETCH_503\nENOSPC: no space left on device', 'disk-full'],
  ['npm error code ENOTFOUND\nnpm error network request to http://registry failed', 'registry-unreachable'],
  ['npm error code EAI_AGAIN', 'registry-unreachable'],
  ['npm error code ECONNREFUSED', 'registry-unreachable'],
  ['npm error code E503', 'registry-unreachable'],
  ['[ERR_PNPM_FETCH_503] GET http://registry/zod.tgz: Service Unavailable - 503', 'registry-unreachable'],
  ['[ERR_PNPM_META_FETCH_FAIL] GET http://registry/zod: getaddrinfo', 'registry-unreachable'],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'registry-unreachable'],
  ['npm error code EACCES\nnpm error syscall mkdir', 'folder-read-only'],
  ['EROFS: read-only file system, open', 'folder-read-only'],
  ['npm error code EINTEGRITY', 'integrity-mismatch'],
  ['[ERR_PNPM_TARBALL_INTEGRITY] Got unexpected checksum', 'integrity-mismatch'],
  ['[ERR_PNPM_OUTDATED_LOCKFILE] Cannot install with "frozen-lockfile"', 'lockfile-outdated'],
  ['something nobody has seen', 'install-failed'],
])('%j is %s', (output, code) => {
  const found = failureFromOutput(output, where);
  expect(found.failure).toBe(code);
  expect(found.message).toContain(where.root);
  expect(found.message).toContain(where.doing);
  // One sentence: what and where, then how to mend it.
  expect(found.message).toMatch(/^[A-Zp].*; .*\.$/);
  expect(found.message).not.toContain('\n');
});

test.each([
  ['ENOSPC', 'disk-full'],
  ['EROFS', 'folder-read-only'],
  ['EACCES', 'folder-read-only'],
])('a file operation that throws %s is %s', (code, expected) => {
  const found = failureFromFileError(Object.assign(new Error('x'), { code }), where);
  expect(isFailure(found) && found.failure).toBe(expected);
});

test('an error that is none of these stays what it is', () => {
  const error = new TypeError('a mistake of ours');
  expect(failureFromFileError(error, where)).toBe(error);
  expect(isFailure(error)).toBe(false);
});

test('an install that left out an optional package is not complete', () => {
  expect(
    isIncomplete('[WARN] @x/linux-x64@1.0.0 is an optional dependency that could not be fetched. Excluding it.'),
  ).toBe(true);
  expect(isIncomplete('Already up to date')).toBe(false);
});
