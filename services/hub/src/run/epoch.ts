import { formatVkey, type NoteSigner, noteSigner, TYPE_ED25519 } from '@eads/ledger';
import { exportSigningKey, generateSigningKey, importSigningKey, type SigningKey } from '@eads/signing';
import { type Database, type EpochKeys, readEpoch } from '@eads/store';

/** An epoch of a run as a replica works with it. Its private keys are shared by the replicas through the hub's database. */
export interface Epoch {
  readonly epoch: number;
  readonly origin: string;
  /** Signs notes only (C2SP signed-note type 0x01), named by the origin. */
  readonly log: NoteSigner;
  readonly logVkey: string;
  /** Signs receipts, heads, manifests and the hub's own envelopes. */
  readonly hubKey: SigningKey;
  readonly predecessor: string | null;
}

/** Fresh log and hub keys for a new epoch. */
export const newEpochKeys = (origin: string, predecessor: string | null): EpochKeys => ({
  origin,
  logKey: JSON.parse(exportSigningKey(generateSigningKey())) as Record<string, unknown>,
  hubKey: JSON.parse(exportSigningKey(generateSigningKey())) as Record<string, unknown>,
  predecessor,
});

/** The run's current epoch. */
export const loadEpoch = async (database: Database, schema: string): Promise<Epoch> => {
  const row = await readEpoch(database, schema);
  if (!row)
    throw new Error('The run has no epoch: its creation did not come to an end. Delete the run and create it anew.');
  const log = noteSigner(row.origin, TYPE_ED25519, importSigningKey(JSON.stringify(row.logKey)).privateKey);
  return {
    epoch: row.epoch,
    origin: row.origin,
    log,
    logVkey: formatVkey(log),
    hubKey: importSigningKey(JSON.stringify(row.hubKey)),
    predecessor: row.predecessor,
  };
};
