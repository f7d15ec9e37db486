import { type Directory, openEnvelope, signerAt, verifyCompact } from '@eads/signing';
import type { HeldEntry } from '@eads/store';
import { EvidenceError } from '../evidence.ts';
import type { Effect } from './effects.ts';
import type { Handler, HandlerContext } from './handler.ts';

/** What came of trying to handle one entry. */
export type Outcome =
  | { readonly type: 'done'; readonly effects: readonly Effect[] }
  /** A kind or version of later: handled after an upgrade. */
  | { readonly type: 'not-understood' }
  /** Tried again by itself, unless it is evidence. */
  | { readonly type: 'failed'; readonly error: Error };

const checkSignature = async (
  entry: HeldEntry,
  directory: Directory,
  opened: Extract<ReturnType<typeof openEnvelope>, { ok: true }>,
): Promise<void> => {
  const { claims, parsed } = opened.envelope;
  const signer = signerAt(directory, claims.from, parsed.header.kid, entry.seq);
  if (signer.status === 'current' && signer.key !== null && (await verifyCompact(parsed, signer.key))) return;
  throw new EvidenceError('bad-signature', entry.seq, {
    record: entry.record,
    envelope: entry.envelope,
    kid: parsed.header.kid,
    status: signer.status,
  });
};

const run = async (
  entry: HeldEntry,
  context: HandlerContext,
  handlers: ReadonlyMap<string, Handler>,
): Promise<Outcome> => {
  const { epoch, seq, timeMs, envelope } = entry;
  // Erased since it was stored: nothing is left to handle.
  if (envelope === null) return { type: 'done', effects: [] };
  const opened = openEnvelope(envelope);
  const evidence = (why: string) => new EvidenceError('bad-envelope', seq, { record: entry.record, envelope, why });
  if (!opened.ok) throw evidence(opened.refusal.why);
  const { claims, kind, objection, parsed } = opened.envelope;
  if (claims.from !== entry.sender || claims.id !== entry.id || claims.origin !== context.directory.origin) {
    throw evidence('Origin, author or id are not those of the record.');
  }
  // Genesis was checked whole when it was folded: its key stands in the directory from the next entry on.
  if (claims.kind !== 'genesis') await checkSignature(entry, context.directory, opened);
  if (kind === null) return { type: 'not-understood' };
  if (objection !== null) throw evidence(objection.why);
  const handler = handlers.get(kind.kind);
  if (handler === undefined) throw evidence(`A ${kind.kind} reaches no node.`);
  const message = {
    epoch,
    seq,
    timeMs,
    claims,
    ref: `${claims.from}/${claims.id}`,
    envelope: opened.envelope,
    kid: parsed.header.kid,
  };
  return { type: 'done', effects: await handler(message, context) };
};

/** Verifies and handles one entry. Writes nothing, throws nothing. */
export const handleEntry = async (
  entry: HeldEntry,
  context: HandlerContext,
  handlers: ReadonlyMap<string, Handler>,
): Promise<Outcome> => {
  try {
    return await run(entry, context, handlers);
  } catch (error) {
    return { type: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
  }
};
