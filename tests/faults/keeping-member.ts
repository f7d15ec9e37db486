import {
  addCheckpoint,
  leafHash,
  type NoteKey,
  noteSigner,
  parseCheckpoint,
  parseNote,
  parseRecord,
  parseVkey,
  sha256Base64,
  signText,
  TYPE_COSIGNATURE,
  verifyCheckpoint,
} from '@eads/ledger';
import { envelopeBytes, type NodeLink, type NodeLinkOptions, startNodeLink, systemClock } from '@eads/link';
import type { Deliver, ItemCode } from '@eads/protocol';
import {
  applyStateEvent,
  type Envelope,
  emptyDirectory,
  openEnvelope,
  signSession,
  verifyStatementSync,
  witnessName,
} from '@eads/signing';
import type { ScriptedMember } from '@eads/testkit';
import type { MemberEvidence, Shown } from './checker/evidence.ts';

/** What a keeping member tells of as it happens: a place to strike. */
export type Moment = 'linked' | 'published' | 'receipts' | 'delivered' | 'cosigned';

export interface KeepingOptions {
  readonly url: string;
  readonly token: string;
  /** Spreads reconnects; the least wait unless told. */
  readonly random?: () => number;
  readonly moment?: (moment: Moment) => void;
}

interface Kept {
  readonly hash: string;
  readonly id: string;
  readonly receipts: string[];
}

