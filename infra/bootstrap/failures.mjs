/**
 * Everything that can stop a start before the project's own code runs, as one sentence each: what, where, how to mend it.
 * @typedef {'folder-read-only' | 'disk-full' | 'registry-unreachable' | 'npm-missing' | 'integrity-mismatch'
 *   | 'platform-unsupported' | 'lockfile-outdated' | 'install-failed' | 'busy' | 'unknown-command'} FailureCode
 */

/**
 * @param {FailureCode} code
 * @param {string} message
 * @returns {Error & { failure: FailureCode }}
 */
export function failure(code, message) {
  return Object.assign(new Error(message), { failure: code });
}

/**
 * @param {unknown} error
 * @returns {error is Error & { failure: FailureCode }}
 */
export function isFailure(error) {
  return error instanceof Error && 'failure' in error;
}

const DISK_FULL = /\bENOSPC\b|no space left on device|\bEDQUOT\b/i;
const READ_ONLY = /\bEROFS\b|\bEACCES\b|\bEPERM\b|read-only file system|permission denied/i;
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|FETCH_ERROR|ERR_PNPM_META_FETCH_FAIL|ERR_PNPM_FETCH_\d+|ERR_PNPM_NO_OFFLINE_\w+|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|E50[0-4])\b|fetch failed|network (timeout|request)/i;
const OPTIONAL_LEFT_OUT = /is an optional dependency that could not be fetched/;
const LOCKFILE = /ERR_PNPM_(OUTDATED_LOCKFILE|NO_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|FROZEN_LOCKFILE\w*)/;
const INTEGRITY = /\bEINTEGRITY\b|ERR_PNPM_TARBALL_INTEGRITY/;

/**
 * pnpm leaves out an optional package that it could not download (PostgreSQL's binaries are one) and calls that a success.
 * @param {string} output
 */
export function isIncomplete(output) {
  return OPTIONAL_LEFT_OUT.test(output);
}

/**
 * Reads the cause out of what npm or pnpm printed. Order matters: a full disk also makes downloads fail.
 * @param {string} output
 * @param {{ doing: string, root: string }} where
 */
export function failureFromOutput(output, where) {
  const place = `while ${where.doing} in ${where.root}`;
  if (DISK_FULL.test(output)) return diskFull(place);
  if (INTEGRITY.test(output)) {
    return failure(
      'integrity-mismatch',
      `A downloaded package differs from the pinned one ${place}; run "npm cache clean --force" and start again, and if it stays, do not trust the registry in use.`,
    );
  }
  if (LOCKFILE.test(output)) {
    return failure(
      'lockfile-outdated',
      `pnpm-lock.yaml does not match the package.json files ${place}; run "npx pnpm install" and commit the lockfile.`,
    );
  }
  if (UNREACHABLE.test(output)) {
    return failure(
      'registry-unreachable',
      `The npm registry could not be reached ${place}; connect to the internet (or set the registry or proxy in npm's configuration) and start again, it goes on where it stopped.`,
    );
  }
  if (READ_ONLY.test(output)) return readOnly(place);
  return failure('install-failed', `Something failed ${place}; the lines above say what, mend it and start again.`);
}

/**
 * @param {unknown} error what a file operation of the bootstrap itself threw
 * @param {{ doing: string, root: string }} where
 */
export function failureFromFileError(error, where) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const place = `while ${where.doing} in ${where.root}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(place);
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return readOnly(place);
  return error;
}

/** @param {string} place */
function diskFull(place) {
  return failure('disk-full', `The disk is full ${place}; free about 1 GB there and start again.`);
}

/** @param {string} place */
function readOnly(place) {
  return failure(
    'folder-read-only',
    `A folder cannot be written ${place}; give your user write access to it and to npm's cache in your home folder, or copy the project to a folder of your own.`,
  );
}
