import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptHubSession } from './hub-session.ts';
import { startNodeLink } from './node-link.ts';
import type { Window } from './settings.ts';
import { createFakeClock, settle } from './testing/fake-clock.ts';
import { socketPair, type TestSocket } from './testing/socket-pair.ts';
import { createTestHub } from './testing/test-hub.ts';
import { createTestNode } from './testing/test-node.ts';
import { envelopeText, JWS } from './testing/texts.ts';

interface Windows {
  readonly publishWindow: Window;
  readonly deliverWindow: Window;
}

const setUp = (hub = createTestHub(), node = createTestNode(), windows: Partial<Windows> = {}) => {
  const clock = createFakeClock();
  const sockets: [TestSocket, TestSocket][] = [];
  const link = startNodeLink({
    url: 'ws://hub.test/',
    token: 'token',
    host: node,
    clock,
    random: () => 0.5,
    settings: windows.deliverWindow ? { deliverWindow: windows.deliverWindow } : {},
    dial: () => {
      const pair = socketPair();
      sockets.push(pair);
      acceptHubSession(pair[0], hub, clock, windows.publishWindow ? { publishWindow: windows.publishWindow } : {});
      return pair[1];
    },
  });
  return { hub, node, clock, link, sockets };
};

describe('a session', () => {
  it('links, delivers what there is and what comes, publishes, and carries every other frame', async () => {
    const { hub, node, link } = setUp();
    hub.append(5);
    node.outbox.push(envelopeText('one'), envelopeText('two'));
    await settle();
    expect(link.state().status).toBe('linked');
    expect(node.next).toBe(5);
    expect(hub.published).toEqual([envelopeText('one'), envelopeText('two')]);
    expect(hub.acks.at(-1)).toBe(5);

    hub.append(3, 'leaf');
    node.outbox.push(envelopeText('three'));
    link.nudge();
    await settle();
    expect(node.next).toBe(8);
    expect(hub.published).toHaveLength(3);

    const [session] = hub.sessions;
    session?.sendReceipts('receipt');
    session?.sendRetry([['01890a5d-ac96-774b-bcce-b302099a8057', 'quota']], 1000);
    session?.sendHead(JWS);
    session?.sendCosign(7, 'body');
    session?.sendWitnessed('note');
    await settle();
    expect(node.receiptsSeen).toEqual(['receipt']);
    expect(node.retries).toEqual([[[['01890a5d-ac96-774b-bcce-b302099a8057', 'quota']], 1000]]);
    expect(node.heads).toEqual([JWS]);
    expect(node.notes).toEqual(['note']);
    expect(hub.cosignatures).toEqual([[7, 200, 'line 7']]);
    expect(session).toMatchObject({ member: 'ID', generation: 1, next: 8, acked: 8 });
    await link.stop();
    expect(hub.closes.map(([, code]) => code)).toEqual([1001]);
  });
});

describe('whatever happens to the line', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant('cut' as const) }),
    fc.record({ kind: fc.constant('close' as const), code: fc.constantFrom(1001, 1011, 4429, 4503) }),
    fc.record({ kind: fc.constant('freeze' as const), end: fc.constantFrom(0, 1) }),
    fc.record({ kind: fc.constant('thaw' as const) }),
    fc.record({ kind: fc.constant('wake' as const) }),
    fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 3000 }) }),
  );

  it('every entry arrives once and in order, and every envelope is published in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, later) => {
        const hub = createTestHub({ sliceItems: 9 });
        if (later) {
          const { read } = hub;
          hub.read = async (...asked) => {
            await settle(1);
            return read(...asked);
          };
        }
        const kept = new Set<string>();
        hub.publish = (session, envelopes) => {
          for (const envelope of envelopes) {
            kept.add(envelope);
            session.sendReceipts(envelope);
            session.done(envelope.length, 1);
          }
        };
        const unreceipted: string[] = [];
        let under = 0;
        const node = createTestNode({
          linked: () => {
            under = 0;
          },
          outgoing: async (count) => {
            const part = unreceipted.slice(under, under + count);
            under += part.length;
            return part;
          },
          receipts: async (jws) => {
            if (unreceipted[0] !== jws) return;
            unreceipted.shift();
            under -= 1;
          },
        });
        const { link, sockets, clock } = setUp(hub, node, {
          publishWindow: { bytes: 3000, count: 7 },
          deliverWindow: { bytes: 9000, count: 13 },
        });
        let appended = 0;
        let made = 0;
        for (const it of steps) {
          const pair = sockets.at(-1);
          if (it.kind === 'append') {
            hub.append(it.count, appended % 2 === 0 ? 'readable' : 'leaf', 300);
            appended += it.count;
          } else if (it.kind === 'publish') {
            for (let i = 0; i < it.count; i += 1) unreceipted.push(envelopeText(`m${made + i}`, 300));
            made += it.count;
            link.nudge();
          } else if (it.kind === 'cut') pair?.[0].cut();
          else if (it.kind === 'close') for (const session of hub.sessions) session.close(it.code);
          else if (it.kind === 'freeze') pair?.[it.end as 0 | 1].freeze();
          else if (it.kind === 'thaw') for (const end of pair ?? []) end.thaw();
          else if (it.kind === 'wake') for (const session of hub.sessions) session.wake();
          else await clock.advance(it.ms);
          await settle(3);
        }
        for (const end of sockets.at(-1) ?? []) end.thaw();
        await clock.advance(60_000);
        await settle(200);
        expect(link.state().status).toBe('linked');
        expect(node.next).toBe(appended);
        expect(node.held).toHaveLength(appended);
        expect([unreceipted.length, kept.size]).toEqual([0, made]);
        expect([...hub.faults, ...node.faults]).toEqual([]);
        expect(hub.sessions.size).toBe(1);
        await link.stop();
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
