import type { Clock, Logger } from '@eads/runtime';
import type { Database } from '@eads/store';
import { keepEvidence } from '@eads/store';
import { type EvidenceError, evidenceRow } from '../evidence.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Mutex } from '../mutex.ts';
import type { Signal } from '../signal.ts';

/** One run at one node: what all its parts work with. */
export interface RunCore {
  readonly member: string;
  readonly run: string;
  /** The run's PostgreSQL schema, quoted. */
  readonly schema: string;
  /** Where keys, trust and witness state lie, outside the database. */
  readonly folder: string;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly randomBytes: (bytes: number) => Uint8Array;
  readonly keys: KeyRing;
  /** Held while the ledger's state is written: delivery, receipts and checkpoints do not interleave. */
  readonly ledger: Mutex;
  /** Held while something is signed and queued, so that the order of signing is that of sending. */
  readonly outbox: Mutex;
  /** There is something to handle. */
  readonly inboxGrew: Signal;
  /** Entries came, or changed their state. */
  readonly entriesChanged: Signal;
  /** The outbox has something to send, or one of its rows moved on. */
  readonly outboxChanged: Signal;
}

/** Keeps what proves a fault. The run is red from now on. */
export const recordEvidence = async (core: RunCore, epoch: number, error: EvidenceError): Promise<void> => {
  core.log.error({ run: core.run, code: error.code, seq: error.seq }, error.message);
  await keepEvidence(core.database, core.schema, evidenceRow(epoch, error));
};
