import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { bad, type Check, ok, warn } from './check.ts';

const NODE_MAJOR = 24;
const MIB = 1024 * 1024;
const FREE_WARN = 2048 * MIB;
const FREE_BAD = 256 * MIB;

export const checkNode = (version: string): Check => {
  const major = Number(version.split('.')[0]);
  if (major >= NODE_MAJOR) return ok('Node', version);
  return bad(
    'Node',
    `${version}; ${NODE_MAJOR} or newer is needed`,
    'Start through npm (npm run --silent eads -- …): it fetches the right one.',
  );
};

/** Rights of the data folder. It holds private keys and tokens: nobody else has any business there. */
export const checkFolder = async (folder: string): Promise<Check> => {
  const name = 'Data folder';
  const found = await stat(folder).catch(() => null);
  if (found === null)
    return warn(name, `${folder} is not there yet`, 'Start the exchange once (npm start), or set EADS_DATA_DIR.');
  if (!found.isDirectory())
    return bad(name, `${folder} is no folder`, 'Move it away, or set EADS_DATA_DIR to a folder.');
  const mayWrite = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!mayWrite)
    return bad(
      name,
      `${folder} cannot be written to`,
      `Run as its owner, or change its rights (chmod u+rwx "${folder}").`,
    );
  if (process.platform !== 'win32' && (found.mode & 0o022) !== 0) {
    return warn(name, `${folder} can be written to by others`, `Close it: chmod go-w "${folder}".`);
  }
  return ok(name, folder);
};

export const checkDisk = async (folder: string): Promise<Check | null> => {
  const found = await statfs(folder).catch(() => null);
  if (found === null) return null;
  const free = found.bavail * found.bsize;
  const says = `${Math.floor(free / MIB)} MiB free`;
  if (free < FREE_BAD)
    return bad('Disk', says, 'Free some space: with a full disk the exchange stops taking messages.');
  if (free < FREE_WARN) return warn('Disk', says, 'Free some space before a long exercise.');
  return ok('Disk', says);
};

export const checkAccessMode = async (path: string): Promise<Check> => {
  const name = 'Tokens';
  const found = await stat(path).catch(() => null);
  if (found === null)
    return warn(name, `${path} is not there`, 'Start the exchange (npm start), or give --url and --token.');
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    return bad(
      name,
      `${path} can be read by others (mode ${(found.mode & 0o777).toString(8)})`,
      `Close it: chmod 600 "${path}".`,
    );
  }
  return ok(name, path);
};
