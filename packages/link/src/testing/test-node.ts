import type { AfterClose, Deliver, Welcome } from '@eads/protocol';
import { envelopeBytes } from '../allowance.ts';
import type { NodeHost } from '../node-host.ts';
import type { RetryItems } from './test-hub.ts';
import { JWS, ORIGIN } from './texts.ts';

export interface TestNode extends NodeHost {
  next: number;
  origin: string;
  readonly outbox: string[];
  /** Every item delivered, by seq. */
  readonly held: Deliver['items'][number][];
  readonly frames: Deliver[];
  readonly receiptsSeen: string[];
  readonly retries: [RetryItems, number][];
  readonly heads: string[];
  readonly notes: string[];
  readonly links: Welcome[];
  readonly losses: { code: number; after: AfterClose; reason: string; remedy: string }[];
  readonly origins: string[];
  readonly faults: unknown[];
}

/** A node host that keeps what it gets in arrays. Every override replaces a callback. */
export const createTestNode = (overrides: Partial<NodeHost> = {}): TestNode => {
  const node: TestNode = {
    member: 'ID',
    next: 0,
    origin: ORIGIN,
    outbox: [],
    held: [],
    frames: [],
    receiptsSeen: [],
    retries: [],
    heads: [],
    notes: [],
    links: [],
    losses: [],
    origins: [],
    faults: [],
    prove: () => JWS,
    cursor: async () => ({ origin: node.origin, next: node.next, rseq: 0, checkpoint: null }),
    delivered: async (frame) => {
      if (frame.first !== node.next) throw new Error(`expected ${node.next}, got ${frame.first}`);
      node.frames.push(frame);
      node.held.push(...frame.items);
      node.next += frame.items.length;
      return { next: node.next };
    },
    receipts: async (jws) => void node.receiptsSeen.push(jws),
    retry: async (items, afterMs) => void node.retries.push([items, afterMs]),
    head: (jws) => void node.heads.push(jws),
    cosign: async (round) => ({ status: 200, body: `line ${round}` }),
    witnessed: async (note) => void node.notes.push(note),
    outgoing: async (count, bytes) => {
      const taken: string[] = [];
      while (taken.length < count && node.outbox.length > 0) {
        if (envelopeBytes([...taken, node.outbox[0] as string]) > bytes) break;
        taken.push(node.outbox.shift() as string);
      }
      return taken;
    },
    linked: (info) => void node.links.push(info),
    lost: (code, after, reason, remedy) => void node.losses.push({ code, after, reason, remedy }),
    newOrigin: async (origin) => {
      node.origins.push(origin);
      node.origin = origin;
      node.next = 0;
    },
    fault: (error) => void node.faults.push(error),
    ...overrides,
  };
  return node;
};
