import { applyStateEvent, type Directory, emptyDirectory, openEnvelope, signerAt, type VerifyKey } from '@eads/signing';
import type { Connection, Database } from '@eads/store';

/** A state event as it is read back. */
export interface StateEntry {
  readonly seq: number;
  readonly envelope: string | null;
}

/** Reads the state events of the epoch from `from` on, in order. */
export type ReadStateEntries<Source> = (source: Source, from: number) => Promise<readonly StateEntry[]>;

/** Folds state events on. Throws where the ledger's own do not fold: then nothing is built on it. */
const foldOn = (start: Directory, entries: readonly StateEntry[]): Directory => {
  let folded = start;
  for (const { seq, envelope } of entries) {
    const opened = openEnvelope(envelope ?? '');
    const applied = opened.ok ? applyStateEvent(folded, seq, opened.envelope) : null;
    if (!applied?.ok) {
      const why = applied?.why ?? 'its bytes cannot be read';
      throw new Error(`The state event at entry ${seq} does not fold: ${why} Restore a backup.`);
    }
    folded = applied.directory;
  }
  return folded;
};

/**
 * Who is a member with which keys, folded from the state events of the epoch. A copy: the head row's state version says
 * whether it is fresh, and the ledger is what it is folded from.
 */
export const createRunState = <Source>(origin: string, read: ReadStateEntries<Source>) => {
  let directory: Directory = emptyDirectory(origin);
  let version = -1;
  /** Counts readings as they begin: one that began earlier never takes the place of one that began later. */
  let begun = 0;
  let taken = 0;

  const take = (turn: number, next: Directory, nextVersion: number): void => {
    if (turn <= taken) return;
    taken = turn;
    directory = next;
    version = nextVersion;
  };

  /** The first `headVersion` events, folded: what came since the copy was made, or everything anew. */
  const folded = async (source: Source, headVersion: number): Promise<Directory> => {
    const [known, missing] = [directory, headVersion - version];
    if (version >= 0 && missing > 0) {
      const fresh = await read(source, known.next);
      if (fresh.length >= missing) return foldOn(known, fresh.slice(0, missing));
    }
    const all = await read(source, 0);
    if (all.length < headVersion) {
      throw new Error(`The head counts ${headVersion} state events, and ${all.length} are there. Restore a backup.`);
    }
    return foldOn(emptyDirectory(origin), all.slice(0, headVersion));
  };

  return {
    version: (): number => version,
    directory: (): Directory => directory,
    /** The key of that thumbprint that the author ever enrolled. Whether it may still sign is decided under the lock. */
    keyOf: (author: string, kid: string): VerifyKey | undefined => signerAt(directory, author, kid).key ?? undefined,
    /**
     * The directory of that version, read where the copy is older or newer. What it returns stays what it is, whatever is
     * read meanwhile: a batch decides by it.
     */
    at: async (source: Source, headVersion: number): Promise<Directory> => {
      if (headVersion === version) return directory;
      const turn = ++begun;
      const fresh = await folded(source, headVersion);
      take(turn, fresh, headVersion);
      return fresh;
    },
    /** Takes over what a committed batch of this replica made of it. */
    advance: (decided: { readonly stateVersion: number; readonly directory: Directory }): void =>
      take(++begun, decided.directory, decided.stateVersion),
    /** Forgets how fresh it is: the next batch reads it anew. */
    invalidate: (): void => {
      version = -1;
    },
  };
};

export type RunState = ReturnType<typeof createRunState<Database | Connection>>;
