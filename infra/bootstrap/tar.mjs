import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/**
 * Writes one file of a gzipped tar to disk and syncs it, without a tar program: a bare Windows or container may have none.
 * Reads ustar entries with plain names, which is what `npm pack` writes.
 * @param {string} archive path of the .tgz
 * @param {string} member path inside the archive, as "package/bin/node"
 * @param {string} target path to write; mode 0755
 * @returns {Promise<boolean>} false where the archive has no such file
 */
export async function extractFile(archive, member, target) {
  /** @type {Buffer} */
  let pending = Buffer.alloc(0);
  let skip = 0;
  let left = 0;
  /** @type {import('node:fs/promises').FileHandle | undefined} */
  let file;
  const source = createReadStream(archive);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      while (pending.length > 0) {
        if (skip > 0) {
          const step = Math.min(skip, pending.length);
          pending = pending.subarray(step);
          skip -= step;
        } else if (file !== undefined) {
          const part = pending.subarray(0, left);
          await file.writeFile(part);
          pending = pending.subarray(part.length);
          left -= part.length;
          if (left === 0) {
            await file.sync();
            return true;
          }
        } else {
          if (pending.length < BLOCK) break;
          const entry = readHeader(pending.subarray(0, BLOCK));
          pending = pending.subarray(BLOCK);
          if (entry.name === member && entry.size > 0) {
            file = await open(target, 'wx', 0o755);
            left = entry.size;
          } else {
            skip = Math.ceil(entry.size / BLOCK) * BLOCK;
          }
        }
      }
    }
    return false;
  } finally {
    source.destroy();
    gunzip.destroy();
    await file?.close();
  }
}

/**
 * @param {Buffer} header
 * @returns {{ name: string, size: number }}
 */
function readHeader(header) {
  const prefix = text(header, 345, 155);
  const name = text(header, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: Number.parseInt(text(header, 124, 12).trim() || '0', 8),
  };
}

/**
 * @param {Buffer} header
 * @param {number} start
 * @param {number} length
 */
function text(header, start, length) {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString('latin1');
}
