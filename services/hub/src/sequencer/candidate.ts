import type { ItemCode } from '@eads/protocol';
import type { Envelope } from '@eads/signing';

/** An envelope on its way to the sequencer, with all that could be found out before the lock. */
export interface Candidate {
  /** Whose session brought it; HUB for the hub's own. */
  readonly member: string;
  /** The bytes as received: a compact JWS where it is one. */
  readonly text: string;
  /** base64 SHA-256 of those bytes. */
  readonly hash: string;
  /** The id where a well-formed one could be read. */
  readonly id: string | null;
  /** Final refusal found before the lock; null: it goes on. */
  readonly refused: ItemCode | null;
  /** What was read; null where refused before that. */
  readonly envelope: Envelope | null;
  /** Whether the signature holds for the key that its header names. `unknown-key`: no such key was known then. */
  readonly signature: 'holds' | 'unknown-key' | 'unchecked';
}

/** What became of a candidate. */
export type Outcome =
  /** It has an entry: accepted, or a logged refusal. */
  | { readonly type: 'entry'; readonly seq: number }
  /** The same bytes were sequenced before: the original entry answers. */
  | { readonly type: 'original'; readonly seq: number }
  /** Nothing was claimed; come again. */
  | { readonly type: 'retry'; readonly code: ItemCode; readonly afterMs: number };
