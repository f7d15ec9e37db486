import type { AfterClose, Deliver, ItemCode, Welcome } from '@eads/protocol';

/** What a node was given does not fit what it holds. The session ends red, the cursor stays. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  /** What a person can do. */
  readonly remedy: string;

  constructor(message: string, remedy = 'The trainer must look at "Ledger".') {
    super(message);
    this.remedy = remedy;
  }
}

export interface Cursor {
  readonly origin: string;
  /** The first seq not held. */
  readonly next: number;
  readonly rseq: number;
  /** The largest log-signed checkpoint held. */
  readonly checkpoint: string | null;
}

export interface CosignAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 503;
  readonly body: string;
}

/** The node around its link. An error ends the session (1011, back-off), an `EvidenceError` ends it red. */
export interface NodeHost {
  readonly member: string;
  /** Signs the session proof (`eads-session+jws`). */
  prove(origin: string, hub: string, nonce: string): string;
  /** Asked for each session; never while a `delivered` is under way. */
  cursor(): Promise<Cursor>;
  /**
   * Stores one frame durably (inbox transaction) and gives the new cursor, which is then acked. Strictly one after the other; frames
   * that came meanwhile are put together into one of at most 256 KiB.
   */
  delivered(frame: Deliver): Promise<{ readonly next: number }>;
  receipts(jws: string): Promise<void>;
  retry(items: readonly (readonly [string, ItemCode])[], afterMs: number): Promise<void>;
  head(jws: string): void;
  cosign(round: number, body: string): Promise<CosignAnswer>;
  witnessed(note: string): Promise<void>;
  /**
   * The next envelopes to publish, in order, at most `count` and `bytes` (as `envelopeBytes` counts them); [] when there are none.
   * Asked when linked, on `nudge()` and when credit comes. The host remembers what is under way on this session; on a
   * new session it starts over with what has no receipt.
   */
  outgoing(count: number, bytes: number): Promise<readonly string[]>;
  linked(info: Welcome): void;
  /** A session, or an attempt at one, ended. What is done next follows from `after`; reason and remedy are for a person. */
  lost(code: number, after: AfterClose, reason: string, remedy: string): void;
  /** The hub serves another origin: fetch genesis, check its predecessor. Resolves when `cursor()` may be asked again. */
  newOrigin(origin: string): Promise<void>;
  /** An error of this process that ended a session. */
  fault?(error: unknown): void;
}
