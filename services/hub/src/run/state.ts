import { applyStateEvent, type Directory, emptyDirectory, openEnvelope, signerAt, type VerifyKey } from '@eads/signing';
import { type Connection, type Database, readStateEntries } from '@eads/store';
import type { Epoch } from './epoch.ts';

/**
 * Who is a member with which keys, folded from the state events of the epoch. A copy: the head row's state version says
 * whether it is fresh, and the ledger is what it is folded from.
 */
export const createRunState = (schema: string, epoch: Epoch) => {
  let directory: Directory = emptyDirectory(epoch.origin);
  let version = -1;

  return {
    version: (): number => version,
    directory: (): Directory => directory,
    /** The key of that thumbprint that the author ever enrolled. Whether it may still sign is decided under the lock. */
    keyOf: (author: string, kid: string): VerifyKey | undefined => signerAt(directory, author, kid).key ?? undefined,
    /** Reads what others changed. Throws where the ledger's own state events do not fold: then nothing is built on it. */
    reload: async (database: Database | Connection, headVersion: number): Promise<void> => {
      let folded = emptyDirectory(epoch.origin);
      for (const entry of await readStateEntries(database, schema, epoch.epoch, 0)) {
        const opened = openEnvelope(entry.envelope ?? '');
        const applied = opened.ok ? applyStateEvent(folded, entry.seq, opened.envelope) : null;
        if (!applied?.ok) {
          const why = applied?.why ?? 'its bytes cannot be read';
          throw new Error(`The state event at entry ${entry.seq} does not fold: ${why} Restore a backup.`);
        }
        folded = applied.directory;
      }
      directory = folded;
      version = headVersion;
    },
    /** Takes over what a committed batch of this replica made of it. */
    advance: (decided: { readonly stateVersion: number; readonly directory: Directory }): void => {
      directory = decided.directory;
      version = decided.stateVersion;
    },
    /** Forgets how fresh it is: the next batch reads it again. */
    invalidate: (): void => {
      version = -1;
    },
  };
};

export type RunState = ReturnType<typeof createRunState>;
