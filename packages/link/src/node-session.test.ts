import { nodeFrame } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from './node-host.ts';
import { settle } from './testing/fake-clock.ts';
import { createRawHub, deliverFrame } from './testing/raw-hub.ts';
import { envelopeText, JWS, ORIGIN, readableItem, sha } from './testing/texts.ts';

describe('the node until linked', () => {
  it('answers the challenge with its cursor and a proof over the nonce, then gives credit', async () => {
    const proofs: string[][] = [];
    const hub = createRawHub({
      prove: (...asked) => {
        proofs.push(asked);
        return JWS;
      },
      cursor: async () => ({ origin: ORIGIN, next: 12, rseq: 4, checkpoint: 'note' }),
    });
    await hub.challenge();
    expect(hub.last().frames).toEqual([
      { t: 'hello', version: 1, session: JWS, next: 12, rseq: 4, checkpoint: 'note' },
    ]);
    expect(nodeFrame.safeParse(hub.last().frames[0]).success).toBe(true);
    expect(proofs).toEqual([[ORIGIN, 'hub-1', sha('nonce')]]);
    expect(hub.link.state().status).toBe('connecting');
    await hub.welcome();
    expect(hub.link.state().status).toBe('linked');
    expect(hub.node.links).toMatchObject([{ generation: 3 }]);
    expect(hub.got('credit')).toHaveLength(1);
  });

  it('picks a version that both speak, or closes 4406', async () => {
    const newer = createRawHub();
    await newer.challenge({ versions: [3, 2, 1] });
    expect(newer.got('hello')).toMatchObject([{ version: 1 }]);
    const other = createRawHub();
    await other.challenge({ versions: [2] });
    expect(other.closedWith()).toBe(4406);
    expect(other.link.state().status).toBe('stopped');
  });

  it('does not wait for ever', async () => {
    const { promise } = Promise.withResolvers<never>();
    for (const stuck of [createRawHub(), createRawHub({ cursor: () => promise })]) {
      await stuck.challenge();
      await stuck.clock.advance(14_999);
      expect(stuck.node.losses).toEqual([]);
      await stuck.clock.advance(1);
      expect(stuck.node.losses).toMatchObject([{ code: 4408, after: 'back-off' }]);
    }
  });

  it.each([
    ['a frame before welcome', deliverFrame(0, 1)],
    ['a second challenge', { t: 'challenge', versions: [1], origin: ORIGIN, hub: 'h', nonce: sha('n') }],
    ['no JSON', '}'],
    ['an unknown kind', { t: 'teapot' }],
    ['a frame of the node', { t: 'ack', generation: 1, next: 0 }],
  ])('refuses %s with 4400', async (_name, frame) => {
    const hub = createRawHub();
    await hub.challenge();
    await hub.send(frame);
    expect(hub.closedWith()).toBe(4400);
    expect(hub.got('error')).toHaveLength(1);
    expect(hub.node.losses).toMatchObject([{ code: 4400, after: 'fault-retry-60s' }]);
  });

  it('refuses a welcome before hello, a second one, and one of another version', async () => {
    const early = createRawHub();
    await settle();
    await early.welcome();
    expect(early.closedWith()).toBe(4400);
    const twice = createRawHub();
    await twice.greet();
    await twice.welcome();
    expect(twice.closedWith()).toBe(4400);
    const other = createRawHub();
    await other.challenge();
    await other.welcome({ version: 2 });
    expect(other.closedWith()).toBe(4406);
  });
});

