import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type LinkClock, systemClock } from './clock.ts';
import type { HubSessionHost } from './hub-session.ts';
import { type NodeLink, type NodeLinkOptions, startNodeLink } from './node-link.ts';
import type { HubSessionSettings } from './settings.ts';
import { connectRaw, createLoopbackHub, maskedFrame } from './testing/loopback.ts';
import { createTestHub, type TestHub } from './testing/test-hub.ts';
import { createTestNode, type TestNode } from './testing/test-node.ts';
import { envelopeText, JWS } from './testing/texts.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const openHub = async (
  overrides: Partial<HubSessionHost> = {},
  settings: Partial<HubSessionSettings> = {},
  clock: LinkClock = systemClock,
) => {
  const hub = createTestHub(overrides);
  const server = await createLoopbackHub(hub, settings, clock);
  ends.push(server.close);
  return { hub, server };
};

const openLink = (url: string, node: TestNode, options: Partial<NodeLinkOptions> = {}): NodeLink => {
  const link = startNodeLink({ url, token: 'secret', host: node, clock: systemClock, random: Math.random, ...options });
  ends.push(link.stop);
  return link;
};

const HELLO = JSON.stringify({ t: 'hello', version: 1, session: JWS, next: 0, rseq: 0, checkpoint: null });
const limits = (pingMs: number, pongMs: number) => ({
  limits: { frameBytes: 1 << 20, envelopeBytes: 49_152, publishItems: 256, pingMs, pongMs },
});
const soon = <T>(check: () => T, timeout = 8000) => vi.waitFor(check, { timeout, interval: 10 });
const closes = (hub: TestHub) => hub.closes.map(([, code]) => code);

/** A client past `welcome` that is spoken by hand. */
const openClient = async (url: string, credit?: { bytes: number; count: number }) => {
  const client = new WebSocket(url, { perMessageDeflate: false });
  const frames: { t: string }[] = [];
  client.on('message', (data) => frames.push(JSON.parse(data.toString())));
  client.on('error', () => {});
  await once(client, 'message');
  client.send(HELLO);
  await soon(() => expect(frames.some(({ t }) => t === 'welcome')).toBe(true));
  if (credit) client.send(JSON.stringify({ t: 'credit', ...credit }));
  return { client, frames };
};
const closeOf = async (client: WebSocket): Promise<number> => (await once(client, 'close'))[0];

