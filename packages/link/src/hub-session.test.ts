import { hubFrame } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { settle } from './testing/fake-clock.ts';
import { createRawNode } from './testing/raw-node.ts';
import { envelopeText, JWS, ORIGIN } from './testing/texts.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the hub until welcome', () => {
  it('begins with a challenge of its own nonce', async () => {
    const [one, two] = [createRawNode(), createRawNode()];
    await settle();
    const [challenge] = one.frames;
    expect(challenge).toMatchObject({ t: 'challenge', versions: [1], origin: ORIGIN, hub: 'hub-1' });
    expect(hubFrame.safeParse(challenge).success).toBe(true);
    expect(challenge?.nonce).not.toBe(two.frames[0]?.nonce);
  });

  it('answers hello with welcome, then credit, and shows the host the nonce that it sent', async () => {
    const nonces: string[] = [];
    const peer = createRawNode({
      admit: async (_hello, nonce) => {
        nonces.push(nonce);
        return { ok: true, member: 'TH', generation: 9 };
      },
    });
    await peer.link();
    expect(nonces).toEqual([peer.frames[0]?.nonce]);
    expect(peer.frames.map(({ t }) => t)).toEqual(['challenge', 'welcome', 'credit']);
    expect(peer.frames[1]).toMatchObject({ version: 1, generation: 9, size: 0 });
    expect([...peer.hub.sessions]).toMatchObject([{ member: 'TH', generation: 9, acked: 0, next: 0 }]);
  });

  it('tells a refused member why, and never opens', async () => {
    const peer = createRawNode({
      admit: async () => ({ ok: false, close: 4401, code: 'unknown-key', what: 'What.', remedy: 'Remedy.' }),
    });
    await peer.link({ bytes: 0, count: 0 });
    expect(peer.got('error')).toEqual([{ t: 'error', code: 'unknown-key', what: 'What.', remedy: 'Remedy.' }]);
    expect(peer.closedWith()).toBe(4401);
    expect(peer.hub.closes).toEqual([]);
  });

  it('tells it in a frame that the schema takes, whatever the host says', async () => {
    const peer = createRawNode({
      admit: async () => ({ ok: false, close: 4412, code: 'CURSOR_AHEAD', what: 'a\u0000b', remedy: 'x'.repeat(900) }),
    });
    await peer.link({ bytes: 0, count: 0 });
    expect(peer.got('error')).toMatchObject([{ code: 'cursor-ahead', what: 'a b' }]);
    expect(hubFrame.safeParse(peer.got('error')[0]).success).toBe(true);
  });

  it('refuses a version that it does not speak before asking the host', async () => {
    const peer = createRawNode();
    await peer.hello({ version: 2 });
    expect(peer.closedWith()).toBe(4406);
    expect(peer.hub.hellos).toEqual([]);
  });

  it('waits for hello for so long only', async () => {
    const peer = createRawNode({}, { helloMs: 1500 });
    await peer.clock.advance(1499);
    expect(peer.closedWith()).toBeUndefined();
    await peer.clock.advance(1);
    expect(peer.closedWith()).toBe(4408);
    expect(peer.got('error')).toHaveLength(1);
  });

  it.each([
    ['publish', { t: 'publish', envelopes: [envelopeText('x')] }],
    ['ack', { t: 'ack', generation: 1, next: 0 }],
    ['credit', { t: 'credit', bytes: 1, count: 1 }],
    ['cosigned', { t: 'cosigned', round: 1, status: 200, body: '' }],
  ])('refuses %s before welcome', async (_kind, frame) => {
    const early = createRawNode();
    await early.send(frame);
    expect(early.closedWith()).toBe(4400);
    const { promise } = Promise.withResolvers<never>();
    const pending = createRawNode({ admit: () => promise });
    await pending.hello();
    await pending.send(frame);
    expect(pending.closedWith()).toBe(4400);
  });

  it('refuses a second hello, also while the first is being decided', async () => {
    const peer = createRawNode();
    await peer.link();
    await peer.hello();
    expect(peer.closedWith()).toBe(4400);
    const { promise, resolve } = Promise.withResolvers<{ ok: true; member: string; generation: number }>();
    const pending = createRawNode({ admit: () => promise });
    await pending.hello();
    await pending.hello();
    resolve({ ok: true, member: 'ID', generation: 1 });
    await settle();
    expect(pending.closedWith()).toBe(4400);
    expect(pending.hub.sessions.size).toBe(0);
  });

  it('opens nothing when the node left while it was being decided', async () => {
    const { promise, resolve } = Promise.withResolvers<{ ok: true; member: string; generation: number }>();
    const peer = createRawNode({ admit: () => promise });
    await peer.hello();
    peer.socket.cut();
    await settle();
    resolve({ ok: true, member: 'ID', generation: 1 });
    await settle();
    expect(peer.hub.sessions.size).toBe(0);
    expect(peer.hub.closes).toEqual([]);
    expect(peer.clock.pending).toBe(0);
  });
});