describe('what is delivered', () => {
  it('is stored one after the other, then acked with the generation', async () => {
    let under = 0;
    let most = 0;
    const hub = createRawHub();
    const store = hub.node.delivered;
    hub.node.delivered = async (frame) => {
      under += 1;
      most = Math.max(most, under);
      await settle(2);
      const answer = await store(frame);
      under -= 1;
      return answer;
    };
    await hub.greet();
    await hub.send(deliverFrame(0, 2));
    await hub.send(deliverFrame(2, 3));
    await settle(20);
    expect(most).toBe(1);
    expect(hub.got('ack')).toEqual([
      { t: 'ack', generation: 3, next: 2 },
      { t: 'ack', generation: 3, next: 5 },
    ]);
  });

  it('is acked only once it is stored', async () => {
    const { promise, resolve } = Promise.withResolvers<{ next: number }>();
    const hub = createRawHub({ delivered: () => promise });
    await hub.greet();
    await hub.send(deliverFrame(0, 2));
    expect(hub.got('ack')).toEqual([]);
    resolve({ next: 2 });
    await settle();
    expect(hub.got('ack')).toHaveLength(1);
  });

  it('goes into one transaction with what came meanwhile, in order', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const hub = createRawHub();
    const store = hub.node.delivered;
    hub.node.delivered = async (frame) => {
      await promise;
      return store(frame);
    };
    await hub.greet();
    const opening = ['deliver', `${sha('a').slice(0, 22)}==`, `${sha('b').slice(0, 22)}==`, 0];
    const readable = { ...JSON.parse(readableItem(3)) };
    await hub.send(
      deliverFrame(0, 1),
      deliverFrame(1, 2),
      { t: 'deliver', first: 3, items: [readable, sha('x')], openings: [opening] },
      deliverFrame(5, 1),
    );
    resolve();
    await settle();
    expect(hub.closedWith()).toBeUndefined();
    expect(hub.node.frames.map(({ first, items }) => [first, items.length])).toEqual([
      [0, 1],
      [1, 5],
    ]);
    expect(hub.node.frames[1]?.openings).toEqual([opening]);
    expect(hub.node.held.slice(3, 5)).toEqual([readable, sha('x')]);
    expect(hub.got('ack').at(-1)).toEqual({ t: 'ack', generation: 3, next: 6 });
  });

  it.each([
    ['a gap', deliverFrame(1, 1)],
    ['a repetition', deliverFrame(0, 1)],
    ['an opening too many', { ...deliverFrame(2, 1), openings: [null] }],
  ])('with %s is refused', async (name, frame) => {
    const hub = createRawHub();
    await hub.greet();
    await hub.send(deliverFrame(0, name === 'a gap' ? 0 : 2).items.length > 0 ? deliverFrame(0, 2) : '', frame);
    expect(hub.closedWith()).toBe(4400);
    expect(hub.node.next).toBe(name === 'a gap' ? 0 : 2);
  });

  it('beyond the credit ends in 4400, in count and in bytes', async () => {
    for (const deliverWindow of [
      { bytes: 1 << 20, count: 3 },
      { bytes: 200, count: 100 },
    ]) {
      const hub = createRawHub({ delivered: () => new Promise(() => {}) }, { settings: { deliverWindow } });
      await hub.greet();
      await hub.send(deliverFrame(0, 2));
      expect(hub.closedWith()).toBeUndefined();
      await hub.send(deliverFrame(2, 2));
      expect(hub.closedWith()).toBe(4400);
    }
  });

  it('gives its credit back once it is stored', async () => {
    const hub = createRawHub({}, { settings: { deliverWindow: { bytes: 1 << 20, count: 8 } } });
    await hub.greet();
    for (let first = 0; first < 80; first += 8) await hub.send(deliverFrame(first, 8));
    expect(hub.node.next).toBe(80);
    expect(hub.got('credit').reduce((sum, frame) => sum + (frame.count as number), 0)).toBe(88);
  });

  it('that is evidence closes red, keeps the words, and stores nothing after it', async () => {
    let calls = 0;
    const hub = createRawHub({
      delivered: async () => {
        calls += 1;
        throw new EvidenceError('rseq 4 is missing.', 'Look at "Ledger".');
      },
    });
    await hub.greet();
    await hub.send(deliverFrame(0, 1), deliverFrame(1, 1), deliverFrame(2, 1));
    expect(calls).toBe(1);
    expect(hub.got('ack')).toEqual([]);
    expect(hub.got('error')).toMatchObject([{ code: 'evidence', what: 'rseq 4 is missing.' }]);
    expect(hub.node.losses).toEqual([
      { code: 4400, after: 'red-retry-30s', reason: 'rseq 4 is missing.', remedy: 'Look at "Ledger".' },
    ]);
    expect(hub.node.faults).toEqual([]);
    await hub.clock.advance(29_999);
    expect(hub.connections).toHaveLength(1);
    await hub.clock.advance(1);
    expect(hub.connections).toHaveLength(2);
  });

  it('is not asked for again while the last of it is still being stored', async () => {
    const { promise, resolve } = Promise.withResolvers<{ next: number }>();
    let stored = 0;
    const hub = createRawHub({
      delivered: () => {
        stored += 1;
        return promise;
      },
    });
    let asked = 0;
    const cursor = hub.node.cursor;
    hub.node.cursor = () => {
      asked += 1;
      return cursor();
    };
    await hub.greet();
    await hub.send(deliverFrame(0, 1), deliverFrame(1, 1));
    hub.last().hub.cut();
    await hub.clock.advance(60_000);
    expect(hub.connections).toHaveLength(1);
    expect(hub.link.state().status).toBe('connecting');
    resolve({ next: 1 });
    await settle();
    await hub.challenge();
    expect(hub.connections).toHaveLength(2);
    expect(asked).toBe(2);
    expect(stored).toBe(1);
  });
});

