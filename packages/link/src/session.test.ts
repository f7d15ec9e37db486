import { describe, expect, it } from 'vitest';
import { acceptHubSession } from './hub-session.ts';
import { startNodeLink } from './node-link.ts';
import { createFakeClock, settle } from './testing/fake-clock.ts';
import { socketPair, type TestSocket } from './testing/socket-pair.ts';
import { createTestHub } from './testing/test-hub.ts';
import { createTestNode } from './testing/test-node.ts';
import { envelopeText, JWS } from './testing/texts.ts';

const setUp = (hub = createTestHub(), node = createTestNode()) => {
  const clock = createFakeClock();
  const sockets: [TestSocket, TestSocket][] = [];
  const link = startNodeLink({
    url: 'ws://hub.test/',
    token: 'token',
    host: node,
    clock,
    random: () => 0.5,
    dial: () => {
      const pair = socketPair();
      sockets.push(pair);
      acceptHubSession(pair[0], hub, clock);
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
