import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HubFrame, type NodeFrame, nodeFrame, type ReadableEntry, type RecipientOpening } from '@eads/protocol';
import { WebSocket, WebSocketServer } from 'ws';
import { createFakeLedger, type FakeEntry, type FakeLedger } from './fake-ledger.ts';

type FrameOf<Name extends NodeFrame['t']> = Extract<NodeFrame, { t: Name }>;

/** One session with the node, as the far side sees it. */
export interface FakeSession {
  readonly hello: FrameOf<'hello'>;
  readonly frames: NodeFrame[];
  /** The first seq not sent. */
  sent: number;
  /** Bytes of deliver frames that the node has room for. */
  credit: number;
  readonly closed: number | null;
  send(frame: HubFrame): void;
  cut(): void;
  close(code: number): void;
}

export type Tamper = (
  entry: FakeEntry,
  item: string | ReadableEntry,
  opening: RecipientOpening | null | undefined,
) => readonly [string | ReadableEntry, RecipientOpening | null | undefined] | null;

/** Entries of a deliver frame: far under the frame cap. */
const FRAME_ENTRIES = 100;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

/** The far side of a node under test: the hub's HTTP routes and a websocket that speaks real frames. Honest unless told. */
export const createFakeHub = async (member: string, scripted: readonly string[], origin = 'test/practice/1') => {
  let ledger = createFakeLedger(origin, scripted);
  let createdAt = new Date().toISOString();
  const sessions: FakeSession[] = [];
  const settings = {
    /** Lists the run at all. */
    listed: true,
    /** Founds the epoch when the node has enrolled. */
    found: true,
    /** Sends what there is, at once and whenever more is added. */
    deliver: true,
    /** Sequences what the node publishes, and sends the receipt. */
    accept: true,
    tamper: null as Tamper | null,
    archived: false,
    /** Ends each session with this code in place of a welcome. */
    refuse: null as number | null,
    /** What the Secretariat is told: the trainer does not wait for the rest. */
    startNow: false,
  };
  const http = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  const server = new WebSocketServer({ noServer: true });

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value === undefined ? '' : JSON.stringify(value));
    };
    if (path === '/hub/runs') {
      const state = settings.archived ? 'archived' : ledger.genesis() ? 'open' : 'gathering';
      const run = {
        ...{ run: 'practice', origin: ledger.origin, state, why: null, createdAt },
        ...{ size: ledger.size(), witnessed: 0, called: [...scripted, member].sort(), online: [] },
      };
      return json(settings.listed ? [run] : []);
    }
    if (path === '/hub/runs/practice/enrolments' && request.method === 'POST') {
      ledger.enrol(member, JSON.parse(await bodyOf(request)).block);
      if (settings.found && !ledger.genesis()) ledger.found();
      response.statusCode = 204;
      response.end();
      return undefined;
    }
    if (path === '/hub/runs/practice/enrolments') {
      const { origin: of, logKey, hubKey } = ledger;
      const called = [...scripted, member].sort();
      return json({
        ...{ origin: of, called, enrolled: ledger.enrolled(), startNow: settings.startNow },
        ...{ logKey, hubKey, predecessor: null },
      });
    }
    if (path === '/hub/runs/practice/genesis' && request.method === 'POST') {
      ledger.adopt(JSON.parse(await bodyOf(request)).envelope);
      response.statusCode = 204;
      response.end();
      return undefined;
    }
    const genesis = ledger.genesis();
    if (path === '/hub/runs/practice/genesis' && genesis) return json(genesis);
    return json({}, 404);
  };

  /** Sends a frame of what there is, within the node's credit. Returns whether there may be more. */
  const pumpOnce = (session: FakeSession): boolean => {
    const items: (string | ReadableEntry)[] = [];
    const openings: (RecipientOpening | null)[] = [];
    const first = session.sent;
    for (const entry of ledger.entries.slice(first, first + FRAME_ENTRIES)) {
      const [item, opening] = ledger.viewOf(member, entry);
      const view = settings.tamper === null ? ([item, opening] as const) : settings.tamper(entry, item, opening);
      if (view === null) break;
      items.push(view[0]);
      if (typeof view[0] !== 'string') openings.push(view[1] ?? null);
    }
    const frame = { t: 'deliver', first, items, openings } as const;
    const bytes = JSON.stringify(frame).length;
    if (items.length === 0 || bytes > session.credit) return false;
    session.credit -= bytes;
    session.sent += items.length;
    session.send(frame);
    return items.length === FRAME_ENTRIES;
  };
  const pump = (session: FakeSession): void => {
    while (pumpOnce(session));
  };

  const pumpAll = (): void => {
    if (!settings.deliver) return;
    for (const session of sessions) if (session.closed === null) pump(session);
  };

  const take = (session: FakeSession, frame: NodeFrame): void => {
    session.frames.push(frame);
    if (frame.t === 'credit') {
      session.credit += frame.bytes;
      if (settings.deliver) pump(session);
    }
    if (frame.t !== 'publish' || !settings.accept) return;
    const made = frame.envelopes.map((envelope) => {
      const before = ledger.entries.find((entry) => entry.envelope === envelope);
      return before ?? ledger.sequence(envelope);
    });
    session.send({ t: 'receipts', receipt: ledger.receipt(member, made) });
    pumpAll();
  };

  const greet = (socket: WebSocket): void => {
    const nonce = randomBytes(32).toString('base64');
    let session: FakeSession | undefined;
    let closed: number | null = null;
    const send = (frame: HubFrame): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    };
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      closed = code;
    });
    socket.on('message', (data) => {
      const frame = nodeFrame.parse(JSON.parse(String(data)));
      if (frame.t !== 'hello') {
        if (session) take(session, frame);
        return;
      }
      session = {
        hello: frame,
        frames: [],
        sent: frame.next,
        credit: 0,
        get closed() {
          return closed;
        },
        send,
        cut: () => socket.terminate(),
        close: (code) => socket.close(code),
      };
      sessions.push(session);
      if (settings.refuse !== null) {
        socket.close(settings.refuse);
        return;
      }
      const limits = { frameBytes: 1 << 20, envelopeBytes: 49_152, publishItems: 256, pingMs: 10_000, pongMs: 10_000 };
      send({ t: 'welcome', version: 1, generation: sessions.length, size: ledger.size(), limits });
      send({ t: 'credit', bytes: 4 << 20, count: 2048 });
    });
    send({ t: 'challenge', versions: [1], origin: ledger.origin, hub: 'fake', nonce });
  };

  http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head, greet));
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/hub`,
    settings,
    sessions,
    ledger: (): FakeLedger => ledger,
    /** The last session; throws before the first. */
    session: (): FakeSession => {
      const last = sessions.at(-1);
      if (!last) throw new Error('the node has not connected');
      return last;
    },
    /** Adds to the ledger and delivers. */
    add: (...parameters: Parameters<FakeLedger['add']>): FakeEntry => {
      const entry = ledger.add(...parameters);
      pumpAll();
      return entry;
    },
    pumpAll,
    /** The run is deleted and made anew under its name. */
    remake: (): void => {
      ledger = createFakeLedger(origin, scripted);
      createdAt = new Date(Date.parse(createdAt) + 1000).toISOString();
      for (const session of sessions) session.cut();
    },
    /** Another ledger in place of this one, like a new epoch or a rolled-back database. */
    replaceLedger: (next: FakeLedger): void => {
      ledger = next;
    },
    stop: async (): Promise<void> => {
      for (const client of server.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};

export type FakeHub = Awaited<ReturnType<typeof createFakeHub>>;