describe('over real sockets', () => {
  it('links, delivers and publishes, without compression, with the token in the upgrade', async () => {
    const { hub, server } = await openHub();
    hub.append(3000, 'readable', 1000);
    const node = createTestNode();
    node.outbox.push(...Array.from({ length: 1000 }, (_, i) => envelopeText(`m${i}`, 1000)));
    const link = openLink(server.url, node);
    await soon(() => expect(node.next).toBe(3000));
    await soon(() => expect(hub.published).toHaveLength(1000));
    hub.append(1);
    await soon(() => expect(hub.acks.at(-1)).toBe(3001));
    const headers = server.requests[0]?.headers;
    expect(headers?.['sec-websocket-extensions']).toBeUndefined();
    expect(headers?.authorization).toBe('Bearer secret');
    await link.stop();
    await soon(() => expect(closes(hub)).toEqual([1001]));
  });

  it('loses no frame that comes in the packet of the upgrade', async () => {
    const { hub, server } = await openHub();
    const raw = await connectRaw(server.port, maskedFrame(1, Buffer.from(HELLO)));
    await soon(() => expect(hub.sessions.size).toBe(1));
    raw.socket.destroy();
  });

  it('a line cut in the middle of a frame is 1006', async () => {
    const { hub, server } = await openHub();
    const raw = await connectRaw(server.port, maskedFrame(1, Buffer.from(HELLO)));
    await soon(() => expect(hub.sessions.size).toBe(1));
    raw.socket.write(maskedFrame(1, Buffer.from('{"t":"publish","enve'), 400));
    raw.socket.destroy();
    await soon(() => expect(closes(hub)).toEqual([1006]));
    expect(hub.published).toEqual([]);
  });

  it('a frame that never ends is 4408', async () => {
    const { hub, server } = await openHub(limits(100, 100));
    const raw = await connectRaw(server.port, maskedFrame(1, Buffer.from(HELLO)));
    await soon(() => expect(hub.sessions.size).toBe(1));
    raw.socket.write(maskedFrame(1, Buffer.from('{"t":"publish","enve'), 400));
    await soon(() => expect(closes(hub)).toEqual([4408]));
    raw.socket.destroy();
  });

  it('a client that only connects is shown out', async () => {
    const { server } = await openHub({}, { helloMs: 100 });
    const client = new WebSocket(server.url);
    expect(await closeOf(client)).toBe(4408);
  });

  it('binary is 4400, a frame over the cap 4413', async () => {
    const { hub, server } = await openHub();
    const first = await openClient(server.url);
    first.client.send(Buffer.from('{}'));
    expect(await closeOf(first.client)).toBe(4400);
    const second = await openClient(server.url);
    second.client.send(' '.repeat(1024 * 1024 + 1));
    expect(await closeOf(second.client)).toBe(4413);
    expect(second.frames.at(-1)).toMatchObject({ t: 'error', code: 'frame-too-big' });
    expect(closes(hub)).toEqual([4400, 4413]);
  });

  it.each([
    ['a frame of 100 MiB', maskedFrame(1, Buffer.alloc(64), 100 * 1024 * 1024), 1009, 4413],
    ['text that is not UTF-8', maskedFrame(1, Buffer.from([0xff, 0xfe])), 1007, 4400],
    ['an unmasked frame', Buffer.from([0x81, 0x01, 0x7b]), 1002, 4400],
    ['an opcode that does not exist', maskedFrame(5, Buffer.alloc(0)), 1002, 4400],
  ])('%s ends at once', async (_name, bytes, onWire, code) => {
    const { hub, server } = await openHub();
    const raw = await connectRaw(server.port, maskedFrame(1, Buffer.from(HELLO)));
    await soon(() => expect(hub.sessions.size).toBe(1));
    raw.socket.write(bytes);
    await soon(() => expect(closes(hub)).toEqual([code]));
    await soon(() => expect(raw.closeCode()).toBe(onWire));
    raw.socket.destroy();
  });

  it('a slow reader is closed with 4429 and delays nobody', async () => {
    const { hub, server } = await openHub(limits(60_000, 60_000), { slowMs: 1000, closeMs: 200 });
    const nodes = Array.from({ length: 10 }, () => createTestNode());
    for (const node of nodes) openLink(server.url, node);
    const slow = await openClient(server.url, { bytes: 1 << 30, count: 1 << 20 });
    slow.client.pause();
    await soon(() => expect(hub.sessions.size).toBe(11));
    hub.append(16_000, 'readable', 1000);
    await soon(() => expect(nodes.map(({ next }) => next)).toEqual(Array(10).fill(16_000)));
    const buffered = [...server.sockets].map((socket) => socket.bufferedAmount);
    expect(Math.max(...buffered)).toBeLessThan(1024 * 1024);
    await soon(() => expect(closes(hub)).toEqual([4429]));
    await soon(() => expect(server.sockets.size).toBe(10));
  });

  it('a frozen node is noticed and its socket destroyed', async () => {
    const { hub, server } = await openHub(limits(100, 100), { closeMs: 100 });
    const { client } = await openClient(server.url);
    client.pause();
    const start = performance.now();
    await soon(() => expect(closes(hub)).toEqual([4408]));
    expect(performance.now() - start).toBeLessThan(2000);
    await soon(() => expect(server.sockets.size).toBe(0));
  });

  it('a frozen hub is noticed, and linked to again', async () => {
    const { hub, server } = await openHub(limits(100, 100), { closeMs: 100 });
    const node = createTestNode();
    openLink(server.url, node, { settings: { closeMs: 100 } });
    await soon(() => expect(hub.sessions.size).toBe(1));
    for (const socket of server.sockets) socket.pause();
    await soon(() => expect(node.losses).toMatchObject([{ code: 4408, after: 'back-off' }]));
    await soon(() => expect(node.links).toHaveLength(2));
  });

  it('a process that stood still does not blame the other end', async () => {
    const { hub, server } = await openHub(limits(50, 250));
    const node = createTestNode();
    const link = openLink(server.url, node);
    await soon(() => expect(link.state().status).toBe('linked'));
    for (let i = 0; i < 2; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 70));
      const until = performance.now() + 800;
      while (performance.now() < until);
    }
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(hub.closes).toEqual([]);
    expect(node.losses).toEqual([]);
  });
});

