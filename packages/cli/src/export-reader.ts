import { opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportReader } from '@eads/ledger';

/** Something in an export folder that is no file: nobody signed for what a link leads to. */
export interface Stray {
  readonly path: string;
  readonly says: string;
}

export interface ExportFolder {
  readonly reader: ExportReader;
  readonly strays: readonly Stray[];
}

/** Far more than any export has below its folder. */
const MAX_FILES = 200_000;

/** Lists a folder without following a link, with `/` between names. */
export const openExportFolder = async (folder: string): Promise<ExportFolder> => {
  const files: string[] = [];
  const strays: Stray[] = [];
  const walk = async (below: string): Promise<number> => {
    let count = 0;
    for await (const entry of await opendir(join(folder, below))) {
      count += 1;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      else if (entry.isSymbolicLink()) strays.push({ path, says: 'It is a link to something else.' });
      else if (!entry.isDirectory()) strays.push({ path, says: 'It is neither a file nor a folder.' });
      else if ((await walk(path)) === 0) strays.push({ path, says: 'It is an empty folder.' });
      if (files.length + strays.length > MAX_FILES) {
        strays.push({ path, says: `There are over ${MAX_FILES} files; the rest was not looked at.` });
        return count;
      }
    }
    return count;
  };
  await walk('');
  return {
    reader: { list: () => files.sort(), read: (path) => readFile(join(folder, path)) },
    strays: strays.sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
};