interface Waiting {
  readonly id: string;
  readonly jws: string;
  inFlight: boolean;
  /** Not before then, ms. */
  notBefore: number;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What genesis fixed: the keys by which everything that the hub signs is checked. */
const foundingOf = (origin: string, genesis: string) => {
  const opened = openEnvelope(genesis);
  const applied = opened.ok ? applyStateEvent(emptyDirectory(origin), 0, opened.envelope) : null;
  if (!applied?.ok || applied.directory.founding === null) throw new Error('the genesis founds nothing');
  return applied.directory.founding;
};

/**
 * A member that keeps what a node must keep, an outbox that sends again what has no receipt, a cursor, the largest checkpoint, and
 * cosigns in earnest. It writes down all that it was given, for the checker. Its own mistakes are not forgiven: what it is
 * given must be signed.
 */
export const createKeepingMember = (scripted: ScriptedMember, genesis: string) => {
  const { member, keys } = scripted;
  const origin = scripted.origin();
  const founding = foundingOf(origin, genesis);
  const logKey: NoteKey = parseVkey(founding.logKey);
  const witness = noteSigner(witnessName(origin, member), TYPE_COSIGNATURE, keys.witness.privateKey);
  const sent = new Map<string, Kept>();
  const outbox = new Map<string, Waiting>();
  const shown: Shown[] = [];
  const checkpoints = new Map<string, { size: number; root: string }>();
  const codes = new Map<string, number>();
  const lost: number[] = [];
  const faults: string[] = [];
  const arrivals = new Map<string, () => void>();
  let link: NodeLink | undefined;
  let next = 0;
  let rseq = 0;
  let acked = 0;
  let largest: { size: number; note: string } | null = null;
  let cosigned: string | null = null;
  let witnessed = 0;
  let resent = 0;

  const keepNote = (note: string): void => {
    verifyCheckpoint(note, logKey);
    const { size, root } = parseCheckpoint(parseNote(note).text);
    checkpoints.set(`${size} ${base64(root)}`, { size, root: base64(root) });
    if (size > (largest?.size ?? 0)) largest = { size, note };
  };

  const show = (seq: number, item: Deliver['items'][number], opening: Deliver['openings'][number]): void => {
    if (typeof item === 'string') {
      shown.push({ seq, leaf: item, content: null });
      return;
    }
    const { from, id } = parseRecord(item.record);
    const hash = item.envelope === undefined ? null : sha256Base64(item.envelope);
    const own = opening?.[0] === 'deliver' ? opening[3] : null;
    if (own !== null) rseq = own;
    shown.push({ seq, leaf: base64(leafHash(item.record)), content: { from, id, hash, rseq: own } });
    arrivals.get(id ?? '')?.();
  };

  const take = (frame: Deliver): void => {
    let readable = 0;
    frame.items.forEach((item, i) => {
      show(frame.first + i, item, typeof item === 'string' ? null : (frame.openings[readable++] ?? null));
    });
    next = Math.max(next, frame.first + frame.items.length);
    acked = next;
  };

  const receipted = (record: string): void => {
    const parsed = parseRecord(record);
    const hash = base64(parsed.envelopeHash);
    const kept = sent.get(hash);
    if (!kept) {
      faults.push(`${member} got a receipt for what it never sent`);
      return;
    }
    kept.receipts.push(record);
    codes.set(parsed.code, (codes.get(parsed.code) ?? 0) + 1);
    outbox.delete(hash);
  };

  const again = (key: string, code: ItemCode, afterMs: number): void => {
    codes.set(code, (codes.get(code) ?? 0) + 1);
    for (const [hash, waiting] of outbox) {
      if (hash !== key && waiting.id !== key) continue;
      waiting.inFlight = false;
      waiting.notBefore = Date.now() + afterMs;
    }
    setTimeout(() => link?.nudge(), afterMs + 1);
  };

  const outgoing = (count: number, bytes: number): string[] => {
    const now = Date.now();
    const taken: string[] = [];
    let size = 0;
    for (const waiting of outbox.values()) {
      if (waiting.inFlight || waiting.notBefore > now) continue;
      size += envelopeBytes([waiting.jws]);
      if (taken.length === count || size > bytes) break;
      waiting.inFlight = true;
      taken.push(waiting.jws);
    }
    return taken;
  };

  const connect = ({ url, token, random = () => 0, moment = () => undefined }: KeepingOptions): void => {
    const options: NodeLinkOptions = {
      url,
      token,
      random,
      clock: systemClock,
      host: {
        member,
        prove: (of, hub, nonce) => signSession({ origin: of, hub, member, nonce }, keys.signing),
        cursor: async () => {
          for (const waiting of outbox.values()) {
            if (waiting.inFlight) resent += 1;
            waiting.inFlight = false;
          }
          return { origin, next, rseq, checkpoint: largest?.note ?? null };
        },
        delivered: async (frame) => {
          take(frame);
          moment('delivered');
          return { next };
        },
        receipts: async (jws) => {
          const { items } = verifyStatementSync('eads-receipt+jws', jws, founding.hubKey);
          for (const [record] of items) receipted(record);
          moment('receipts');
        },
        retry: async (items, afterMs) => {
          for (const [key, code] of items) again(key, code, afterMs);
        },
        head: (jws) => {
          const head = verifyStatementSync('eads-head+jws', jws, founding.hubKey);
          if (head.size === next && head.rseq !== rseq) faults.push(`${member} was told another own number`);
        },
        cosign: async (_round, body) => {
          const seconds = Math.floor(Date.now() / 1000);
          const answer = addCheckpoint({ logKey, held: cosigned }, body, (text) => signText(witness, text, seconds));
          if (answer.status === 200) {
            cosigned = answer.held;
            keepNote(answer.held);
          } else if (answer.status !== 409 || answer.conflict) {
            faults.push(`${member} was asked to cosign what it could not: ${answer.status} ${answer.body}`);
          }
          moment('cosigned');
          return { status: answer.status, body: answer.body };
        },
        witnessed: async (note) => {
          keepNote(note);
          witnessed = Math.max(witnessed, parseCheckpoint(parseNote(note).text).size);
        },
        outgoing: async (count, bytes) => {
          const taken = outgoing(count, bytes);
          if (taken.length > 0) moment('published');
          return taken;
        },
        linked: () => moment('linked'),
        lost: (code) => void lost.push(code),
        newOrigin: async () => undefined,
        fault: (error) => void faults.push(`${member}: ${error}`),
      },
    };
    link = startNodeLink(options);
  };

  return {
    member,
    origin,
    scripted,
    connect,
    /** Keeps these until they are receipted; the same bytes may be sent again. */
    send: (...envelopes: readonly Pick<Envelope, 'jws' | 'claims'>[]): void => {
      for (const { jws, claims } of envelopes) {
        const hash = sha256Base64(jws);
        if (!sent.has(hash)) sent.set(hash, { hash, id: claims.id, receipts: [] });
        outbox.set(hash, { id: claims.id, jws, inFlight: false, notBefore: 0 });
      }
      link?.nudge();
    },
    /** A person says: try now. */
    resume: (): void => link?.resumeByPerson(),
    state: () => link?.state(),
    /** Resolves when a message of this id is shown. */
    arrival: (id: string): Promise<void> => new Promise((resolve) => arrivals.set(id, resolve)),
    next: (): number => next,
    /** Envelopes without a receipt. */
    waiting: (): number => outbox.size,
    sent: (): number => sent.size,
    resent: (): number => resent,
    witnessed: (): number => witnessed,
    /** The largest checkpoint that is held, a note. */
    checkpoint: (): string | null => largest?.note ?? null,
    /** Answers by their code, and how often. */
    codes: (): ReadonlyMap<string, number> => codes,
    /** Codes with which sessions ended. */
    lost: (): readonly number[] => lost,
    /** What the hub did that no hub may do. */
    faults: (): readonly string[] => faults,
    evidence: (): MemberEvidence => ({
      ...{ member, acked },
      sent: [...sent.values()],
      shown: [...shown],
      checkpoints: [...checkpoints.values()],
    }),
    stop: async (): Promise<void> => link?.stop(),
  };
};

export type KeepingMember = ReturnType<typeof createKeepingMember>;
