/**
 * Why a PostgreSQL server cannot be used. Codes are stable; the message says in one sentence what, where and how to mend it.
 *
 * - `already-running`: another living process holds this data folder
 * - `data-folder-read-only`: the data folder cannot be written
 * - `data-folder-unsuitable`: it can be written, but not hold a database (foreign owner, file system without permissions, password lost)
 * - `data-other-version`: the data was written by another major version of PostgreSQL
 * - `disk-full`: no room left
 * - `port-in-use`: no free loopback port could be had
 * - `platform-unsupported`: no binaries exist for this operating system and processor
 * - `binaries-missing`: they exist but are not installed, or do not run here
 * - `root-refused`: started as root, and no unprivileged account can be used instead
 * - `init-failed`: initdb failed; the message ends with the tail of its output
 * - `postgres-refused`: the server did not start; the message ends with the tail of its log
 * - `bad-name`: a database or role name outside `[a-z][a-z0-9_-]{0,62}`
 * - `not-durable`: fsync, full_page_writes or synchronous_commit is off
 */
export type PostgresServerErrorCode =
  | 'already-running'
  | 'data-folder-read-only'
  | 'data-folder-unsuitable'
  | 'data-other-version'
  | 'disk-full'
  | 'port-in-use'
  | 'platform-unsupported'
  | 'binaries-missing'
  | 'root-refused'
  | 'init-failed'
  | 'postgres-refused'
  | 'bad-name'
  | 'not-durable';

export class PostgresServerError extends Error {
  override readonly name = 'PostgresServerError';
  readonly code: PostgresServerErrorCode;

  constructor(code: PostgresServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a failed system call carries one of these codes (`ENOENT`, ...). */
export function hasSystemCode(error: unknown, ...codes: string[]): boolean {
  const code = systemCode(error);
  return code !== undefined && codes.includes(code);
}

export function diskFull(dataDir: string, options?: ErrorOptions): PostgresServerError {
  return new PostgresServerError(
    'disk-full',
    `No room is left on the disk that holds ${dataDir}; free some space or set EADS_DATA_DIR to a folder on another disk.`,
    options,
  );
}

/** Turns a failed write into the sentence a person can act on; anything unknown is handed back as it came. */
export function explainWriteFailure(error: unknown, dataDir: string): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dataDir, { cause: error });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new PostgresServerError(
      'data-folder-read-only',
      `The data folder ${dataDir} cannot be read and written (${code}); open it to this user or set EADS_DATA_DIR to one that is.`,
      { cause: error },
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new PostgresServerError(
      'data-folder-unsuitable',
      `The data folder ${dataDir} cannot be made because a file stands in its way; move that file or set EADS_DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  return error;
}
