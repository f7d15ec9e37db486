import type { Claims, Kind } from '@eads/protocol';
import type { Directory, Envelope, OpeningKey } from '@eads/signing';
import type * as z from 'zod';
import type { ContentRule } from '../confidential/content-rules.ts';
import type { Effect } from './effects.ts';

/** A message as a handler gets it: signature verified, body read by its kind's schema. */
export interface Incoming<Body = Record<string, unknown>> {
  readonly epoch: number;
  readonly seq: number;
  /** Ledger time, ms. */
  readonly timeMs: number;
  readonly claims: Omit<Claims, 'body'> & { readonly body: Body };
  /** `<from>/<id>` of this very envelope. */
  readonly ref: string;
  readonly envelope: Envelope;
  /** The key that signed it. */
  readonly kid: string;
}

export interface HandlerContext {
  readonly member: string;
  /** Every decryption key that this node ever had in the run, newest first. */
  readonly openingKeys: readonly OpeningKey[];
  /** Asked for the entry's own position. */
  readonly directory: Directory;
  readonly contentRules: readonly ContentRule[];
}

/**
 * What a message asks of this node. Writes nothing: it gives the effects, and they are applied in one transaction that also marks the
 * entry. May be called again for the same entry.
 */
export type Handler<Body = Record<string, unknown>> = (
  message: Incoming<Body>,
  context: HandlerContext,
) => readonly Effect[] | Promise<readonly Effect[]>;

/** A handler of one kind; the body has the type of the kind's schema, which has read it. */
export const handlerOf = <Body extends z.ZodType>(
  kind: Kind<Body, z.ZodType | null>,
  handle: Handler<z.output<Body>>,
): readonly [kind: string, handler: Handler] => [kind.kind, handle as Handler];
