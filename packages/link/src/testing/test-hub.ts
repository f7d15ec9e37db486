import type { Hello, ItemCode } from '@eads/protocol';
import type { LinkError } from '../close-words.ts';
import type { DeliverSlice } from '../deliver-pump.ts';
import type { Admission, HubSession, HubSessionHost } from '../hub-session.ts';
import { leafItem, ORIGIN, openingText, readableItem } from './texts.ts';

export interface TestHub extends HubSessionHost {
  /** Adds entries and wakes every session. */
  append(count: number, kind?: 'readable' | 'leaf', bytes?: number): void;
  readonly sessions: Set<HubSession>;
  readonly closes: [string, number][];
  readonly published: string[];
  readonly acks: number[];
  readonly hellos: Hello[];
  readonly cosignatures: [number, number, string][];
  readonly told: (session: HubSession, error: LinkError) => void;
  readonly tales: LinkError[];
  readonly faults: unknown[];
}

/** A hub host over an array of entries. Every override replaces a callback. */
export const createTestHub = (overrides: Partial<HubSessionHost> & { readonly sliceItems?: number } = {}): TestHub => {
  const items: string[] = [];
  const openings: (string | undefined)[] = [];
  const sessions = new Set<HubSession>();
  let generation = 0;

  const read = (_member: string, from: number, limit: number, maxBytes: number): DeliverSlice => {
    const slice = { first: from, items: [] as string[], openings: [] as string[], bytes: 0 };
    const most = Math.min(limit, overrides.sliceItems ?? limit);
    for (let seq = from; seq < items.length && slice.items.length < most; seq += 1) {
      const item = items[seq] as string;
      if (slice.items.length > 0 && slice.bytes + item.length > maxBytes) break;
      slice.items.push(item);
      slice.bytes += item.length;
      const opening = openings[seq];
      if (opening !== undefined) slice.openings.push(opening);
    }
    return slice;
  };

  const hub: TestHub = {
    hub: 'hub-1',
    origin: () => ORIGIN,
    size: () => items.length,
    limits: { frameBytes: 1024 * 1024, envelopeBytes: 48 * 1024, publishItems: 256, pingMs: 1000, pongMs: 1000 },
    admit: async (hello): Promise<Admission> => {
      hub.hellos.push(hello);
      generation += 1;
      return { ok: true, member: 'ID', generation };
    },
    opened: (session) => void sessions.add(session),
    closed: (session, code) => {
      sessions.delete(session);
      hub.closes.push([session.id, code]);
    },
    publish: (_session, envelopes) => void hub.published.push(...envelopes),
    read,
    acked: (_session, next) => void hub.acks.push(next),
    cosigned: (_session, round, status, body) => void hub.cosignatures.push([round, status, body]),
    told: (_session, error) => void hub.tales.push(error),
    fault: (error) => void hub.faults.push(error),
    ...overrides,
    append: (count, kind = 'readable', bytes = 200) => {
      for (let i = 0; i < count; i += 1) {
        const seq = items.length;
        items.push(kind === 'leaf' ? leafItem(seq) : readableItem(seq, bytes));
        openings.push(kind === 'leaf' ? undefined : openingText(seq));
      }
      for (const session of sessions) session.wake();
    },
    sessions,
    closes: [],
    published: [],
    acks: [],
    hellos: [],
    cosignatures: [],
    tales: [],
    faults: [],
  };
  return hub;
};

export type RetryItems = readonly (readonly [string, ItemCode])[];