describe('an upgrade that is refused', () => {
  it.each([
    [401, 4401, 'stop'],
    [403, 4403, 'stop'],
    [503, 1006, 'back-off'],
  ])('with HTTP %i counts as %i', async (status, code, after) => {
    const { server } = await openHub();
    server.refuse(status);
    const node = createTestNode();
    const link = openLink(server.url, node);
    await soon(() => expect(node.losses[0]).toMatchObject({ code, after }));
    if (after === 'back-off') expect(node.losses[0]?.reason).toContain('HTTP 503');
    server.refuse(undefined);
    if (after === 'stop') link.resumeByPerson();
    await soon(() => expect(link.state().status).toBe('linked'));
    expect(node.losses).toHaveLength(1);
  });

  it('because nobody listens is backed off, and the address is named', async () => {
    const { server } = await openHub();
    await server.close();
    ends.length = 0;
    const node = createTestNode();
    openLink(server.url, node);
    await soon(() => expect(node.losses.length).toBeGreaterThan(1));
    expect(node.losses[0]).toMatchObject({ code: 1006, after: 'back-off' });
    expect(node.losses[0]?.reason).toContain(`127.0.0.1:${server.port}`);
  });
});

/** Twenty times as fast as the system's, so that back-off takes no time in a test. */
const fast: LinkClock = { ...systemClock, setTimeout: (run, ms) => systemClock.setTimeout(run, ms / 20) };

describe('reconnects', () => {
  it('fifty cuts in the middle of catching up: no entry left out, doubled or turned round, none lost of what is published', async () => {
    const { hub, server } = await openHub({ ...limits(600_000, 600_000), sliceItems: 7 } as Partial<HubSessionHost>);
    const entries = 4000;
    hub.append(entries - 50 * 60, 'readable', 300);
    const unreceipted = Array.from({ length: 300 }, (_, i) => envelopeText(`m${i}`, 300));
    const session = { sent: 0 };
    const node = createTestNode({
      linked: () => {
        session.sent = 0;
      },
      outgoing: async (count) => {
        const part = unreceipted.slice(session.sent, session.sent + Math.min(count, 10));
        session.sent += part.length;
        return part;
      },
      receipts: async (jws) => {
        const [envelope] = unreceipted;
        if (envelope !== jws) return;
        unreceipted.shift();
        session.sent -= 1;
      },
    });
    const store = node.delivered;
    node.delivered = async (frame) => {
      await new Promise((resolve) => setImmediate(resolve));
      return store(frame);
    };
    const kept = new Set<string>();
    hub.publish = (from, envelopes) => {
      for (const envelope of envelopes) {
        kept.add(envelope);
        from.sendReceipts(envelope);
        from.done(envelope.length, 1);
      }
    };
    const link = openLink(server.url, node, { clock: fast, random: () => 0 });
    for (let cut = 1; cut <= 50; cut += 1) {
      await soon(() => expect(link.state().status).toBe('linked'));
      const before = node.next;
      hub.append(60);
      await soon(() => expect(node.next).toBeGreaterThan(before));
      for (const socket of server.sockets) socket.terminate();
      await soon(() => expect(node.losses.length).toBeGreaterThanOrEqual(cut));
    }
    await soon(() => expect(node.next).toBe(entries), 20_000);
    await soon(() => expect(unreceipted).toEqual([]));
    expect(node.faults).toEqual([]);
    expect(kept.size).toBe(300);
    expect(node.losses.length).toBeGreaterThanOrEqual(50);
    expect(node.held).toHaveLength(entries);
    expect(closes(hub).every((code) => code === 1006)).toBe(true);
  }, 60_000);

  it('eleven nodes come back after the hub went away, spread in time', async () => {
    const { hub, server } = await openHub(limits(600_000, 600_000));
    const nodes = Array.from({ length: 11 }, () => createTestNode());
    for (const node of nodes) openLink(server.url, node, { clock: fast });
    for (let round = 1; round <= 5; round += 1) {
      await soon(() => expect(hub.sessions.size).toBe(11));
      hub.append(50);
      for (const session of hub.sessions) session.close(round % 2 === 0 ? 4503 : 1001);
      await soon(() => expect(nodes.every(({ losses }) => losses.length === round)).toBe(true));
    }
    await soon(() => expect(nodes.map(({ next }) => next)).toEqual(Array(11).fill(250)));
    expect(nodes.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
