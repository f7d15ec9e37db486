import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@eads/store';

/** A database server whose folder is copied while it stands still, and put back later: a restored backup. Its address stays. */
export const startRollbackPostgres = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'eads-rollback-'));
  const cluster = join(dataDir, 'cluster');
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir });
  let copies = 0;

  const copyTo = (from: string, to: string): void => {
    const { status, stderr } = spawnSync('cp', ['-a', from, to]);
    if (status !== 0) throw new Error(`the folder could not be copied: ${stderr}`);
  };
  const whileStopped = async (work: () => void): Promise<void> => {
    await server.stop();
    work();
    server = await startEmbeddedPostgres({ dataDir });
  };

  return {
    server: (): EmbeddedPostgres => server,
    /** Stops, copies and starts. Returns the copy. */
    backUp: async (): Promise<string> => {
      copies += 1;
      const copy = join(dataDir, `copy-${copies}`);
      await whileStopped(() => copyTo(cluster, copy));
      return copy;
    },
    /** Stops, puts the copy in place of what is there, and starts. Returns where what was there lies now. */
    putBack: async (copy: string): Promise<string> => {
      copies += 1;
      const aside = join(dataDir, `copy-${copies}`);
      await whileStopped(() => {
        renameSync(cluster, aside);
        copyTo(copy, cluster);
      });
      return aside;
    },
    stop: async (): Promise<void> => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

export type RollbackPostgres = Awaited<ReturnType<typeof startRollbackPostgres>>;
