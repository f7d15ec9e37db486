import { CLOSE_CODES, type CloseCode } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from './node-host.ts';
import { settle } from './testing/fake-clock.ts';
import { createRawHub, deliverFrame } from './testing/raw-hub.ts';

const codesOf = (after: string) =>
  Object.entries(CLOSE_CODES)
    .filter(([, row]) => row.after === after)
    .map(([code]) => Number(code) as CloseCode);

describe('after a close', () => {
  it.each([
    ...codesOf('fault-retry-60s').map((code) => [code, 60_000] as const),
    ...codesOf('replaced').map((code) => [code, 60_000] as const),
    ...codesOf('red-retry-30s').map((code) => [code, 30_000] as const),
    ...codesOf('back-off').map((code) => [code, 250] as const),
    ...codesOf('new-origin').map((code) => [code, 250] as const),
  ])('with %i the next attempt comes after %i ms', async (code, ms) => {
    const hub = createRawHub();
    await hub.greet();
    if (code === 1006) hub.last().hub.cut();
    else hub.last().hub.close(code, 'x');
    await settle();
    expect(hub.node.losses).toMatchObject([{ code: code, after: CLOSE_CODES[code].after }]);
    expect(hub.link.state()).toMatchObject({ status: 'waiting', lastClose: code, retryAt: hub.clock.now() + ms });
    for (const words of [hub.node.losses[0]?.reason, hub.node.losses[0]?.remedy])
      expect(String(words).length).toBeGreaterThan(10);
    await hub.clock.advance(ms - 1);
    expect(hub.connections).toHaveLength(1);
    await hub.clock.advance(1);
    expect(hub.connections).toHaveLength(2);
  });

  it.each(codesOf('stop'))('with %i it waits for a person', async (code) => {
    const hub = createRawHub();
    await hub.greet();
    hub.last().hub.close(code, 'x');
    await hub.clock.advance(3_600_000);
    expect(hub.connections).toHaveLength(1);
    expect(hub.link.state()).toMatchObject({ status: 'stopped', retryAt: null });
    hub.link.resumeByPerson();
    hub.link.resumeByPerson();
    await hub.greet();
    expect(hub.connections).toHaveLength(2);
    expect(hub.link.state().status).toBe('linked');
  });

  it.each([
    [1002, 4400],
    [1003, 4400],
    [1007, 4400],
    [1009, 4413],
    [1000, 1006],
    [1005, 1006],
    [4999, 1006],
  ])('a code outside the table counts as one inside: %i as %i', async (code, as) => {
    const hub = createRawHub();
    await hub.greet();
    hub.last().hub.close(code);
    await settle();
    expect(hub.node.losses).toMatchObject([{ code: as }]);
  });

  it('the words of the hub reach the person', async () => {
    const hub = createRawHub();
    await hub.greet();
    await hub.send({ t: 'error', code: 'revoked', what: 'You were revoked at entry 12.', remedy: 'Ask Ana.' });
    hub.last().hub.close(4403, 'revoked');
    await settle();
    expect(hub.node.losses).toEqual([
      { code: 4403, after: 'stop', reason: 'You were revoked at entry 12.', remedy: 'Ask Ana.' },
    ]);
  });

  it('a person need not wait', async () => {
    const hub = createRawHub();
    await hub.greet();
    hub.last().hub.close(4409);
    await settle();
    hub.link.resumeByPerson();
    await hub.greet();
    expect(hub.connections).toHaveLength(2);
    await hub.clock.advance(120_000);
    expect(hub.connections).toHaveLength(2);
  });
});

describe('back-off', () => {
  const waits = async (random: () => number, rounds: number) => {
    const hub = createRawHub({}, { random });
    const times: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      await hub.challenge();
      hub.last().hub.cut();
      await settle();
      times.push(Math.round((hub.link.state().retryAt ?? 0) - hub.clock.now()));
      await hub.clock.advance(times.at(-1) ?? 0);
      await hub.clock.advance(1);
    }
    return times;
  };

  it('is spread between 250 ms and a ceiling that doubles up to 15 s', async () => {
    expect(await waits(() => 0, 9)).toEqual(Array(9).fill(250));
    expect(await waits(() => 0.999_999, 9)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 15_000]);
    expect(await waits(() => 0.5, 3)).toEqual([375, 625, 1125]);
  });

  it('starts over only after a session stayed up', async () => {
    const hub = createRawHub({}, { stableMs: 10_000 });
    const session = async (upMs: number) => {
      await hub.greet();
      await hub.clock.advance(upMs);
      hub.last().hub.cut();
      await settle();
      const { attempts } = hub.link.state();
      await hub.clock.advance(1000);
      return attempts;
    };
    expect(await session(0)).toBe(1);
    expect(await session(9_999)).toBe(2);
    expect(await session(100)).toBe(3);
    expect(await session(10_000)).toBe(1);
  });

  it('an address that cannot be dialled is backed off too', async () => {
    const hub = createRawHub(
      {},
      {
        dial: () => {
          throw new SyntaxError('planted');
        },
      },
    );
    await hub.clock.advance(10_000);
    expect(hub.node.losses.length).toBeGreaterThan(3);
    expect(hub.node.losses.every(({ code, after }) => code === 1006 && after === 'back-off')).toBe(true);
  });
});

