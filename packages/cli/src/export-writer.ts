import { lstat, mkdir, mkdtemp, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EXPORT_FILES, type ExportLine } from '@eads/protocol';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';

/** Lower-case names in folders one below the other: nothing that leads out of a folder, on any system. */
const SAFE_PATH = /^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)*(?:\/[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)*)*$/;

export const isSafePath = (path: string): boolean => path.length <= 200 && SAFE_PATH.test(path);

const refuseUnlessEmpty = async (folder: string): Promise<boolean> => {
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return false;
  const remedy = 'Name another folder: an export holds nothing but its own files';
  if (!found.isDirectory()) throw new CliError({ what: 'This is no folder', where: folder, remedy });
  if ((await readdir(folder)).length > 0)
    throw new CliError({ what: 'The folder is not empty', where: folder, remedy });
  return true;
};

const broken = (folder: string, what: string): CliError =>
  new CliError({ what, where: folder, remedy: 'Nothing was kept. Export again', exitCode: EXIT.wrong });

/** Writes files as they come, each once, its parts one after the other. */
const createFiles = (folder: string) => {
  const done = new Set<string>();
  let current: { path: string; file: Awaited<ReturnType<typeof open>> } | null = null;
  const close = async (): Promise<void> => {
    const last = current;
    current = null;
    if (!last) return;
    done.add(last.path);
    try {
      await last.file.sync();
    } finally {
      await last.file.close();
    }
  };
  return {
    done,
    close,
    add: async ({ path, text }: ExportLine): Promise<void> => {
      if (!isSafePath(path)) {
        throw broken(folder, `The exchange sent a file with the name ${JSON.stringify(path)}, which no export has`);
      }
      if (current?.path !== path) {
        await close();
        if (done.has(path)) throw broken(folder, `The exchange sent the file ${path} a second time`);
        if (done.has(EXPORT_FILES.manifest)) throw broken(folder, `The exchange sent ${path} after the manifest`);
        const full = join(folder, path);
        await mkdir(dirname(full), { recursive: true, mode: 0o700 });
        current = { path, file: await open(full, 'wx', 0o600) };
      }
      await current?.file.writeFile(text);
    },
  };
};

/**
 * Fills a new folder with an export: beside it first, and under its name once all of it is there, so that no half export is taken
 * for a whole one. Throws CliError for a folder that has something in it and for a stream that is no whole export.
 * @returns how many files it has
 */
export const writeExportFolder = async (
  folder: string,
  source: (sink: (file: ExportLine) => Promise<void>) => Promise<void>,
): Promise<number> => {
  const there = await refuseUnlessEmpty(folder);
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(join(dirname(folder), `${basename(folder)}.partial-`));
  const files = createFiles(partial);
  try {
    try {
      await source(files.add);
    } finally {
      await files.close();
    }
    if (!files.done.has(EXPORT_FILES.manifest)) throw broken(folder, 'The export ended before its list of files came');
    if (there) await rmdir(folder);
    await rename(partial, folder);
    return files.done.size;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
};