describe('rubbish', () => {
  const deep = '['.repeat(200_000);
  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['deep nesting', deep],
    ['null', 'null'],
    ['an array', '[]'],
    ['an unknown kind', '{"t":"teapot"}'],
    ['a frame of the hub', '{"t":"head","head":"a.b.c"}'],
    ['a field too many', '{"t":"ack","generation":1,"next":0,"x":1}'],
    ['a __proto__', '{"t":"ack","generation":1,"next":0,"__proto__":{}}'],
    ['a negative', '{"t":"ack","generation":1,"next":-1}'],
    ['a fraction', '{"t":"ack","generation":1,"next":0.5}'],
    ['no envelopes', '{"t":"publish","envelopes":[]}'],
    ['too many envelopes', JSON.stringify({ t: 'publish', envelopes: Array(257).fill('x') })],
    ['a control character in a name', JSON.stringify({ t: 'ack', generation: 1, next: 0, '\u0007\u202e\ud800': 1 })],
  ])('%s ends in an error frame and 4400, before and after welcome', async (_name, text) => {
    for (const linked of [false, true]) {
      const peer = createRawNode();
      if (linked) await peer.link();
      await peer.send(text);
      expect(peer.closedWith()).toBe(4400);
      const errors = peer.got('error');
      expect(errors).toHaveLength(1);
      expect(hubFrame.safeParse(errors[0]).success).toBe(true);
      expect(peer.hub.published).toEqual([]);
      expect(peer.hub.faults).toEqual([]);
    }
  });

  it('binary ends in 4400, even if it holds a good frame', async () => {
    const peer = createRawNode();
    await peer.link();
    peer.socket.send(Buffer.from(JSON.stringify({ t: 'publish', envelopes: ['x'] })));
    await settle();
    expect(peer.closedWith()).toBe(4400);
    expect(peer.hub.published).toEqual([]);
  });

  it('a frame over 1 MiB ends in 4413, one of exactly 1 MiB does not', async () => {
    const frame = JSON.stringify({ t: 'publish', envelopes: ['x'] });
    const full = createRawNode();
    await full.link();
    await full.send(frame + ' '.repeat(1024 * 1024 - frame.length));
    expect(full.closedWith()).toBeUndefined();
    expect(full.hub.published).toEqual(['x']);
    const over = createRawNode();
    await over.link();
    await over.send(frame + ' '.repeat(1024 * 1024 - frame.length + 1));
    expect(over.closedWith()).toBe(4413);
    expect(over.hub.published).toEqual([]);
  });

  it('whatever comes after it is ignored', async () => {
    const peer = createRawNode();
    await peer.link();
    await peer.send('{', { t: 'publish', envelopes: ['x'] }, '{');
    expect(peer.hub.published).toEqual([]);
    expect(peer.got('error')).toHaveLength(1);
    expect(peer.hub.closes).toHaveLength(1);
  });

  it('a flood of small frames ends in 4400, answers to deliveries do not count', async () => {
    const peer = createRawNode({ sliceItems: 1 });
    await peer.link();
    peer.hub.append(6000, 'leaf');
    await settle();
    await peer.send(...range(1, 6001).map((next) => ({ t: 'ack', generation: 1, next })));
    expect(peer.closedWith()).toBeUndefined();
    await peer.send(...Array(20_000).fill({ t: 'ack', generation: 1, next: 0 }));
    expect(peer.closedWith()).toBe(4400);
  });

  it('pings count too', async () => {
    const peer = createRawNode();
    await peer.link();
    for (let i = 0; i < 5000; i += 1) peer.socket.ping();
    await settle(50);
    expect(peer.closedWith()).toBe(4400);
  });
});

