import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type AccessFile, accessFile, FORCES, SECRETARIAT } from '@eads/protocol';
import { generateToken, PersonError } from '@eads/runtime';

/** Roles that get a token of their own. */
const TOKEN_ROLES: readonly string[] = ['trainer', 'evaluator', 'auditor', 'operator', SECRETARIAT, ...FORCES];

const write = (path: string, file: AccessFile): void => {
  const fresh = `${path}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  writeSync(handle, `${JSON.stringify(file, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(fresh, path);
};

const read = (path: string): AccessFile => {
  try {
    return accessFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new PersonError({
      what: 'The file with the tokens cannot be read',
      where: path,
      remedy: 'Restore it from a backup, or delete it and start again: new tokens are made then',
      cause,
    });
  }
};

/** The tokens of this installation, made on the first start and kept: `access.json`, mode 0600, in the data folder. */
export const openAccessFile = (dataDir: string, url: string): AccessFile => {
  const path = join(dataDir, 'access.json');
  const before = existsSync(path) ? read(path) : null;
  const tokens = { ...before?.tokens };
  for (const role of TOKEN_ROLES) tokens[role] ??= generateToken();
  const file: AccessFile = { url, tokens };
  if (JSON.stringify(file) !== JSON.stringify(before)) write(path, file);
  return file;
};