describe('publishing', () => {
  it('stays within the credit and goes on when more comes', async () => {
    const hub = createRawHub();
    const envelopes = Array.from({ length: 5 }, (_, i) => envelopeText(`m${i}`, 1000));
    hub.node.outbox.push(...envelopes);
    await hub.greet({ bytes: 2500, count: 4 });
    expect(hub.got('publish').flatMap((frame) => frame.envelopes)).toEqual(envelopes.slice(0, 2));
    await hub.send({ t: 'credit', bytes: 10_000, count: 1 });
    expect(hub.got('publish').flatMap((frame) => frame.envelopes)).toHaveLength(5);
    hub.node.outbox.push(envelopes[0] as string);
    hub.link.nudge();
    await settle();
    expect(hub.got('publish').flatMap((frame) => frame.envelopes)).toHaveLength(5);
    await hub.send({ t: 'credit', bytes: 0, count: 1 });
    expect(hub.got('publish').flatMap((frame) => frame.envelopes)).toHaveLength(6);
  });

  it('keeps frames under 256 KiB and within the limits of welcome', async () => {
    const hub = createRawHub();
    hub.node.outbox.push(...Array.from({ length: 40 }, (_, i) => envelopeText(`m${i}`, 40_000)));
    await hub.greet();
    const frames = hub.last().node.sent.filter((text) => text.includes('"publish"'));
    expect(Math.max(...frames.map((text) => text.length))).toBeLessThanOrEqual(256 * 1024);
    expect(hub.got('publish').flatMap((frame) => frame.envelopes)).toHaveLength(40);

    const small = createRawHub();
    small.node.outbox.push('a', 'b', 'c');
    await small.challenge();
    await small.welcome({
      limits: { frameBytes: 4096, envelopeBytes: 2048, publishItems: 2, pingMs: 1000, pongMs: 1000 },
    });
    await small.send({ t: 'credit', bytes: 1000, count: 1000 });
    expect(small.got('publish').map((frame) => frame.envelopes)).toEqual([['a', 'b'], ['c']]);
  });

  it('asks one question at a time, and again when nudged meanwhile', async () => {
    const answers: ((envelopes: string[]) => void)[] = [];
    const hub = createRawHub({ outgoing: () => new Promise((resolve) => answers.push(resolve)) });
    await hub.greet();
    hub.link.nudge();
    hub.link.nudge();
    await settle();
    expect(answers).toHaveLength(1);
    answers[0]?.([]);
    await settle();
    expect(answers).toHaveLength(2);
    answers[1]?.([]);
    await settle();
    expect(answers).toHaveLength(2);
  });

  it('of more than was asked for is an error of the node', async () => {
    const hub = createRawHub({ outgoing: async () => ['a', 'b'] });
    await hub.greet({ bytes: 1000, count: 1 });
    expect(hub.closedWith()).toBe(1011);
    expect(hub.got('publish')).toEqual([]);
    expect(hub.node.faults).toHaveLength(1);
  });

  it('holds when the hub does not read, and goes on when it does', async () => {
    const hub = createRawHub();
    hub.node.outbox.push(...Array.from({ length: 60 }, (_, i) => envelopeText(`m${i}`, 40_000)));
    await hub.challenge();
    await hub.welcome();
    hub.last().hub.send(JSON.stringify({ t: 'credit', bytes: 1 << 24, count: 2048 }));
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    hub.last().hub.freeze();
    await settle(30);
    expect(hub.last().node.bufferedAmount).toBeGreaterThan(500 * 1024);
    expect(hub.last().node.bufferedAmount).toBeLessThan(800 * 1024);
    hub.last().hub.thaw();
    await settle(50);
    expect(hub.got('publish').flatMap((frame) => frame.envelopes)).toHaveLength(60);
  });

  it('neither sends nor asks once the session is over', async () => {
    const answers: ((envelopes: string[]) => void)[] = [];
    const hub = createRawHub({ outgoing: () => new Promise((resolve) => answers.push(resolve)) });
    await hub.greet();
    hub.link.nudge();
    hub.last().hub.close(4503);
    await settle();
    answers[0]?.(['a']);
    await settle();
    expect(answers).toHaveLength(1);
    expect(hub.last().node.sent.some((text) => text.includes('publish'))).toBe(false);
  });
});