describe('another origin', () => {
  const OTHER = 'lab/practice/2';

  it('seen in the challenge: no hello, genesis first, then from the new cursor', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const hub = createRawHub();
    const follow = hub.node.newOrigin;
    hub.node.newOrigin = async (origin) => {
      await promise;
      await follow(origin);
    };
    hub.node.next = 40;
    await hub.challenge({ origin: OTHER });
    expect(hub.got('hello')).toEqual([]);
    expect(hub.closedWith()).toBe(4410);
    expect(hub.node.losses).toMatchObject([{ code: 4410, after: 'new-origin' }]);
    await hub.clock.advance(60_000);
    expect(hub.connections).toHaveLength(1);
    resolve();
    await settle();
    expect(hub.connections).toHaveLength(2);
    await hub.challenge({ origin: OTHER });
    expect(hub.got('hello')).toMatchObject([{ next: 0 }]);
    expect(hub.node.origins).toEqual([OTHER]);
  });

  it('told by 4410: the next challenge says which', async () => {
    const hub = createRawHub();
    await hub.greet();
    hub.last().hub.close(4410);
    await hub.clock.advance(1000);
    expect(hub.node.origins).toEqual([]);
    await hub.challenge({ origin: OTHER });
    await hub.clock.advance(1000);
    await hub.challenge({ origin: OTHER });
    expect(hub.node.origins).toEqual([OTHER]);
    expect(hub.got('hello')).toHaveLength(1);
  });

  it('that cannot be fetched is tried again; one that does not follow is red', async () => {
    let answer: Error = new Error('no route');
    const hub = createRawHub({
      newOrigin: async () => {
        throw answer;
      },
    });
    await hub.challenge({ origin: OTHER });
    await hub.clock.advance(500);
    expect(hub.connections).toHaveLength(2);
    expect(hub.node.faults).toHaveLength(1);
    answer = new EvidenceError('The predecessor is not ours.');
    await hub.challenge({ origin: OTHER });
    expect(hub.node.losses.at(-1)).toMatchObject({
      code: 4410,
      after: 'red-retry-30s',
      reason: 'The predecessor is not ours.',
    });
    await hub.clock.advance(29_999);
    expect(hub.connections).toHaveLength(2);
    await hub.clock.advance(1);
    expect(hub.connections).toHaveLength(3);
  });

  it('that proves wrong only after the back-off is red all the same', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const hub = createRawHub({ newOrigin: () => promise });
    await hub.challenge({ origin: OTHER });
    await hub.clock.advance(5000);
    expect(hub.link.state().status).toBe('connecting');
    reject(new EvidenceError('The predecessor is not ours.'));
    await hub.clock.advance(29_000);
    expect(hub.connections).toHaveLength(1);
    await hub.clock.advance(1000);
    expect(hub.connections).toHaveLength(2);
  });

  it('and a host that resumes at once when told so opens one session, not two', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const hub = createRawHub({
      newOrigin: () => promise,
      lost: (_code, after) => {
        if (after === 'red-retry-30s') hub.link.resumeByPerson();
      },
    });
    await hub.challenge({ origin: OTHER });
    await hub.clock.advance(5000);
    reject(new EvidenceError('The predecessor is not ours.'));
    await settle();
    expect(hub.connections).toHaveLength(2);
  });

  it('that never settles does not loop without a pause', async () => {
    const hub = createRawHub({ newOrigin: async () => {} });
    for (let i = 0; i < 5; i += 1) {
      await hub.challenge({ origin: OTHER });
      const before = hub.connections.length;
      await hub.clock.advance(249);
      expect(hub.connections).toHaveLength(before);
      await hub.clock.advance(20_000);
    }
  });
});

describe('a frozen hub', () => {
  it('is noticed within ping and pong, and left though it does not answer the close', async () => {
    const hub = createRawHub();
    await hub.greet();
    await hub.clock.advance(30_000);
    expect(hub.node.losses).toEqual([]);
    hub.last().hub.freeze();
    await hub.clock.advance(2001);
    expect(hub.node.losses).toMatchObject([{ code: 4408, after: 'back-off' }]);
    await hub.clock.advance(250);
    expect(hub.connections).toHaveLength(2);
    await hub.clock.advance(3000);
    expect(hub.connections[0]?.node.terminated).toBe(true);
  });
});

describe('stop', () => {
  it('closes with 1001, waits for what is under way, and never comes back', async () => {
    const { promise, resolve } = Promise.withResolvers<{ next: number }>();
    const hub = createRawHub({ delivered: () => promise });
    await hub.greet();
    await hub.send(deliverFrame(0, 1));
    let stopped = false;
    const end = hub.link.stop().then(() => {
      stopped = true;
    });
    await settle();
    expect(hub.closedWith()).toBe(1001);
    expect(stopped).toBe(false);
    resolve({ next: 1 });
    await end;
    hub.link.resumeByPerson();
    hub.link.nudge();
    await hub.link.stop();
    await hub.clock.advance(3_600_000);
    expect(hub.connections).toHaveLength(1);
    expect(hub.link.state().status).toBe('stopped');
    expect(hub.node.losses).toEqual([]);
    expect(hub.clock.pending).toBe(0);
  });

  it('works while connecting, waiting, and against a hub that is frozen', async () => {
    const connecting = createRawHub();
    await settle();
    await connecting.link.stop();
    expect(connecting.clock.pending).toBe(0);

    const waiting = createRawHub();
    await waiting.greet();
    waiting.last().hub.cut();
    await settle();
    await waiting.link.stop();
    await waiting.clock.advance(60_000);
    expect(waiting.connections).toHaveLength(1);

    const frozen = createRawHub();
    await frozen.greet();
    frozen.last().hub.freeze();
    let stopped = false;
    const end = frozen.link.stop().then(() => {
      stopped = true;
    });
    await frozen.clock.advance(2999);
    expect(stopped).toBe(false);
    await frozen.clock.advance(1);
    await end;
    expect(frozen.last().node.terminated).toBe(true);
  });
});