describe('delivery', () => {
  it('waits for credit, in count and in bytes', async () => {
    const peer = createRawNode();
    await peer.link({ bytes: 0, count: 0 });
    peer.hub.append(10);
    await settle();
    expect(peer.seqs()).toEqual([]);
    await peer.send({ t: 'credit', bytes: 100_000, count: 3 });
    expect(peer.seqs()).toEqual([0, 1, 2]);
    await peer.send({ t: 'credit', bytes: 0, count: 2 });
    expect(peer.seqs()).toEqual([0, 1, 2, 3, 4]);

    const thin = createRawNode();
    await thin.link({ bytes: 300, count: 100 });
    thin.hub.append(3);
    await settle();
    expect(thin.seqs()).toEqual([]);
    await thin.send({ t: 'credit', bytes: 700, count: 0 });
    const used = thin.hubSocket.sent.filter((text) => text.includes('"deliver"')).reduce((sum, t) => sum + t.length, 0);
    expect(thin.seqs()).toEqual([0]);
    expect(used).toBeLessThanOrEqual(1000);
  });

  it('starts at the cursor of hello, in frames of at most 256 KiB that the schema takes', async () => {
    const peer = createRawNode();
    peer.hub.append(2000, 'readable', 1000);
    await peer.hello({ next: 500 });
    await peer.send({ t: 'credit', bytes: 1 << 28, count: 5000 });
    await settle(50);
    expect(peer.seqs()).toEqual(range(500, 2000));
    const sizes = peer.hubSocket.sent.map((text) => text.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
    expect(Math.max(...sizes)).toBeGreaterThan(200 * 1024);
    for (const frame of peer.got('deliver')) expect(hubFrame.safeParse(frame).success).toBe(true);
  });

  it('an ack goes to the host when it moves on, and is refused beyond what was sent', async () => {
    const peer = createRawNode();
    await peer.link();
    peer.hub.append(4);
    await settle();
    await peer.send({ t: 'ack', generation: 1, next: 2 }, { t: 'ack', generation: 1, next: 2 });
    await peer.send({ t: 'ack', generation: 1, next: 1 }, { t: 'ack', generation: 1, next: 4 });
    expect(peer.hub.acks).toEqual([2, 4]);
    expect([...peer.hub.sessions]).toMatchObject([{ acked: 4, next: 4 }]);
    await peer.send({ t: 'ack', generation: 1, next: 5 });
    expect(peer.closedWith()).toBe(4400);
    expect(peer.hub.acks).toEqual([2, 4]);
  });

  it('refuses an ack of another generation', async () => {
    const peer = createRawNode();
    await peer.link();
    peer.hub.append(1);
    await peer.send({ t: 'ack', generation: 2, next: 1 });
    expect(peer.closedWith()).toBe(4400);
    expect(peer.hub.acks).toEqual([]);
  });

  it('refuses credit that sums up past all use', async () => {
    const peer = createRawNode();
    await peer.link({ bytes: 1 << 30, count: 1 << 20 });
    await peer.send(...Array(20).fill({ t: 'credit', bytes: 0, count: 1 << 20 }));
    expect(peer.closedWith()).toBe(4400);
  });
});

describe('publishing', () => {
  const settings = { publishWindow: { bytes: 4000, count: 4 } };
  const publish = (...envelopes: string[]) => ({ t: 'publish', envelopes });

  it('is taken within the credit, which goes back when the host is done', async () => {
    const peer = createRawNode({}, settings);
    await peer.link();
    expect(peer.got('credit')).toEqual([{ t: 'credit', bytes: 4000, count: 4 }]);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((label) => envelopeText(label, 1000)) as [
      string,
      string,
      string,
      string,
    ];
    await peer.send(publish(a, b), publish(c, d));
    expect(peer.hub.published).toEqual([a, b, c, d]);
    for (const session of peer.hub.sessions) session.done(2000, 2);
    await settle();
    expect(peer.got('credit').at(-1)).toEqual({ t: 'credit', bytes: 2000, count: 2 });
    await peer.send(publish(a, b));
    expect(peer.hub.published).toHaveLength(6);
    expect(peer.closedWith()).toBeUndefined();
  });

  it.each([
    ['count', [publish('a', 'b'), publish('c', 'd', 'e')]],
    ['bytes', [publish(envelopeText('a', 3000)), publish(envelopeText('b', 1001))]],
    ['bytes beyond ASCII', [publish('\u1000'.repeat(1334))]],
  ])('beyond the credit in %s ends in 4400', async (_kind, frames) => {
    const peer = createRawNode({}, settings);
    await peer.link();
    await peer.send(...frames);
    expect(peer.closedWith()).toBe(4400);
    expect(peer.hub.published).toHaveLength(frames.length === 1 ? 0 : (frames[0]?.envelopes.length ?? 0));
  });

  it('never gives back more credit than was used', async () => {
    const peer = createRawNode({}, settings);
    await peer.link();
    await peer.send(publish('a'.repeat(1500)));
    for (const session of peer.hub.sessions) session.done(1_000_000, 1000);
    await settle();
    const given = (unit: 'bytes' | 'count') =>
      peer.got('credit').reduce((sum, frame) => sum + (frame[unit] as number), 0);
    expect(given('count')).toBe(5);
    expect(given('bytes')).toBe(5500);
  });

  it('more envelopes than the limits say end in 4400', async () => {
    const peer = createRawNode({
      limits: { frameBytes: 1 << 20, envelopeBytes: 49_152, publishItems: 2, pingMs: 1000, pongMs: 1000 },
    });
    await peer.link();
    await peer.send(publish('a', 'b', 'c'));
    expect(peer.closedWith()).toBe(4400);
  });
});

describe('the end of a hub session', () => {
  it('is told once, and everything after it is harmless', async () => {
    const peer = createRawNode();
    await peer.link();
    const [session] = peer.hub.sessions;
    session?.close(4409);
    session?.close(4503);
    session?.sendHead(JWS);
    session?.sendReceipts('r');
    session?.sendRetry([], 0);
    session?.sendCosign(1, '');
    session?.sendWitnessed('');
    session?.done(1, 1);
    session?.wake();
    await settle();
    expect(peer.closedWith()).toBe(4409);
    expect(peer.got('error')).toMatchObject([{ code: 'replaced' }]);
    expect(peer.got('head')).toEqual([]);
    expect(peer.hub.closes).toEqual([[session?.id, 4409]]);
    expect(peer.clock.pending).toBe(0);
  });

  it('destroys a socket whose close handshake is stuck', async () => {
    const peer = createRawNode({}, { closeMs: 700 });
    await peer.link();
    peer.socket.freeze();
    for (const session of peer.hub.sessions) session.close(4503);
    await peer.clock.advance(699);
    expect(peer.hubSocket.terminated).toBe(false);
    await peer.clock.advance(1);
    expect(peer.hubSocket.terminated).toBe(true);
    expect(peer.clock.pending).toBe(0);
  });

  it('comes with 4408 within ping and pong when the node is frozen', async () => {
    const peer = createRawNode();
    await peer.link();
    await peer.clock.advance(60_000);
    expect(peer.hub.closes).toEqual([]);
    peer.socket.freeze();
    await peer.clock.advance(2001);
    expect(peer.hub.closes.map(([, code]) => code)).toEqual([4408]);
  });

  it('comes with 4429 when the socket holds too much, whatever filled it', async () => {
    const peer = createRawNode({}, { bufferBytes: 10_000 });
    await peer.link();
    peer.socket.freeze();
    const [session] = peer.hub.sessions;
    for (let i = 0; i < 30; i += 1) session?.sendReceipts('r'.repeat(1000));
    expect(peer.hub.closes.map(([, code]) => code)).toEqual([4429]);
    expect(peer.hubSocket.bufferedAmount).toBeLessThan(12_000);
  });

  it('comes with 4429 when deliveries are not taken for a while, and a slow but steady reader stays', async () => {
    const peer = createRawNode(
      { limits: { frameBytes: 1 << 20, envelopeBytes: 49_152, publishItems: 256, pingMs: 60_000, pongMs: 60_000 } },
      { slowMs: 4000 },
    );
    await peer.link({ bytes: 1 << 28, count: 1 << 14 });
    peer.socket.freeze();
    peer.hub.append(8000, 'readable', 1000);
    await settle();
    expect(peer.hubSocket.bufferedAmount).toBeLessThan(800 * 1024);
    for (let i = 0; i < 5; i += 1) {
      await peer.clock.advance(3900);
      peer.socket.thaw();
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      peer.socket.freeze();
    }
    expect(peer.hub.closes).toEqual([]);
    await peer.clock.advance(4000);
    expect(peer.hub.closes.map(([, code]) => code)).toEqual([4429]);
  });

  it('leaves no timer behind, also while a reader is slow', async () => {
    const peer = createRawNode();
    await peer.link({ bytes: 1 << 28, count: 1 << 14 });
    peer.socket.freeze();
    peer.hub.append(2000, 'readable', 1000);
    for (const session of peer.hub.sessions) session.close(4503);
    await peer.clock.advance(3000);
    expect(peer.clock.pending).toBe(0);
  });

  it('passes on what the node says is wrong', async () => {
    const peer = createRawNode();
    await peer.link();
    await peer.send({ t: 'error', code: 'evidence', what: 'rseq 4 is missing', remedy: 'look' });
    expect(peer.hub.tales).toEqual([{ code: 'evidence', what: 'rseq 4 is missing', remedy: 'look' }]);
  });
});

describe('an error of the hub itself', () => {
  const broken = () => {
    throw new Error('planted');
  };
  it.each([
    ['origin', { origin: broken }],
    ['size', { size: broken }],
    ['admit', { admit: async () => broken() }],
    ['admit at once', { admit: broken }],
    ['opened', { opened: broken }],
    ['publish', { publish: broken }],
    ['read', { read: broken }],
    ['read later', { read: async () => broken() }],
    ['acked', { acked: broken }],
    ['cosigned', { cosigned: broken }],
    ['told', { told: broken }],
    ['a slice from elsewhere', { read: () => ({ first: 7, items: ['"x"'], openings: [], bytes: 3 }) }],
    [
      'a slice with an opening missing',
      { read: (_: string, first: number) => ({ first, items: first === 0 ? ['{}'] : [], openings: [], bytes: 2 }) },
    ],
  ])('in %s ends that session with 1011', async (_name, overrides) => {
    const peer = createRawNode(overrides as object);
    await peer.link();
    peer.hub.append(1);
    await peer.send(
      { t: 'ack', generation: 1, next: 1 },
      { t: 'publish', envelopes: ['x'] },
      { t: 'cosigned', round: 1, status: 200, body: '' },
      { t: 'error', code: 'x', what: '', remedy: '' },
    );
    expect(peer.closedWith()).toBe(1011);
    expect(peer.hub.faults).toHaveLength(1);
  });

  it('in closed harms nothing', async () => {
    const peer = createRawNode({ closed: broken });
    await peer.link();
    await peer.send('{');
    expect(peer.closedWith()).toBe(4400);
    expect(peer.hub.faults).toHaveLength(1);
  });

  it('a frame over the cap is never sent', async () => {
    const peer = createRawNode();
    await peer.link();
    for (const session of peer.hub.sessions) session.sendReceipts('r'.repeat(1024 * 1024));
    await settle();
    expect(peer.closedWith()).toBe(1011);
    expect(peer.hub.faults).toHaveLength(1);
  });
});