describe('the other frames', () => {
  it('of one kind are handled in order, and stop the reading when too much waits', async () => {
    const done: (() => void)[] = [];
    const hub = createRawHub({ receipts: () => new Promise((resolve) => done.push(resolve)) });
    await hub.greet();
    const receipt = 'r'.repeat(1_000_000);
    for (let i = 0; i < 6; i += 1) await hub.send({ t: 'receipts', receipt });
    expect(done).toHaveLength(1);
    expect(hub.last().hub.bufferedAmount).toBeGreaterThan(900_000);
    while (done.length > 0) {
      done.shift()?.();
      await settle();
    }
    expect(hub.last().hub.bufferedAmount).toBe(0);
    expect(hub.closedWith()).toBeUndefined();
  });

  it('a slow receipt holds up neither delivery nor cosigning', async () => {
    const hub = createRawHub({ receipts: () => new Promise(() => {}) });
    await hub.greet();
    await hub.send({ t: 'receipts', receipt: 'r' }, deliverFrame(0, 1), { t: 'cosign', round: 5, body: 'b' });
    expect(hub.node.next).toBe(1);
    expect(hub.got('cosigned')).toEqual([{ t: 'cosigned', round: 5, status: 200, body: 'line 5' }]);
  });

  it('a head moves lastHeadAt', async () => {
    const hub = createRawHub();
    await hub.greet();
    expect(hub.link.state().lastHeadAt).toBeNull();
    await hub.clock.advance(1234);
    await hub.send({ t: 'head', head: JWS });
    expect(hub.link.state().lastHeadAt).toBe(hub.clock.now());
  });
});

describe('an error of the node itself', () => {
  const broken = () => {
    throw new Error('planted');
  };
  it.each([
    ['cursor', { cursor: async () => broken() }],
    ['cursor at once', { cursor: broken }],
    ['prove', { prove: broken }],
    ['linked', { linked: broken }],
    ['delivered', { delivered: async () => broken() }],
    ['delivered at once', { delivered: broken }],
    ['receipts', { receipts: async () => broken() }],
    ['retry', { retry: async () => broken() }],
    ['witnessed', { witnessed: async () => broken() }],
    ['cosign', { cosign: async () => broken() }],
    ['head', { head: broken }],
    ['outgoing', { outgoing: async () => broken() }],
    ['outgoing at once', { outgoing: broken }],
  ])('in %s ends the session with 1011 and backs off', async (_name, overrides) => {
    const hub = createRawHub(overrides as object);
    await hub.greet();
    await hub.send(
      deliverFrame(0, 1),
      { t: 'receipts', receipt: 'r' },
      { t: 'retry', items: [[sha('x'), 'quota']], afterMs: 5 },
      { t: 'witnessed', checkpoint: 'n' },
      { t: 'cosign', round: 1, body: '' },
      { t: 'head', head: JWS },
    );
    expect(hub.connections[0]?.closedWith).toBe(1011);
    expect(hub.node.losses).toMatchObject([{ code: 1011, after: 'back-off' }]);
    expect(hub.node.faults).toHaveLength(1);
    await hub.clock.advance(500);
    expect(hub.connections).toHaveLength(2);
  });

  it('in lost harms nothing', async () => {
    const hub = createRawHub({ lost: broken });
    await hub.greet();
    hub.last().hub.cut();
    await hub.clock.advance(500);
    expect(hub.connections).toHaveLength(2);
    expect(hub.node.faults).toHaveLength(1);
  });

  it('that comes after the end is told, not lost', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const hub = createRawHub({ delivered: () => promise });
    await hub.greet();
    await hub.send(deliverFrame(0, 1));
    hub.last().hub.cut();
    await settle();
    reject(new Error('planted'));
    await hub.clock.advance(500);
    expect(hub.node.faults).toHaveLength(1);
    expect(hub.node.losses).toHaveLength(1);
    expect(hub.connections).toHaveLength(2);
  });

  it('evidence in receipts or notes is red too', async () => {
    for (const frame of [
      { t: 'receipts', receipt: 'r' },
      { t: 'witnessed', checkpoint: 'n' },
    ]) {
      const evidence = async () => {
        throw new EvidenceError('It does not fit.');
      };
      const hub = createRawHub({ receipts: evidence, witnessed: evidence });
      await hub.greet();
      await hub.send(frame);
      expect(hub.node.losses).toMatchObject([{ code: 4400, after: 'red-retry-30s', reason: 'It does not fit.' }]);
    }
  });
});
